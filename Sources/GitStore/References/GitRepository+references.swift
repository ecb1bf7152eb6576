import CLibgit2
import SystemPackage

extension GitRepository {
    /// The object a ref names, through symbolic refs; nil when there is no such ref.
    package func reference(_ name: String) throws(GitError) -> ObjectID? {
        try Self.requireNoNUL(name)
        var oid = git_oid()
        let code = git_reference_name_to_id(&oid, handle, name)
        guard try isFound(code, name) else { return nil }
        return ObjectID(oid)
    }

    /// The refs whose names begin with this, sorted by name; symbolic ones give what they lead to.
    package func references(
        prefix: String
    ) throws(GitError) -> [(name: String, target: ObjectID)] {
        // Loose before packed: a ref packed in between is then in both, not in neither.
        let loose = try LooseReferences(gitDirectory: gitDirectory).names(prefix: prefix)
        let packed = try PackedReferences(at: gitDirectory.appending("packed-refs"))
        var targets: [[UInt8]: ObjectID] = [:]
        for record in try packed.records(prefix: prefix) {
            targets[Array(record.name.utf8)] = record.target
        }
        for name in loose {
            // Nil when deleted since it was listed.
            targets[Array(name.utf8)] = try reference(name)
        }
        return targets.map { (String(decoding: $0.key, as: UTF8.self), $0.value) }
            .sorted { $0.0.utf8.lexicographicallyPrecedes($1.0.utf8) }
    }

    /// Whether a deletion of this ref that git has prepared only prunes its loose file: the ref is
    /// packed with the value it has, and nobody holds the lock to take it out of `packed-refs`.
    package func isPruned(_ name: String) throws(GitError) -> Bool {
        let path = gitDirectory.appending("packed-refs")
        guard try RepositoryFile.contents(of: gitDirectory.appending("packed-refs.lock")) == nil
        else { return false }
        let packed = try PackedReferences(at: path).records(prefix: name)
            .first { $0.name.utf8.elementsEqual(name.utf8) }
        guard let packed else { return false }
        return try reference(name) == packed.target
    }

    func isFound(_ code: Int32, _ name: String) throws(GitError) -> Bool {
        switch code {
        case 0:
            return true
        case GIT_ENOTFOUND.rawValue:
            git_error_clear()
            return false
        case GIT_EINVALIDSPEC.rawValue:
            git_error_clear()
            throw .invalidName(name, why: "it isn't the name of a ref")
        default:
            let failure = Libgit2.failure(code)
            throw .corruptReference(name, why: failure.message)
        }
    }
}
