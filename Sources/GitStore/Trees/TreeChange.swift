/// A file that differs between two trees.
package struct TreeChange: Hashable, Sendable {
    /// The path from the root, parts joined by "/".
    package var path: String
    /// The entry on the old side; nil when the file was added.
    package var old: TreeEntry?
    /// The entry on the new side; nil when the file was removed.
    package var new: TreeEntry?

    package init(path: String, old: TreeEntry?, new: TreeEntry?) {
        self.path = path
        self.old = old
        self.new = new
    }
}
