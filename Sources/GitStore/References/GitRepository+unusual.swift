import SystemPackage

extension GitRepository {
    /// Something that makes git show another history than the refs and objects have, or other refs.
    package struct Unusual: Sendable {
        /// A ref, or a file of the repository.
        package let name: String
        package let why: String
    }

    /// Replaced objects, grafts, a history that was cut off, refs whose files are links or out of order.
    package func unusual() throws(GitError) -> [Unusual] {
        var found: [Unusual] = []
        do throws(GitError) {
            // All names, so that each folder is looked into.
            _ = try LooseReferences(gitDirectory: gitDirectory).names(prefix: "refs/")
            try PackedReferences(at: gitDirectory.appending("packed-refs")).check()
        } catch {
            guard case .corruptReference(let name, let why) = error else { throw error }
            found.append(Unusual(name: name, why: why))
            return found
        }
        for (name, _) in try references(prefix: "refs/replace/") {
            found.append(Unusual(name: name, why: "git shows another object in its place"))
        }
        for file in ["info/grafts", "shallow"]
        where RepositoryFile.exists(gitDirectory.appending(file)) {
            found.append(Unusual(name: file, why: "git shows commits with other parents"))
        }
        return found
    }
}
