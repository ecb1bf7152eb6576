/// A ref, the value it must have, and the value it is to get.
package struct ReferenceUpdate: Hashable, Sendable {
    /// The full name, such as `refs/heads/main`.
    package var name: String
    /// The value the ref must have; nil when it must not exist.
    package var old: ObjectID?
    /// The value the ref gets; nil deletes it.
    ///
    /// Equal to `old`, nothing is written: the ref is only held while the others move.
    package var new: ObjectID?

    package init(name: String, old: ObjectID?, new: ObjectID?) {
        self.name = name
        self.old = old
        self.new = new
    }
}
