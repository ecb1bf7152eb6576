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
    /// packed with the value it has, and git does not hold the lock to take it out of `packed-refs`.
    ///
    /// Git holds that lock for as long as it asks about a deletion; others, who pack refs or delete
    /// another one, for an instant.
    package func isPruned(_ name: String) throws(GitError) -> Bool {
        let path = gitDirectory.appending("packed-refs")
        let lock = gitDirectory.appending("packed-refs.lock")
        var patience = LockPatience(.milliseconds(300))
        while try RepositoryFile.contents(of: lock) != nil, !LockMark.isMarked(lock) {
            guard patience.sleep() else { return false }
        }
        let packed = try PackedReferences(at: path).records(prefix: name)
            .first { $0.name.utf8.elementsEqual(name.utf8) }
        guard let packed else { return false }
        return try reference(name) == packed.target
    }

    /// Whether git, which has prepared to write this ref, writes it into `packed-refs` alone: it holds
    /// that lock and not the ref's own, without which it moves none.
    package func isBeingPacked(_ name: String) -> Bool {
        RepositoryFile.exists(gitDirectory.appending("packed-refs.lock"))
            && !RepositoryFile.exists(gitDirectory.appending(name + ".lock"))
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
            // When it is the file of packed refs that can't be read, that is said, and not the ref.
            _ = try PackedReferences(at: gitDirectory.appending("packed-refs")).records(
                prefix: name)
            throw .corruptReference(name, why: failure.message)
        }
    }
}
