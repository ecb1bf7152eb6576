/// A path in a tree: names joined by "/".
struct TreePath {
    /// How deep trees may be nested.
    static let deepest = 32

    var names: [Substring]

    /// Reads a path; throws when no file could be there.
    init(_ path: String) throws(GitError) {
        names = path.split(separator: "/", omittingEmptySubsequences: false)
        for name in names {
            if let why = TreeCoding.whyUnusable(name) { throw .invalidName(path, why: why) }
        }
        guard names.count <= Self.deepest else {
            throw .limitExceeded("the path '\(path)' has more than \(Self.deepest) parts")
        }
    }
}
