import CLibgit2

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
        var found: [(name: String, target: ObjectID)] = []
        for name in try names(prefix: prefix) {
            // One deleted since it was listed is left out.
            guard let target = try reference(name) else { continue }
            found.append((name, target))
        }
        return found.sorted { $0.name.utf8.lexicographicallyPrecedes($1.name.utf8) }
    }

    private func names(prefix: String) throws(GitError) -> [String] {
        try Self.requireNoNUL(prefix)
        guard !prefix.utf8.contains(where: { "*?[\\".utf8.contains($0) }) else {
            throw .invalidName(prefix, why: "no ref's name may hold '*', '?', '[' or '\\'")
        }
        var iterator: OpaquePointer?
        try Libgit2.check(
            git_reference_iterator_glob_new(&iterator, handle, prefix + "*"),
            "list refs at '\(prefix)'")
        defer { git_reference_iterator_free(iterator) }
        var names: [String] = []
        var name: UnsafePointer<CChar>?
        while try Libgit2.found(
            git_reference_next_name(&name, iterator), "list refs at '\(prefix)'"), let name
        {
            names.append(String(cString: name))
        }
        return names
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
