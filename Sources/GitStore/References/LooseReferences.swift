import CLibgit2
import Glibc
import SystemPackage

/// The refs that have a file of their own under `refs/`.
///
/// libgit2 can list them too, and silently leaves out what it fails to read, or what stands in a
/// directory that another process empties meanwhile.
struct LooseReferences {
    let gitDirectory: FilePath

    static let isNoPlainFile =
        "it is a symbolic link or no plain file, which git may read differently"

    /// The names that begin with this, in no order. What the files hold is not looked at.
    func names(prefix: String) throws(GitError) -> [String] {
        var names: [String] = []
        // A prefix may end in the middle of a name.
        let directory =
            prefix.utf8.lastIndex(of: UInt8(ascii: "/")).map { prefix[...$0] } ?? "refs/"
        guard directory.hasPrefix("refs/") else { return [] }
        try collect(in: String(directory), prefix: prefix, into: &names) {
            isReferenceName($0) ? $0 : nil
        }
        return names
    }

    /// The names whose lock file is there.
    func locks() throws(GitError) -> [String] {
        var names: [String] = []
        try collect(in: "refs/", prefix: "refs/", into: &names) { path in
            path.hasSuffix(".lock") ? String(path.dropLast(".lock".count)) : nil
        }
        return names
    }

    private func collect(
        in directory: String, prefix: String, into names: inout [String],
        naming: (String) -> String?
    ) throws(GitError) {
        for (name, isDirectory) in try entries(of: directory) {
            let path = directory + name
            if isDirectory {
                let below = path + "/"
                guard below.starts(with: prefix) || prefix.starts(with: below) else { continue }
                try collect(in: below, prefix: prefix, into: &names, naming: naming)
            } else if path.starts(with: prefix), let name = naming(path) {
                names.append(name)
            }
        }
    }

    /// What a directory holds; nothing when it was pruned meanwhile.
    private func entries(
        of directory: String
    ) throws(GitError) -> [(name: String, isDirectory: Bool)] {
        let path = gitDirectory.pushing(FilePath(directory))
        var plain = path.string
        if plain.hasSuffix("/") { plain.removeLast() }
        var status = stat()
        if lstat(plain, &status) == 0, status.st_mode & S_IFMT == S_IFLNK {
            throw .corruptReference(directory, why: Self.isNoPlainFile)
        }
        guard let stream = path.withPlatformString({ opendir($0) }) else {
            guard errno != ENOENT, errno != ENOTDIR else { return [] }
            throw RepositoryFile.failed("list", path, Errno(rawValue: errno))
        }
        defer { closedir(stream) }
        var entries: [(name: String, isDirectory: Bool)] = []
        while true {
            errno = 0
            guard let entry = readdir(stream) else {
                guard errno == 0 else {
                    throw RepositoryFile.failed("list", path, Errno(rawValue: errno))
                }
                return entries
            }
            let bytes = withUnsafeBytes(of: &entry.pointee.d_name) { $0.prefix { $0 != 0 } }
            guard let name = String(validating: bytes, as: UTF8.self) else {
                throw .corruptReference(directory, why: "it holds a name that isn't UTF-8")
            }
            guard name != ".", name != ".." else { continue }
            // Git reads the text of some links as a ref's, and follows others.
            guard Int(entry.pointee.d_type) != Int(DT_LNK) else {
                throw .corruptReference(directory + name, why: Self.isNoPlainFile)
            }
            entries.append((name, isDirectory(entry.pointee.d_type, path.appending(name))))
        }
    }

    private func isDirectory(_ type: UInt8, _ path: FilePath) -> Bool {
        guard Int(type) == Int(DT_UNKNOWN) else { return Int(type) == Int(DT_DIR) }
        var status = stat()
        return path.withPlatformString { lstat($0, &status) } == 0
            && status.st_mode & S_IFMT == S_IFDIR
    }

    /// Leaves out locks, and files no ref could have.
    private func isReferenceName(_ name: String) -> Bool {
        var isValid: Int32 = 0
        guard git_reference_name_is_valid(&isValid, name) == 0 else {
            git_error_clear()
            return false
        }
        return isValid == 1
    }
}
