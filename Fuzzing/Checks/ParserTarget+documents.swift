import ModelRegistry
import Signatures

/// Documents: what is read is written so that it is read as the same again.
extension ParserTarget {
    /// An accepted policy can be asked anything.
    static func policy(_ bytes: [UInt8]) -> String? {
        let parse = { try Policy.parse(bytes, file: "policy.yaml") }
        guard let policy = read(parse) else { return nil }
        guard read(parse) == policy else { return "it is read in two ways" }
        let people = policy.principals.map(\.id)
        _ = read { try policy.check(signers: people) }
        for rule in policy.environments {
            guard policy.environment(rule.environment) == rule else {
                return "'\(rule.environment)' has two rules"
            }
            for (role, count) in rule.approvals where count < 1 || role == .runner {
                return "'\(rule.environment)' asks for \(count) \(role)"
            }
            guard !rule.approvals.isEmpty else { return "'\(rule.environment)' asks for nobody" }
        }
        guard !policy.policyChange.isEmpty else { return "nobody need sign a change of policy" }
        return nil
    }

    static func yaml(_ bytes: [UInt8]) -> String? {
        roundTrip(
            bytes, parse: { try DocumentNode(yaml: $0, file: "document").value() },
            write: { [UInt8]($0.yaml().utf8) })
    }

    static func json(_ bytes: [UInt8]) -> String? {
        roundTrip(
            bytes, parse: { try DocumentNode(json: $0, file: "document").value() },
            write: { [UInt8]($0.json.utf8) })
    }

    /// A pointer has one form.
    static func pointer(_ bytes: [UInt8]) -> String? {
        guard let pointer = read({ try LFSPointer.parse(bytes, file: "pointer") }) else {
            return nil
        }
        guard pointer.serialise() == bytes else { return "it has two forms" }
        let parts = pointer.objectPath.split(separator: "/", omittingEmptySubsequences: false)
        let isBelow = parts.count == 3 && parts.allSatisfy { $0.allSatisfy(\.isHexDigit) }
        return isBelow ? nil : "its object is at \(pointer.objectPath)"
    }

    static func runRecord(_ bytes: [UInt8]) -> String? {
        roundTrip(
            bytes, parse: { try RunRecord.parse($0, file: "record") }, write: { $0.serialise() })
    }

    static func modelDescription(_ bytes: [UInt8]) -> String? {
        roundTrip(
            bytes, parse: { try ModelDescription.parse($0, file: "model.yaml") },
            write: { $0.serialise() })
    }

    static func revocation(_ bytes: [UInt8]) -> String? {
        roundTrip(
            bytes, parse: { try Revocation.parse($0, file: "revocation") },
            write: { $0.serialise() })
    }

    /// A bundle is read without harm, as is the envelope alone.
    static func modelSignature(_ bytes: [UInt8]) -> String? {
        if let signature = read({ try ModelSignature.parse(bytes, file: ModelSignature.name) }) {
            guard signature.bytes == bytes else { return "other bytes are kept" }
            guard signature.signer(among: []) == nil else { return "nobody signed it" }
        }
        return roundTrip(
            bytes,
            parse: { bytes in try DSSEEnvelope(DocumentNode(json: bytes, file: "envelope")) },
            write: { [UInt8]($0.json.utf8) })
    }
}
