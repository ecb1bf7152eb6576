import SystemPackage

extension GitRepository {
    /// Something that makes git show another history than the refs and objects have, or other refs.
    package struct Unusual: Sendable {
        /// A ref, or a file of the repository.
        package let name: String
        package let why: String
    }

    /// Replaced objects, grafts, a history that was cut off; refs that can't be read, that follow others,
    /// whose files are links or out of order, or of which `packed-refs` tells git something else.
    ///
    /// - Parameter visit: is given the name of every ref, twice where it has a file of its own and is packed too.
    package func unusual(
        _ visit: (_ name: String) -> Void = { _ in }
    ) throws(GitError) -> [Unusual] {
        var found: [Unusual] = []
        do throws(GitError) {
            // Those with files of their own first, so that each folder is looked into.
            for name in try LooseReferences(gitDirectory: gitDirectory).names(prefix: "refs/") {
                visit(name)
                found += unusual(loose: name)
            }
            try PackedReferences(at: gitDirectory.appending("packed-refs")).check {
                record, peeled in
                visit(record.name)
                found += unusual(record, peeled: peeled)
            }
        } catch {
            guard case .corruptReference(let name, let why) = error else { throw error }
            found.append(Unusual(name: name, why: why))
            return found
        }
        for file in ["info/grafts", "shallow"]
        where RepositoryFile.exists(gitDirectory.appending(file)) {
            found.append(Unusual(name: file, why: "git shows commits with other parents"))
        }
        return found
    }

    private func unusual(loose name: String) -> [Unusual] {
        var found = unusual(name)
        do throws(GitError) {
            // What a remote calls its own is a name for one of its branches.
            let isRemoteHead = name.hasPrefix("refs/remotes/") && name.hasSuffix("/HEAD")
            if !isRemoteHead, case .symbolic(let other) = try value(of: name) {
                found.append(
                    Unusual(name: name, why: "it has no value of its own: it follows '\(other)'"))
            }
        } catch {
            let why =
                if case .corruptReference(_, let why) = error { why } else { error.firstLine }
            found.append(Unusual(name: name, why: why))
        }
        return found
    }

    private func unusual(
        _ record: PackedReferences.Record, peeled: ArraySlice<UInt8>?
    ) -> [Unusual] {
        let found = unusual(record.name)
        guard let peeled else { return found }
        do throws(GitError) {
            // Where the tag is gone, a loose ref has taken its place, or it is missed as an object is.
            guard let target = try self.peeled(record.target),
                target == record.target || target != ObjectID(hexadecimal: peeled)
            else { return found }
            let why = "packed-refs says that it leads to another object than it does"
            return found + [Unusual(name: record.name, why: why)]
        } catch {
            return found + [Unusual(name: record.name, why: "what it leads to: \(error.firstLine)")]
        }
    }

    private func unusual(_ name: String) -> [Unusual] {
        guard name.hasPrefix("refs/replace/") else { return [] }
        return [Unusual(name: name, why: "git shows another object in its place")]
    }

    /// What tags that begin with this object lead to; the object itself, when it is no tag; nil without it.
    private func peeled(_ id: ObjectID) throws(GitError) -> ObjectID? {
        var id = id
        // Git's own tags are seldom more than one deep.
        for _ in 0..<8 {
            guard let object = try read(id) else { return nil }
            guard object.kind == .tag else { return id }
            let line = object.bytes.prefix { $0 != UInt8(ascii: "\n") }
            guard line.starts(with: "object ".utf8),
                let next = ObjectID(hexadecimal: line.dropFirst(7))
            else { throw .corruptObject(id, why: "it is a tag without an object") }
            id = next
        }
        throw .limitExceeded("object \(id) is a tag of a tag, too often")
    }
}
