import Signatures

/// A key that no longer counts, and since when: one file of `refs/signet/revocations`.
package struct Revocation: Hashable, Sendable {
    /// Why a key was given up, which says what its earlier signatures are worth.
    package enum Reason: String, CaseIterable, Codable, Hashable, Sendable {
        /// Its owner left: what it signed before stays good.
        case left
        /// Its owner has another one: what it signed before stays good.
        case rotated
        /// Somebody else may have it: what it signed since `fromEntry` counts for nothing any more,
        /// and what was approved with it is to be approved again.
        case compromised
    }

    package let key: PublicKey
    package let principal: PrincipalID
    package let reason: Reason
    /// The first ledger entry whose signatures by the key are in doubt; for compromised keys alone.
    package let fromEntry: Int?
    /// What the revoker says of it.
    package let note: String?

    package init(
        key: PublicKey, principal: PrincipalID, reason: Reason, fromEntry: Int?, note: String?
    ) {
        self.key = key
        self.principal = principal
        self.reason = reason
        self.fromEntry = fromEntry
        self.note = note
    }

    /// Reads a revocation strictly.
    package static func parse(_ bytes: [UInt8], file: String) throws(DocumentError) -> Revocation {
        let root = try DocumentNode(yaml: bytes, file: file)
        try root.expect(kind: "Revocation")
        let members = try root.members([
            "apiVersion", "kind", "key", "principal", "reason", "fromEntry", "note",
        ])
        let line = try root.required("key")
        let key: PublicKey
        do {
            key = try PublicKey(openSSHLine: line.singleLine(limit: 32_768))
        } catch let error as DocumentError {
            throw error
        } catch {
            throw line.error("is no public key: \(error)")
        }
        let reason: Reason = try root.required("reason").choice()
        let from = try members["fromEntry"]?.integer(in: 1...Int.max)
        guard (from != nil) == (reason == .compromised) else {
            throw root.error(
                reason == .compromised
                    ? "lacks 'fromEntry', from which a compromised key is in doubt"
                    : "has 'fromEntry', which a key that was \(reason.rawValue) has not",
                hint: "only 'reason: compromised' reaches back to earlier entries")
        }
        return Revocation(
            key: key, principal: try root.required("principal").name(), reason: reason,
            fromEntry: from, note: try members["note"]?.singleLine(limit: 500))
    }

    /// The canonical YAML text.
    package func serialise() -> [UInt8] {
        var members: [String: DocumentValue] = [
            "apiVersion": .string("signet/v1"), "kind": .string("Revocation"),
            "key": .string(key.openSSHLine), "principal": .string(principal.text),
            "reason": .string(reason.rawValue),
        ]
        if let fromEntry { members["fromEntry"] = .integer(fromEntry) }
        if let note { members["note"] = .string(note) }
        let order = ["apiVersion", "kind", "key", "principal", "reason", "fromEntry", "note"]
        return Array(DocumentValue.mapping(members).yaml(order: order).utf8)
    }
}
