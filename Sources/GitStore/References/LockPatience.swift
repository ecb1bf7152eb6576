import Glibc

/// How long to wait for locks others hold: short sleeps, some five seconds in all.
///
/// Git holds `packed-refs` for as long as the hooks take that it asks while packing.
struct LockPatience {
    private var left: Duration
    private var pause = Duration.milliseconds(1)

    init(_ left: Duration = .seconds(5)) { self.left = left }

    /// Sleeps a little; false when the time is used up.
    mutating func sleep() -> Bool {
        guard left > .zero else { return false }
        usleep(UInt32(pause / .microseconds(1)))
        left -= pause
        pause = min(pause * 2, .milliseconds(50))
        return true
    }
}
