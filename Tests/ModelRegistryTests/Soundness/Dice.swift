import Foundation

/// Chance that a seed repeats (SplitMix64).
struct Dice: RandomNumberGenerator {
    private var state: UInt64

    /// The chances of one case of a run, the same whatever the cases before it did.
    init(seed: UInt64, number: Int = 0) {
        state = seed ^ (UInt64(truncatingIfNeeded: number) &* 0xD134_2543_DE82_EF95)
        _ = next()
    }

    mutating func next() -> UInt64 {
        state &+= 0x9E37_79B9_7F4A_7C15
        var mixed = (state ^ (state >> 30)) &* 0xBF58_476D_1CE4_E5B9
        mixed = (mixed ^ (mixed >> 27)) &* 0x94D0_49BB_1331_11EB
        return mixed ^ (mixed >> 31)
    }

    mutating func one(in count: Int) -> Bool { Int.random(in: 0..<count, using: &self) == 0 }

    mutating func below(_ count: Int) -> Int { Int.random(in: 0..<count, using: &self) }

    /// One of them; there is at least one.
    mutating func pick<Item>(_ items: [Item]) -> Item { items[below(items.count)] }
}

/// A test of many random cases: how many, and from which seed, so that it can be run again.
struct RandomRun {
    let seed: UInt64
    let count: Int

    /// - Parameters:
    ///   - variable: the environment variable that says how many cases.
    ///   - count: how many, where it doesn't.
    init(_ name: String, variable: String, count: Int) throws {
        seed = try Self.number("SIGNET_SEED") ?? UInt64.random(in: 0 ... .max)
        self.count = try Self.number(variable).map { Int(clamping: $0) } ?? count
        print("\(name): SIGNET_SEED=\(seed) \(variable)=\(self.count)")
    }

    private static func number(_ variable: String) throws -> UInt64? {
        guard let text = ProcessInfo.processInfo.environment[variable], !text.isEmpty else {
            return nil
        }
        guard let number = UInt64(text) else {
            throw Git.Failure(description: "\(variable) is '\(text)', which is no number")
        }
        return number
    }
}
