import Synchronization

/// Names for files on their way: no two are the same, in this process or in another.
package enum UniqueName {
    private static let first = UInt64.random(in: 0 ... .max)
    private static let count = Atomic<UInt64>(0)

    /// The next one, of digits. (Asking the system for randomness each time costs more than the file.)
    package static func next() -> String {
        let number = count.wrappingAdd(1, ordering: .relaxed).newValue
        return "\(first &+ number)"
    }
}
