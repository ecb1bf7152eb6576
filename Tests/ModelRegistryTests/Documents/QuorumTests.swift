import ModelRegistry
import Testing

/// Signers fill a vector of roles, each of them one place.
@Suite struct QuorumTests {
    private func role(_ name: String) throws -> RoleName { try RoleName(name) }

    private func missing(
        _ roles: [String: Int], _ signers: [String: [String]]
    ) throws -> [String: Int] {
        let missing = Quorum.missing(
            roles: Dictionary(uniqueKeysWithValues: try roles.map { (try role($0), $1) }),
            signers: Dictionary(
                uniqueKeysWithValues: try signers.map { id, held in
                    (try PrincipalID(id), Set(try held.map(role)))
                }))
        return Dictionary(uniqueKeysWithValues: missing.map { ($0.text, $1) })
    }

    @Test func aPersonWithTwoRolesCountsOnce() throws {
        #expect(
            try missing(["approver": 1, "risk": 1], ["jane": ["approver", "risk"]]) == ["risk": 1])
        #expect(
            try missing(
                ["approver": 1, "risk": 1], ["jane": ["approver", "risk"], "omar": ["risk"]])
                == [:])
    }

    @Test func whoeverHoldsMoreRolesMakesRoom() throws {
        // Taken in order, jane would stand for an approver and leave the risk officer's place empty.
        let signers = ["jane": ["approver", "risk"], "kim": ["approver"], "lee": ["approver"]]
        #expect(try missing(["approver": 2, "risk": 1], signers) == [:])
        #expect(try missing(["approver": 3, "risk": 1], signers) == ["risk": 1])
    }

    @Test func withoutSignersEverythingIsMissing() throws {
        #expect(try missing(["approver": 2, "risk": 1], [:]) == ["approver": 2, "risk": 1])
        #expect(try missing([:], ["jane": ["risk"]]) == [:])
    }

    /// A generator that every run of the test begins alike.
    private struct Dice {
        var state: UInt64

        mutating func roll(_ sides: Int) -> Int {
            state = state &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
            return Int((state >> 33) % UInt64(sides))
        }
    }

    /// The most places that can be filled, found by trying every way.
    private func most(_ places: [String], _ signers: [[String]]) -> Int {
        guard let place = places.first else { return 0 }
        let rest = Array(places.dropFirst())
        var best = most(rest, signers)
        for (index, held) in signers.enumerated() where held.contains(place) {
            var others = signers
            others.remove(at: index)
            best = max(best, 1 + most(rest, others))
        }
        return best
    }

    @Test(arguments: 1...20)
    func asManyPlacesAreFilledAsCanBe(seed: Int) throws {
        var dice = Dice(state: UInt64(seed))
        let names = ["a", "b", "c"]
        for _ in 0..<20 {
            let roles = Dictionary(uniqueKeysWithValues: names.map { ($0, dice.roll(3)) })
            let signers = (0..<dice.roll(6)).map { _ in names.filter { _ in dice.roll(2) == 0 } }
            let people = Dictionary(
                uniqueKeysWithValues: signers.enumerated().map { ("p\($0.offset)", $0.element) })
            let places = roles.flatMap { Array(repeating: $0.key, count: $0.value) }
            let missing = try missing(roles, people)
            #expect(
                missing.values.reduce(0, +) == places.count - most(places, signers),
                "\(roles) by \(people)")
            #expect(missing.allSatisfy { $0.value > 0 && $0.value <= roles[$0.key] ?? 0 })
        }
    }
}
