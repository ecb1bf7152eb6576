import CLibgit2

extension GitRepository {
    /// The largest object that is read whole, in bytes: what is stored small may be huge.
    private static let largestObject = 1 << 28

    /// The object with this id; nil when the repository hasn't got it.
    ///
    /// What is read is hashed again: bytes that don't give the id are an error.
    package func read(_ id: ObjectID) throws(GitError) -> RawObject? {
        if let object = staging.objects[id] { return object }
        if let object = try packsFirst?.look({ packs throws(GitError) in
            try readObject(id, from: packs)
        }) {
            return object
        }
        switch try looseObjects.read(id, largest: Self.largestObject) {
        case .object(let object): return object
        case .tooLarge:
            throw .limitExceeded("object \(id) has more than \(Self.largestObject) bytes")
        case nil: return try readObject(id, from: database)
        }
    }

    /// The object with this id, if it has `largest` bytes or fewer.
    ///
    /// What is larger isn't read: `.tooLarge` tells its kind and size.
    package func read(_ id: ObjectID, largest: Int) throws(GitError) -> SizedObject? {
        if let object = staging.objects[id] { return SizedObject(object, largest: largest) }
        if let object = try packsFirst?.look({ packs throws(GitError) in
            try readObject(id, from: packs, largest: largest)
        }) {
            return object
        }
        if case .object(let object) = try looseObjects.read(id, largest: largest) {
            return .object(object)
        }
        return try readObject(id, from: database, largest: largest)
    }

    private func readObject(
        _ id: ObjectID, from database: OpaquePointer, largest: Int
    ) throws(GitError) -> SizedObject? {
        guard let header = try header(id, in: database) else { return nil }
        guard header.size <= largest else { return .tooLarge(header.kind, size: header.size) }
        return try readObject(id, from: database).map { .object($0) }
    }

    private func readObject(
        _ id: ObjectID, from database: OpaquePointer
    ) throws(GitError) -> RawObject? {
        var object: OpaquePointer?
        var oid = id.libgit2
        let code = git_odb_read(&object, database, &oid)
        guard code != GIT_ENOTFOUND.rawValue else {
            git_error_clear()
            return nil
        }
        guard code == 0, let object else { throw readingError(code, of: id) }
        defer { git_odb_object_free(object) }
        guard let kind = ObjectKind(git_odb_object_type(object)) else {
            throw .corruptObject(id, why: "its kind is unknown")
        }
        let bytes = UnsafeRawBufferPointer(
            start: git_odb_object_data(object), count: git_odb_object_size(object))
        return RawObject(kind: kind, bytes: Array(bytes))
    }

    /// The bytes of an object that must be there and of this kind.
    package func read(_ id: ObjectID, as kind: ObjectKind) throws(GitError) -> [UInt8] {
        guard let object = try read(id) else { throw .missingObject(id) }
        guard object.kind == kind else {
            throw .wrongKind(id, expected: kind, found: object.kind)
        }
        return object.bytes
    }

    /// The kind and size of an object, without reading or checking it; nil when it isn't there.
    package func header(_ id: ObjectID) throws(GitError) -> (kind: ObjectKind, size: Int)? {
        if let object = staging.objects[id] { return (object.kind, object.bytes.count) }
        return try header(id, in: database)
    }

    private func header(
        _ id: ObjectID, in database: OpaquePointer
    ) throws(GitError) -> (kind: ObjectKind, size: Int)? {
        var size = 0
        var type = GIT_OBJECT_INVALID
        var oid = id.libgit2
        let code = git_odb_read_header(&size, &type, database, &oid)
        guard code != GIT_ENOTFOUND.rawValue else {
            git_error_clear()
            return nil
        }
        guard code == 0 else { throw readingError(code, of: id) }
        guard let kind = ObjectKind(type) else {
            throw .corruptObject(id, why: "its kind is unknown")
        }
        return (kind, size)
    }

    /// The object whose id begins with these hexadecimal digits, four or more; nil when there is none.
    ///
    /// Throws `invalidName` when there are several.
    package func id(abbreviated digits: String) throws(GitError) -> ObjectID? {
        guard (4...2 * ObjectID.size).contains(digits.utf8.count) else { return nil }
        let padded = digits + String(repeating: "0", count: 2 * ObjectID.size - digits.utf8.count)
        guard var short = ObjectID(padded)?.libgit2 else { return nil }
        var found = git_oid()
        let code = git_odb_exists_prefix(&found, database, &short, digits.utf8.count)
        guard code != GIT_EAMBIGUOUS.rawValue else {
            git_error_clear()
            throw .invalidName(digits, why: "several objects' ids begin so")
        }
        return try Libgit2.found(code, "look for \(digits)") ? ObjectID(found) : nil
    }

    /// Whether the repository has the object.
    package func contains(_ id: ObjectID) -> Bool {
        if staging.objects[id] != nil { return true }
        var oid = id.libgit2
        return git_odb_exists(database, &oid) == 1
    }

    /// Stores an object, and gives its id. The bytes are taken as they are.
    ///
    /// Where objects are gathered, others see it from the next move of a ref on, or `flush`.
    @discardableResult
    package func write(_ kind: ObjectKind, _ bytes: [UInt8]) throws -> ObjectID {
        let object = RawObject(kind: kind, bytes: bytes)
        let id = object.id
        guard !isStored(id) else { return id }
        staging.objects[id] = object
        if !gathersObjects { try makeLast() }
        return id
    }

    /// Whether the object is there already. An object somebody stores just now may be missed, and is
    /// then stored twice, as the same.
    private func isStored(_ id: ObjectID) -> Bool {
        if staging.objects[id] != nil || looseObjects.holds(id) { return true }
        var oid = id.libgit2
        let flags = GIT_ODB_LOOKUP_NO_REFRESH.rawValue
        return git_odb_exists_ext(database, &oid, flags) == 1
    }

    private func readingError(_ code: Int32, of id: ObjectID) -> GitError {
        let failure = Libgit2.failure(code)
        switch failure.class {
        case Int32(GIT_ERROR_OS.rawValue), Int32(GIT_ERROR_NOMEMORY.rawValue):
            return .libgit2(
                operation: "read object \(id)", class: failure.class, code: code,
                message: failure.message)
        default:
            return .corruptObject(id, why: failure.message)
        }
    }
}
