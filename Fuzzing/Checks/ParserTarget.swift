/// A parser of what strangers write, and what must hold of its answer to any bytes at all.
///
/// Coverage-guided fuzzing makes the bytes (`scripts/fuzz`); a test replays those that are kept.
package enum ParserTarget: String, CaseIterable, Sendable {
    case commit
    case signature
    case tree
    case allowedSigners = "allowed-signers"
    case policy
    case yaml
    case json
    case pointer = "lfs-pointer"
    case runRecord = "run-record"
    case modelSignature = "model-signature"
    case modelDescription = "model"
    case revocation

    /// How a parser's answer contradicts itself; nil where the bytes are refused, or all holds.
    package func contradiction(in bytes: [UInt8]) -> String? {
        switch self {
        case .commit: Self.commit(bytes)
        case .signature: Self.signature(bytes)
        case .tree: Self.tree(bytes)
        case .allowedSigners: Self.allowedSigners(bytes)
        case .policy: Self.policy(bytes)
        case .yaml: Self.yaml(bytes)
        case .json: Self.json(bytes)
        case .pointer: Self.pointer(bytes)
        case .runRecord: Self.runRecord(bytes)
        case .modelSignature: Self.modelSignature(bytes)
        case .modelDescription: Self.modelDescription(bytes)
        case .revocation: Self.revocation(bytes)
        }
    }

    /// What one way of reading says, nil where it refuses.
    static func read<Value>(_ parse: () throws -> Value) -> Value? {
        do {
            return try parse()
        } catch {
            return nil  // refused, as most bytes are; why is the parser's own tests' matter
        }
    }

    /// Whether what was read is written so that it is read as the same again, and written alike.
    static func roundTrip<Value: Equatable>(
        _ bytes: [UInt8], parse: ([UInt8]) throws -> Value, write: (Value) -> [UInt8]
    ) -> String? {
        guard let value = read({ try parse(bytes) }) else { return nil }
        let written = write(value)
        do {
            let again = try parse(written)
            guard again == value else {
                return "written anew it is read as something else: \(text(written))"
            }
            return write(again) == written ? nil : "it has two canonical forms: \(text(written))"
        } catch {
            return "written anew it is refused: \(error): \(text(written))"
        }
    }

    static func text(_ bytes: [UInt8]) -> String { String(decoding: bytes, as: UTF8.self) }
}
