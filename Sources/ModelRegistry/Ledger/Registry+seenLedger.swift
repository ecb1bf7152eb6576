import GitStore
import SystemPackage

/// How a clone notices that the registry was set back.
extension Registry {
    /// Keeps the last ledger commit that this clone has seen, whatever becomes of its references.
    private var seenLedger: FilePath { folder.appending("seen-ledger") }

    /// Fetches, and refuses a ledger that does not continue the one that the clone had.
    func followingLedger(of remote: String, fetch: () throws -> Void) throws {
        let known = try ledger.tip()
        let seen = try lastSeen()
        try fetch()
        let present = try ledger.tip()
        for earlier in Set([known, seen].compactMap { $0 }) {
            guard try !ledger.continues(earlier) else { continue }
            if present != known {
                try repository.update(
                    [ReferenceUpdate(name: Ledger.reference, old: present, new: known)],
                    log: "keep")
            }
            throw RegistryError.invalid(
                "the registry '\(remote)' is older than this clone, or has another history: its "
                    + "ledger, at \(present?.short ?? "nothing"), does not continue \(earlier.short), "
                    + "which this clone has seen",
                hint:
                    "nothing it says can be relied on until its keeper explains it, with a receipt: "
                    + "signet ledger receipt check FILE\n"
                    + "if it was put back from a backup and you agree, forget what was seen: "
                    + "rm '\(seenLedger)' && git update-ref -d \(Ledger.reference)")
        }
        if let present, present != seen {
            try DurableFile.write(Array("\(present.hex)\n".utf8), to: seenLedger)
        }
    }

    private func lastSeen() throws -> ObjectID? {
        guard let bytes = try DurableFile.read(seenLedger) else { return nil }
        let text = String(decoding: bytes, as: UTF8.self)
        guard let seen = ObjectID(text.prefix { !$0.isWhitespace }) else {
            throw RegistryError.damaged(what: "'\(seenLedger)'", why: "it names no commit")
        }
        return seen
    }
}

extension Ledger {
    /// Whether the chain has this commit in it.
    func continues(_ earlier: ObjectID) throws -> Bool {
        var next = try tip()
        while let id = next {
            if id == earlier { return true }
            next = try repository.parents(of: id).first
        }
        return false
    }
}
