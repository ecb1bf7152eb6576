import Foundation
import Synchronization

/// Blocking work on several threads at once: none of them the cooperative pool's.
package enum WorkThreads {
    private static let stackSize = 8 << 20

    /// Runs the work `count` times, each on a thread of its own, and waits for all of them.
    ///
    /// - Throws: the error of one that failed.
    package static func run<Answer: Sendable>(
        _ count: Int, _ work: @escaping @Sendable () throws -> Answer
    ) throws -> [Answer] {
        guard count > 1 else { return [try work()] }
        let answers = Answers<Answer>()
        let group = DispatchGroup()
        for _ in 0..<count {
            group.enter()
            let thread = Thread {
                answers.add(Result { try work() })
                group.leave()
            }
            thread.stackSize = stackSize
            thread.start()
        }
        group.wait()
        return try answers.all.map { try $0.get() }
    }

    private final class Answers<Answer: Sendable>: Sendable {
        private let given = Mutex<[Result<Answer, any Error>]>([])

        var all: [Result<Answer, any Error>] { given.withLock { $0 } }

        func add(_ answer: Result<Answer, any Error>) { given.withLock { $0.append(answer) } }
    }
}
