import Dispatch

/// Runs work that blocks, such as libcurl or a child process, outside the cooperative pool.
enum BlockingWork {
    private static let queue = DispatchQueue(
        label: "signet.notifications.blocking", attributes: .concurrent)

    /// Runs the work on a thread of its own; cancelling the task cancels the work.
    static func run<Result: Sendable>(
        _ work: @escaping @Sendable (Cancellation) -> Result
    ) async -> Result {
        let cancellation = Cancellation()
        return await withTaskCancellationHandler {
            await withCheckedContinuation { continuation in
                queue.async { continuation.resume(returning: work(cancellation)) }
            }
        } onCancel: {
            cancellation.cancel()
        }
    }
}
