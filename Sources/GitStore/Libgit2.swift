import CLibgit2

/// The C library: started once, and its return codes turned into values and errors.
enum Libgit2 {
    private static let started: Bool = {
        guard git_libgit2_init() > 0 else { return false }
        return signet_git_enable_fsync() == 0 && signet_git_enable_strict_hash_verification() == 0
            && signet_git_disable_caching() == 0 && signet_git_bound_mappings() == 0
    }()

    /// Starts the library, the first time; false when it can't be.
    static func start() -> Bool { started }

    /// Starts the library, the first time.
    static func ensureStarted() throws(GitError) {
        guard started else { throw error(-1, "start libgit2") }
    }

    /// Throws what the library says when the code is an error.
    static func check(
        _ code: Int32, _ operation: @autoclosure () -> String
    ) throws(GitError) {
        guard code < 0 else { return }
        throw error(code, operation())
    }

    /// False when the code says "not found" or "no more"; throws on any other error.
    static func found(
        _ code: Int32, _ operation: @autoclosure () -> String
    ) throws(GitError) -> Bool {
        switch code {
        case GIT_ENOTFOUND.rawValue, GIT_ITEROVER.rawValue:
            git_error_clear()
            return false
        default:
            try check(code, operation())
            return true
        }
    }

    /// The error of the call just made on this thread; the library forgets it.
    static func error(_ code: Int32, _ operation: String) -> GitError {
        let failure = failure(code)
        return .libgit2(
            operation: operation, class: failure.class, code: code, message: failure.message)
    }

    /// What the library says about the call just made on this thread; the library forgets it.
    static func failure(_ code: Int32) -> (class: Int32, code: Int32, message: String) {
        defer { git_error_clear() }
        guard let last = git_error_last(), let message = last.pointee.message else {
            return (0, code, "libgit2 gave no reason (code \(code))")
        }
        return (last.pointee.klass, code, String(cString: message))
    }
}
