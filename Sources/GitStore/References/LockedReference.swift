import CLibgit2
import SystemPackage

/// A ref whose lock this process holds; letting go of it without a change leaves it as it was.
///
/// One transaction per ref: libgit2 commits the refs of one transaction in no known order.
final class LockedReference {
    let name: String
    private let transaction: OpaquePointer
    private let mark: LockMark?

    /// Takes the lock, waiting for another holder as long as `patience` allows; a lock that a crash
    /// of this program left is removed.
    init(
        _ name: String, in repository: GitRepository, patience: inout LockPatience
    ) throws(GitError) {
        var transaction: OpaquePointer?
        let code = git_transaction_new(&transaction, repository.handle)
        guard code == 0, let transaction else { throw Libgit2.error(code, "start a transaction") }
        self.name = name
        self.transaction = transaction
        let file = repository.gitDirectory.appending(name + ".lock")
        while true {
            let code = git_transaction_lock_ref(transaction, name)
            if code == 0 {
                mark = LockMark(on: file)
                return
            }
            let failure = Libgit2.failure(code)
            if code == GIT_ELOCKED.rawValue, LockMark.removeAbandoned(file) { continue }
            if code == GIT_EINVALIDSPEC.rawValue {
                throw .invalidName(name, why: "it isn't the name of a ref")
            }
            // A directory that another process just pruned is "not found"; it is made again.
            let isTransient = code == GIT_ELOCKED.rawValue || code == GIT_ENOTFOUND.rawValue
            guard isTransient else {
                throw .libgit2(
                    operation: "lock ref '\(name)'", class: failure.class, code: code,
                    message: failure.message)
            }
            guard patience.sleep() else { throw .locked(reference: name) }
        }
    }

    deinit {
        git_transaction_free(transaction)
    }

    /// Gives the ref its new value; nil deletes it.
    func set(_ target: ObjectID?, log message: String) throws(GitError) {
        if let target {
            var oid = target.libgit2
            try Libgit2.check(
                git_transaction_set_target(transaction, name, &oid, nil, message),
                "set ref '\(name)'")
        } else {
            try Libgit2.check(git_transaction_remove(transaction, name), "delete ref '\(name)'")
        }
        try Libgit2.check(
            git_transaction_commit(transaction),
            target == nil ? "delete ref '\(name)'" : "set ref '\(name)'")
        mark?.erase()
    }
}
