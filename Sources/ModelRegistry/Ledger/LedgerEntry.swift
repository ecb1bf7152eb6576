import Foundation
import GitStore

/// One accepted update of a reference, as the ledger keeps it.
package struct LedgerEntry: Codable, Sendable {
    package var apiVersion = "signet/v1"
    package var kind = "LedgerEntry"
    /// The place in the chain, from 1.
    package var number: Int
    package var received: Timestamp
    package var verdict: Verdict
    /// What the registry itself did in consequence.
    package var effects: [Effect]
    /// How many refusals the ledger does not hold, in an entry that says so.
    package var omitted: Int?

    /// A move of an engine-only reference that follows from an update.
    package struct Effect: Codable, Hashable, Sendable {
        package enum Kind: String, Codable, Sendable { case tag, close }
        package enum Why: String, Codable, Sendable {
            case merged, rejected, superseded, stale
        }
        package var kind: Kind
        /// The tag, or the branch that is closed; empty when the branch has moved on.
        package var reference: String
        package var target: ObjectID
        /// Where a closed branch's commit is kept.
        package var keptAs: String?
        package var why: Why?
    }

    package static let path = "entry.json"

    package init(
        number: Int, received: Timestamp, verdict: Verdict, effects: [Effect], omitted: Int? = nil
    ) {
        self.number = number
        self.received = received
        self.verdict = verdict
        self.effects = effects
        self.omitted = omitted
    }

    /// Where the entry left its reference; nil when it tells of a refusal, which moved nothing.
    package var moved: ObjectID? { verdict.kind == .refused ? nil : verdict.new }

    /// The first line of the entry's commit.
    package var title: String {
        let subject = ReferenceTarget.short(verdict.reference)
        return "\(number): \(verdict.kind.rawValue) \(subject)"
    }
}

/// JSON as every document of the registry is written: sorted keys, readable, one newline at the end.
package enum CanonicalJSON {
    package static func encode(_ value: some Encodable) throws -> [UInt8] {
        let encoder = JSONEncoder()
        encoder.outputFormatting = [.sortedKeys, .prettyPrinted, .withoutEscapingSlashes]
        return try [UInt8](encoder.encode(value)) + [UInt8(ascii: "\n")]
    }

    package static func decode<Value: Decodable>(
        _ type: Value.Type, from bytes: [UInt8], file: String
    ) throws -> Value {
        do {
            return try JSONDecoder().decode(type, from: Data(bytes))
        } catch {
            throw DocumentError(file: file, problem: "is not the JSON it should be: \(error)")
        }
    }
}
