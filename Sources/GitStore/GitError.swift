import SystemPackage

/// Why a question to a repository could not be answered, or a change not made.
package enum GitError: Error, Hashable, Sendable {
    /// There is no repository at the path.
    case notARepository(path: FilePath)
    /// There is a repository at the path already.
    case alreadyExists(path: FilePath)
    /// The repository uses a format this program doesn't know, such as SHA-256 ids.
    case unsupportedRepository(path: FilePath, why: String)
    /// The repository belongs to another user who isn't trusted.
    case notOwned(path: FilePath)
    /// The repository's history is cut off, so nothing can be proved by walking it.
    case shallow(path: FilePath)
    /// The object isn't in the repository.
    case missingObject(ObjectID)
    /// The object is there and isn't what its id says, or breaks the rules of its kind.
    case corruptObject(ObjectID, why: String)
    /// The object is of another kind than what is needed.
    case wrongKind(ObjectID, expected: ObjectKind, found: ObjectKind)
    /// The ref can't be read.
    case corruptReference(String, why: String)
    /// The ref hasn't the value it should have: somebody else moved it.
    case conflict(reference: String, expected: ObjectID?, found: ObjectID?)
    /// Somebody else holds the ref's lock and didn't let go in time.
    case locked(reference: String)
    /// The ref can't exist beside another, as `a/b` can't beside `a`.
    case nameConflict(reference: String, existing: String)
    /// The name of a ref, a setting or a tree entry, or a path, can't be used.
    case invalidName(String, why: String)
    /// A tree is deeper or larger than what is read.
    case limitExceeded(String)
    /// A file of the repository can't be read or written.
    case files(operation: String, why: String)
    /// There is no room for the file: the disk, or the account's share of it, is full.
    case diskFull(path: FilePath)
    /// Anything else libgit2 complains of; `class` and `code` are its numbers.
    case libgit2(operation: String, class: Int32, code: Int32, message: String)
}

extension GitError {
    /// Whether a file could not be written for want of room.
    package static func isFull(_ error: Errno) -> Bool {
        error == .noSpace || error == .diskQuotaExceeded
    }
}

extension GitError: CustomStringConvertible {
    /// One line of what failed on what, and where there is a remedy a second: `hint: …`.
    package var description: String {
        switch self {
        case .notARepository(let path):
            "no git repository at '\(path)'"
        case .alreadyExists(let path):
            "there is a git repository at '\(path)' already"
        case .unsupportedRepository(let path, let why):
            "can't use the git repository at '\(path)': \(why)"
        case .notOwned(let path):
            """
            the git repository at '\(path)' belongs to another user
            hint: to trust it, run `git config --global --add safe.directory '\(path)'`
            """
        case .shallow(let path):
            """
            the history in '\(path)' is cut off (a shallow clone)
            hint: run `git fetch --unshallow`
            """
        case .missingObject(let id):
            """
            object \(id) is missing
            hint: a shallow clone gets it with `git fetch --unshallow`; a registry, from a backup
            """
        case .corruptObject(let id, let why):
            """
            object \(id) is corrupt: \(why)
            hint: `git fsck` lists what else is damaged
            """
        case .wrongKind(let id, let expected, let found):
            "object \(id) is a \(found.rawValue), not a \(expected.rawValue)"
        case .corruptReference(let name, let why):
            """
            can't read ref '\(name)': \(why)
            hint: in a registry, `signet repair` puts the file '\(name)' back from the ledger
            """
        case .conflict(let reference, let expected, let found):
            """
            ref '\(reference)' was moved by somebody else: expected \(Self.name(expected)), \
            found \(Self.name(found))
            hint: look at the new state and try again
            """
        case .locked(let reference):
            """
            ref '\(reference)' is locked by another process
            hint: try again; a lock that a killed git process left, `signet repair` removes a minute later
            """
        case .nameConflict(let reference, let existing):
            "ref '\(reference)' can't exist beside '\(existing)'"
        case .invalidName(let name, let why):
            "'\(name)' can't be used: \(why)"
        case .limitExceeded(let what):
            what
        case .files(let operation, let why):
            "can't \(operation): \(why)"
        case .diskFull(let path):
            """
            can't write '\(path)': the disk is full
            hint: make room on its file system (`df -h '\(path.removingLastComponent())'`) and do it \
            again; what was accepted before is safe
            """
        case .libgit2(let operation, _, _, let message):
            "\(operation): \(message)"
        }
    }

    private static func name(_ id: ObjectID?) -> String {
        id.map(\.hex) ?? "nothing"
    }
}

extension Error {
    /// What it says without its hint.
    package var firstLine: String { "\(self)".split(separator: "\n").first.map(String.init) ?? "" }
}
