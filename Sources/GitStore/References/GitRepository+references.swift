import CLibgit2
import SystemPackage

extension GitRepository {
    /// The object a ref names, through symbolic refs; nil when there is no such ref.
    package func reference(_ name: String) throws(GitError) -> ObjectID? {
        var next = name
        // As far as git follows them.
        for _ in 0...5 {
            switch try value(of: next) {
            case .object(let id): return id
            case .symbolic(let target):
                guard try Self.isReferenceName(target) else {
                    throw .corruptReference(next, why: "it leads to '\(target)', which is no ref")
                }
                next = target
            case nil: return nil
            }
        }
        throw .corruptReference(name, why: "it leads through more than five symbolic refs")
    }

    /// What a ref itself holds; nil when there is no such ref.
    func value(of name: String) throws(GitError) -> ReferenceValue? {
        try Self.requireReferenceName(name)
        // A work tree has a HEAD of its own.
        let directory =
            name.hasPrefix("refs/")
            ? gitDirectory : FilePath(String(cString: git_repository_path(handle)))
        return try ReferenceValue(
            name, at: directory.appending(name), packed: packedReferences)
    }

    /// What is packed now.
    private func packedReferences() throws(GitError) -> PackedReferences {
        if let known = knownPacked, known.isCurrent { return known }
        let packed = try PackedReferences(at: gitDirectory.appending("packed-refs"))
        knownPacked = packed
        return packed
    }

    static func requireReferenceName(_ name: String) throws(GitError) {
        guard try isReferenceName(name) else {
            throw .invalidName(name, why: "it isn't the name of a ref")
        }
    }

    static func isReferenceName(_ name: String) throws(GitError) -> Bool {
        var isValid: Int32 = 0
        // C would not see what follows a NUL.
        guard !name.utf8.contains(0) else { return false }
        try Libgit2.check(git_reference_name_is_valid(&isValid, name), "check a ref's name")
        return isValid == 1
    }

    /// The refs whose names begin with this, sorted by name; symbolic ones give what they lead to.
    package func references(
        prefix: String
    ) throws(GitError) -> [(name: String, target: ObjectID)] {
        // Loose before packed: a ref packed in between is then in both, not in neither.
        let loose = try LooseReferences(gitDirectory: gitDirectory).names(prefix: prefix)
            .sorted { $0.utf8.lexicographicallyPrecedes($1.utf8) }
        var packed = try packedReferences().records(prefix: prefix)[...]
        var references: [(name: String, target: ObjectID)] = []
        references.reserveCapacity(packed.count + loose.count)
        for name in loose where references.last?.name.utf8.elementsEqual(name.utf8) != true {
            while let next = packed.first, next.name.utf8.lexicographicallyPrecedes(name.utf8) {
                references.append((next.name, next.target))
                packed.removeFirst()
            }
            // A loose one wins.
            if packed.first?.name.utf8.elementsEqual(name.utf8) == true { packed.removeFirst() }
            // Nil when deleted since it was listed.
            if let target = try reference(name) { references.append((name, target)) }
        }
        return references + packed.map { ($0.name, $0.target) }
    }

    /// Whether a deletion of this ref that git has prepared only prunes its loose file: the ref is
    /// packed with the value it has, and git does not hold the lock to take it out of `packed-refs`.
    ///
    /// Git holds that lock for as long as it asks about a deletion; others, who pack refs or delete
    /// another one, for an instant.
    package func isPruned(_ name: String) throws(GitError) -> Bool {
        let lock = gitDirectory.appending("packed-refs.lock")
        var patience = LockPatience(.milliseconds(300))
        while try RepositoryFile.contents(of: lock) != nil, !LockMark.isMarked(lock) {
            guard patience.sleep() else { return false }
        }
        guard let packed = try packedReferences().record(named: name) else { return false }
        return try reference(name) == packed.target
    }

    /// Whether git, which has prepared to write this ref, writes it into `packed-refs` alone: it holds
    /// that lock and not the ref's own, without which it moves none.
    package func isBeingPacked(_ name: String) -> Bool {
        RepositoryFile.exists(gitDirectory.appending("packed-refs.lock"))
            && !RepositoryFile.exists(gitDirectory.appending(name + ".lock"))
    }
}
