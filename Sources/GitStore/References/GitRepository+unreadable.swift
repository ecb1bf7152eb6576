import SystemPackage

extension GitRepository {
    /// The refs whose own file holds nothing that names an object or another ref, sorted by name.
    package func unreadableReferences() throws(GitError) -> [String] {
        var broken: [String] = []
        for name in try LooseReferences(gitDirectory: gitDirectory).names(prefix: "refs/").sorted()
        {
            do {
                _ = try reference(name)
            } catch {
                guard case .corruptReference = error else { throw error }
                broken.append(name)
            }
        }
        return broken
    }
}
