import CLibgit2
import Glibc
import SystemPackage

/// One git repository, open for reading and writing.
///
/// Belongs to the thread or actor that opened it: libgit2's handles and the tree cache are not
/// synchronised. Several may be open on one repository, in this process or in others.
package final class GitRepository {
    let handle: OpaquePointer
    let database: OpaquePointer
    let looseObjects: LooseObjects
    var knownTrees = TreeCache()
    var parentsOfCommits: [ObjectID: [ObjectID]] = [:]
    var staging = Staging()
    var isLoggingUpdates: Bool?
    var knownPacked: PackedReferences?
    lazy var deflater = Deflater()
    private(set) var packsFirst: PacksFirst?

    /// Whether objects written are kept back until a ref moves, and are then made to last together.
    package var gathersObjects = false

    /// The directory that holds objects and refs; for a linked work tree, that of the main one.
    package let gitDirectory: FilePath
    /// Whether the repository has no work tree.
    package let isBare: Bool
    /// The root of the files checked out; nil when bare.
    package let workTree: FilePath?

    /// Takes over the handle. Objects are in `objects`, or where git keeps them by itself.
    private init(
        owning handle: OpaquePointer, objects: FilePath? = nil, borrowed: [FilePath] = []
    ) throws(GitError) {
        gitDirectory = FilePath(String(cString: git_repository_commondir(handle)))
        var database: OpaquePointer?
        do {
            looseObjects = try LooseObjects(
                directory: objects ?? gitDirectory.appending("objects"), borrowed: borrowed)
            try Libgit2.check(git_repository_odb(&database, handle), "open the object database")
        } catch {
            git_repository_free(handle)
            throw error
        }
        guard let database else {
            git_repository_free(handle)
            throw Libgit2.error(-1, "open the object database")
        }
        self.handle = handle
        self.database = database
        isBare = git_repository_is_bare(handle) == 1
        workTree = git_repository_workdir(handle).map { FilePath(String(cString: $0)) }
    }

    deinit {
        git_odb_free(database)
        git_repository_free(handle)
    }

    /// Looks for objects in packs first from now on, as is best for reading a long history.
    package func lookInPacksFirst() throws(GitError) {
        packsFirst = try PacksFirst(of: looseObjects.directories)
    }

    /// Makes a bare repository, its first branch to be `main`, with these settings.
    package static func create(
        at path: FilePath, config: [(String, String)] = []
    ) throws(GitError) -> GitRepository {
        try Libgit2.ensureStarted()
        var options = git_repository_init_options()
        try Libgit2.check(signet_git_init_options(&options), "prepare a repository")
        options.flags =
            GIT_REPOSITORY_INIT_BARE.rawValue | GIT_REPOSITORY_INIT_NO_REINIT.rawValue
            | GIT_REPOSITORY_INIT_MKPATH.rawValue
        var handle: OpaquePointer?
        let code = "main".withCString { main in
            options.initial_head = main
            return path.withPlatformString { git_repository_init_ext(&handle, $0, &options) }
        }
        if code == GIT_EEXISTS.rawValue {
            git_error_clear()
            throw .alreadyExists(path: path)
        }
        guard code == 0, let handle else {
            throw Libgit2.error(code, "create a repository at '\(path)'")
        }
        let repository = try GitRepository(owning: handle)
        for (key, value) in config {
            try repository.setConfig(key, value)
        }
        return repository
    }

    /// Opens the repository whose git directory or work tree is exactly here; no search upward.
    ///
    /// - Parameter trustingOwner: whether it may be another user's, here and from now on in this process:
    ///   when git has said so. (libgit2 1.5 reads only some of the files that git's `safe.directory`
    ///   may stand in.)
    package static func open(
        at path: FilePath, trustingOwner: Bool = false
    ) throws(GitError) -> GitRepository {
        try Libgit2.ensureStarted()
        if trustingOwner {
            try Libgit2.check(signet_git_trust_owners(), "open the repository at '\(path)'")
        }
        var handle: OpaquePointer?
        let code = path.withPlatformString {
            git_repository_open_ext(&handle, $0, GIT_REPOSITORY_OPEN_NO_SEARCH.rawValue, nil)
        }
        guard code == 0, let handle else { throw openingError(code, at: path) }
        return try GitRepository(owning: handle)
    }

    /// Opens the repository a hook runs for, with the objects of the push it is asked about.
    ///
    /// The environment is git's (`GIT_DIR`, `GIT_OBJECT_DIRECTORY` and so on), as hooks get it.
    package static func openFromEnvironment() throws(GitError) -> GitRepository {
        try Libgit2.ensureStarted()
        var handle: OpaquePointer?
        let code = git_repository_open_ext(
            &handle, nil, GIT_REPOSITORY_OPEN_FROM_ENV.rawValue, nil)
        guard code == 0, let handle else { throw openingError(code, at: ".") }
        let objects = getenv("GIT_OBJECT_DIRECTORY").map { FilePath(String(cString: $0)) }
        let borrowed = getenv("GIT_ALTERNATE_OBJECT_DIRECTORIES").map {
            String(cString: $0).split(separator: ":").map { FilePath(String($0)) }
        }
        return try GitRepository(owning: handle, objects: objects, borrowed: borrowed ?? [])
    }
}

@available(*, unavailable)
extension GitRepository: Sendable {}
