/// When a failed delivery is tried again: 10 s, doubled each time up to an hour, for 24 hours.
package struct Backoff: Hashable, Sendable {
    package var first: Duration
    package var cap: Duration
    /// How long after the first failure a delivery is given up.
    package var limit: Duration
    /// The part of a wait by which it may be longer or shorter.
    package var spread: Double

    package init(
        first: Duration = .seconds(10), cap: Duration = .seconds(3600),
        limit: Duration = .seconds(86_400), spread: Double = 0.2
    ) {
        self.first = first
        self.cap = cap
        self.limit = limit
        self.spread = spread
    }

    /// The wait after so many failures; `jitter` in -1…1 moves it by up to `spread`.
    package func wait(failures: Int, jitter: Double) -> Duration {
        var wait = first
        var doublings = failures - 1
        while doublings > 0 && wait < cap {
            wait *= 2
            doublings -= 1
        }
        return min(wait, cap) * (1 + spread * max(-1, min(1, jitter)))
    }
}
