import Foundation
import GitStore

/// What the registry states of an accepted environment commit: an in-toto statement whose predicate is
/// SLSA's verification summary, for the Source track.
///
/// Source: https://slsa.dev/spec/v1.2/verification_summary
package struct VerificationSummary: Codable, Hashable, Sendable {
    package var type = "https://in-toto.io/Statement/v1"
    package var subject: [Subject]
    package var predicateType = "https://slsa.dev/verification_summary/v1"
    package var predicate: Predicate

    package static let payloadType = "application/vnd.in-toto+json"

    package struct Subject: Codable, Hashable, Sendable {
        package var name: String
        package var digest: [String: String]
        package var annotations: Annotations
    }

    package struct Annotations: Codable, Hashable, Sendable {
        package var sourceRefs: [String]

        private enum CodingKeys: String, CodingKey { case sourceRefs = "source_refs" }
    }

    package struct Predicate: Codable, Hashable, Sendable {
        package var verifier: Verifier
        package var timeVerified: Timestamp
        package var resourceUri: String
        package var policy: PolicyDescriptor
        package var inputAttestations: [String] = []
        package var verificationResult = "PASSED"
        package var verifiedLevels: [SourceLevel]
        package var slsaVersion = "1.2"
    }

    package struct Verifier: Codable, Hashable, Sendable {
        package var id: String
    }

    package struct PolicyDescriptor: Codable, Hashable, Sendable {
        package var uri: String
        package var digest: [String: String]
    }

    private enum CodingKeys: String, CodingKey {
        case type = "_type"
        case subject, predicateType, predicate
    }

    /// The registry as attestations name it.
    package static func uri(of founding: ObjectID) -> String { "urn:signet:\(founding.hex)" }
}

/// What SLSA's Source track asks for, as far as a registry can reach it.
package enum SourceLevel: String, Codable, Hashable, Sendable {
    /// History is kept, controls are enforced, and it is recorded how the commit came about.
    case recorded = "SLSA_SOURCE_LEVEL_3"
    /// Two people took part in all that the commit changes.
    case twoParty = "SLSA_SOURCE_LEVEL_4"
}
