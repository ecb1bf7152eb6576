import CLibgit2

/// What an object is.
package enum ObjectKind: String, Hashable, Sendable, CaseIterable {
    case commit, tree, blob, tag

    init?(_ type: git_object_t) {
        switch type {
        case GIT_OBJECT_COMMIT: self = .commit
        case GIT_OBJECT_TREE: self = .tree
        case GIT_OBJECT_BLOB: self = .blob
        case GIT_OBJECT_TAG: self = .tag
        default: return nil
        }
    }

    var libgit2: git_object_t {
        switch self {
        case .commit: GIT_OBJECT_COMMIT
        case .tree: GIT_OBJECT_TREE
        case .blob: GIT_OBJECT_BLOB
        case .tag: GIT_OBJECT_TAG
        }
    }
}

/// An object as git stores it: its kind and its bytes, without git's own header.
package struct RawObject: Hashable, Sendable {
    package var kind: ObjectKind
    package var bytes: [UInt8]

    package init(kind: ObjectKind, bytes: [UInt8]) {
        self.kind = kind
        self.bytes = bytes
    }

    /// The id these bytes have.
    package var id: ObjectID { ObjectID.hash(kind, bytes) }
}

/// An object, or what is known of one that is larger than was asked for.
package enum SizedObject {
    case object(RawObject)
    case tooLarge(ObjectKind, size: Int)

    init(_ object: RawObject, largest: Int) {
        let size = object.bytes.count
        self = size <= largest ? .object(object) : .tooLarge(object.kind, size: size)
    }
}
