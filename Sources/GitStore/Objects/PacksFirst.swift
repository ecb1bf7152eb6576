import CLibgit2
import SystemPackage

/// The packs of a repository alone, where whoever reads a long history looks first: most of it is in
/// them, and no file is looked for in vain.
///
/// Where history isn't packed, or not yet, it is asked ever more seldom.
final class PacksFirst {
    private let database: OpaquePointer
    /// How many questions to leave out, and after the next one that finds nothing.
    private var left = 0
    private var nextLeft = 1
    private static let longest = 1 << 12

    /// - Parameter directories: where objects are.
    init(of directories: [FilePath]) throws(GitError) {
        var made: OpaquePointer?
        try Libgit2.check(git_odb_new(&made), "open the packs")
        guard let made else { throw Libgit2.error(-1, "open the packs") }
        database = made
        for (index, directory) in directories.enumerated() {
            var backend: UnsafeMutablePointer<git_odb_backend>?
            try Libgit2.check(
                directory.withPlatformString { git_odb_backend_pack(&backend, $0) },
                "open the packs in '\(directory)'")
            // From here on the database frees it.
            let priority = Int32(directories.count - index)
            try Libgit2.check(
                git_odb_add_backend(made, backend, priority), "open the packs in '\(directory)'")
        }
    }

    deinit {
        git_odb_free(database)
    }

    /// What `find` finds in the packs; nil when it is not to be asked.
    func look<Found>(
        _ find: (_ packs: OpaquePointer) throws(GitError) -> Found?
    ) throws(GitError) -> Found? {
        guard left == 0 else {
            left -= 1
            return nil
        }
        do {
            if let found = try find(database) {
                nextLeft = 1
                return found
            }
        } catch {
            // There may be another copy; if there is none, it is met again.
            guard case .corruptObject = error else { throw error }
        }
        left = nextLeft
        nextLeft = min(2 * nextLeft, Self.longest)
        return nil
    }
}
