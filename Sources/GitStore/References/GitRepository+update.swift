extension GitRepository {
    /// Moves refs, all of them under lock and only from the values they must have.
    ///
    /// Locks every ref, checks every old value, runs `judge`, puts in place what is staged (`judge` may
    /// do so itself, by `flush`), then sets and deletes in the order given. When `judge` throws, or a
    /// value isn't the expected one, nothing moves. Should the machine fail between two refs, the
    /// earlier ones have moved: git has no atomic form of this. It is all there for good when this
    /// returns, or with `isLast` false after `makeLast`. Throws `conflict`, `locked` (after waiting
    /// as long as `patience`), `nameConflict`, `missingObject` and what `judge` throws.
    package func update(
        _ updates: [ReferenceUpdate], log message: String, isLast: Bool = true,
        patience: Duration = .seconds(5), whileLocked judge: () throws -> Void = {}
    ) throws {
        try requireUpdatable(updates)
        var patience = LockPatience(patience)
        let locks = try lock(updates, patience: &patience)
        // Held to the end, whatever the optimiser thinks of their last use.
        try withExtendedLifetime(locks) {
            for update in updates {
                try requireUnmoved(update)
            }
            try requireNoNameConflict(updates)
            let moves = updates.filter { $0.old != $0.new }
            defer { staging.locks = [] }
            for update in moves {
                guard let new = update.new else { continue }
                try locks.references[update.name]?.write(new)
            }
            try judge()
            try flush()
            for update in moves { try move(update, locks, log: message) }
        }
        if isLast { try makeLast() }
    }

    private func move(_ update: ReferenceUpdate, _ locks: Locks, log message: String) throws {
        if update.new == nil {
            try locks.packed?.remove(update.name)
            try locks.references[update.name]?.remove()
        } else {
            try locks.references[update.name]?.put()
        }
        try log(update, message)
    }

    private func requireUpdatable(_ updates: [ReferenceUpdate]) throws(GitError) {
        var names: Set<String> = []
        for update in updates {
            try Self.requireReferenceName(update.name)
            guard update.name.hasPrefix("refs/") else {
                throw .invalidName(update.name, why: "it isn't the full name of a ref")
            }
            guard names.insert(update.name).inserted else {
                throw .invalidName(update.name, why: "it is updated twice at once")
            }
            guard let new = update.new else { continue }
            guard let header = try header(new) else { throw .missingObject(new) }
            guard header.kind == .commit || !update.name.hasPrefix("refs/heads/") else {
                throw .wrongKind(new, expected: .commit, found: header.kind)
            }
        }
    }

    private struct Locks {
        var references: [String: LockedReference] = [:]
        var packed: PackedReferencesLock?
    }

    private func lock(
        _ updates: [ReferenceUpdate], patience: inout LockPatience
    ) throws(GitError) -> Locks {
        var locks = Locks()
        // One order for everybody, so that two updates never wait for each other.
        for update in updates.sorted(by: { $0.name < $1.name }) {
            do {
                locks.references[update.name] = try LockedReference(
                    update.name, in: self, patience: &patience)
            } catch {
                // The file system says it in its own way when a ref stands where a directory must.
                if case .files = error { try requireNoNameConflict(updates) }
                throw error
            }
        }
        if updates.contains(where: { $0.new == nil && $0.old != nil }) {
            locks.packed = try PackedReferencesLock(in: gitDirectory, patience: &patience)
        }
        return locks
    }

    private func requireUnmoved(_ update: ReferenceUpdate) throws(GitError) {
        let found = try directReference(update.name)
        guard found == update.old else {
            throw .conflict(reference: update.name, expected: update.old, found: found)
        }
    }

    /// What the ref itself holds. A symbolic ref is refused: it is another that would move.
    private func directReference(_ name: String) throws(GitError) -> ObjectID? {
        switch try value(of: name) {
        case .object(let id): return id
        case .symbolic:
            throw .corruptReference(name, why: "it is symbolic, and only direct refs are updated")
        case nil: return nil
        }
    }

    /// No ref may be the directory of another, loose or packed.
    private func requireNoNameConflict(_ updates: [ReferenceUpdate]) throws(GitError) {
        let created = updates.filter { $0.old == nil && $0.new != nil }.map(\.name)
        for name in created {
            let below = try references(prefix: name + "/").first?.name
            let above = try existingReference(of: ancestors(of: name))
            let beside = created.first { $0.hasPrefix(name + "/") }
            if let existing = below ?? above ?? beside {
                throw .nameConflict(reference: name, existing: existing)
            }
        }
    }

    private func existingReference(of names: [String]) throws(GitError) -> String? {
        for name in names where try reference(name) != nil {
            return name
        }
        return nil
    }

    private func ancestors(of name: String) -> [String] {
        let parts = name.split(separator: "/")
        return (2..<max(2, parts.count)).map { parts.prefix($0).joined(separator: "/") }
    }
}
