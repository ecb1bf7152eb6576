import Signatures

/// What git and OpenSSH read too: accepted bytes have one reading, and one reading has one form.
extension ParserTarget {
    /// A commit's fields give back its bytes, with the signature and without.
    static func commit(_ bytes: [UInt8]) -> String? {
        guard let commit = read({ try SignedCommit.parse(bytes) }) else { return nil }
        let headers =
            (["tree \(commit.tree)"] + commit.parents.map { "parent \($0)" }
            + ["author \(commit.author)", "committer \(commit.committer)"]
            + (commit.encoding.map { ["encoding \($0)"] } ?? []))
            .map { $0 + "\n" }.joined()
        let end = "\n" + commit.message
        guard [UInt8]((headers + end).utf8) == commit.payload else {
            return "its fields don't give its payload back"
        }
        let field = commit.signature.map {
            "gpgsig " + text($0.dropLast()).replacing("\n", with: "\n ") + "\n"
        }
        guard [UInt8]((headers + (field ?? "") + end).utf8) == bytes else {
            return "its fields don't give its bytes back"
        }
        guard commit.signature != nil || commit.verify() == .bad(reason: .unsigned) else {
            return "a commit without a signature is verified"
        }
        return nil
    }

    /// An accepted armor is the one that OpenSSH writes for the same content.
    static func signature(_ bytes: [UInt8]) -> String? {
        guard let signature = read({ try SSHSignature.parse(armor: bytes) }) else {
            if case .good = SSHSignature.verify(armor: bytes, over: []) {
                return "what can't be read is good"
            }
            return nil
        }
        guard signature.namespace == SSHSignature.namespace else { return "another namespace" }
        let key = signature.publicKey
        guard read({ try PublicKey(blob: key.blob) }) == key,
            read({ try PublicKey(openSSHLine: key.openSSHLine) }) == key
        else { return "its key is read in two ways" }
        // A security key says more, which the parser keeps apart.
        guard key.application == nil, signature.hashAlgorithm == .sha512 else { return nil }
        let inner = string([UInt8](signature.signatureType.utf8)) + string(signature.signatureBytes)
        let again = SSHSignature.armor(SSHSignature.blob(key: key, signature: inner))
        return !key.type.isSupported || again == bytes
            ? nil : "its fields don't give its bytes back"
    }

    /// A string in SSH's encoding.
    private static func string(_ bytes: [UInt8]) -> [UInt8] {
        let count = UInt32(truncatingIfNeeded: bytes.count)
        return [24, 16, 8, 0].map { UInt8(truncatingIfNeeded: count >> $0) } + bytes
    }

    /// The lines are kept as they are, and each one's key is found under its own name.
    static func allowedSigners(_ bytes: [UInt8]) -> String? {
        let parse = { try AllowedSigners.parse($0, file: "allowed_signers") }
        guard let signers = read({ try parse(bytes) }) else { return nil }
        let isEnded = bytes.isEmpty || bytes.last == UInt8(ascii: "\n")
        guard signers.serialised() == bytes + (isEnded ? [] : [UInt8(ascii: "\n")]) else {
            return "its lines don't give its bytes back"
        }
        for entry in signers.entries {
            guard signers.entry(for: entry.key) == entry else { return "a key has two lines" }
            let line = AllowedSigners.line(
                principal: entry.principal, key: entry.key, validAfter: entry.validAfter,
                validBefore: entry.validBefore)
            let again = read { try parse([UInt8](line.utf8)) }?.entries.first
            guard again?.principal == entry.principal, again?.key == entry.key,
                again?.validAfter == entry.validAfter, again?.validBefore == entry.validBefore
            else { return "written anew it is read as something else: \(line)" }
        }
        return roundTrip(bytes, parse: parse) { $0.serialised() }
    }
}
