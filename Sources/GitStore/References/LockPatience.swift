import Glibc

/// How long to wait for locks others hold: short sleeps, about two seconds in all.
struct LockPatience {
    private var left = Duration.seconds(2)
    private var pause = Duration.milliseconds(1)

    /// Sleeps a little; false when the time is used up.
    mutating func sleep() -> Bool {
        guard left > .zero else { return false }
        usleep(UInt32(pause / .microseconds(1)))
        left -= pause
        pause = min(pause * 2, .milliseconds(50))
        return true
    }
}
