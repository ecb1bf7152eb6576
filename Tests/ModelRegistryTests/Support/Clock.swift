@testable import ModelRegistry

/// The time that a test's registry sees; it stands still until it is moved.
final class Clock {
    var now = Timestamp(seconds: 1_700_000_000)

    func advance(_ seconds: Int64) { now = Timestamp(seconds: now.seconds + seconds) }
}
