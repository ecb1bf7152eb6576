/// How far a run is.
package struct RunProgress: Hashable, Sendable {
    package let rows: Int
    package let rowsPerSecond: Double
}

/// Reports progress at most ten times a second, and at the end.
struct RunPace {
    private static let interval = Duration.milliseconds(100)
    private var reported = Duration.zero

    mutating func report(
        rows: Int, after elapsed: Duration, to progress: (RunProgress) -> Void
    ) {
        guard elapsed - reported >= Self.interval else { return }
        finish(rows: rows, after: elapsed, to: progress)
    }

    mutating func finish(
        rows: Int, after elapsed: Duration, to progress: (RunProgress) -> Void
    ) {
        reported = elapsed
        progress(RunProgress(rows: rows, rowsPerSecond: Double(rows) / (elapsed / .seconds(1))))
    }
}
