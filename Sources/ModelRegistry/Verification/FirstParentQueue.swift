import GitStore
import Synchronization

/// A chain of first parents, handed out piece by piece from its tip on to whichever thread asks.
///
/// Only the next id is kept: how long the chain is costs no memory.
final class FirstParentQueue: Sendable {
    /// Commits that follow each other, newest first.
    struct Piece: Sendable {
        /// How many commits of the chain are newer than these.
        let start: Int
        let commits: [Commit]
    }

    private struct State {
        var next: ObjectID?
        var taken = 0
        var end: ObjectID?
        /// What the next thread that asks is told, when there is nothing else to give it.
        var damage: Verification.Damage?
    }

    private let state: Mutex<State>
    private let isMember: @Sendable (Commit, CommitReader) throws -> Bool

    /// The chain ends before the first commit that isn't a member; whoever takes a piece is asked
    /// with the reader that it takes it from.
    init(
        from tip: ObjectID?,
        while isMember: @escaping @Sendable (Commit, CommitReader) throws -> Bool = { _, _ in true }
    ) {
        state = Mutex(State(next: tip))
        self.isMember = isMember
    }

    /// The first commit that wasn't a member; nil until it is met, or when there is none.
    var end: ObjectID? { state.withLock { $0.end } }
    /// How many commits were handed out.
    var taken: Int { state.withLock { $0.taken } }

    /// The next commits, `count` or fewer; nil at the end of the chain, and after a failure.
    ///
    /// - Throws: `Verification.Damage`, once, after what is above the damage.
    func take(_ count: Int, from commits: CommitReader) throws -> Piece? {
        try state.withLock { state in
            let start = state.taken
            var found: [Commit] = []
            defer { state.taken += found.count }
            while found.count < count, let id = state.next {
                // Should it throw, no other thread goes on.
                state.next = nil
                do {
                    let commit = try commits.commit(id)
                    guard try isMember(commit, commits) else {
                        state.end = id
                        break
                    }
                    found.append(commit)
                    state.next = commit.parents.first
                } catch {
                    state.damage = Verification.Damage(
                        commit: id, distance: start + found.count, cause: error)
                }
            }
            guard found.isEmpty else { return Piece(start: start, commits: found) }
            defer { state.damage = nil }
            if let damage = state.damage { throw damage }
            return nil
        }
    }
}
