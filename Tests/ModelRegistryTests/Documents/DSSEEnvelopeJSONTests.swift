import Signatures
import Testing

@testable import ModelRegistry

/// Envelopes as JSON.
@Suite struct DSSEEnvelopeJSONTests {
    private func read(_ json: String) throws(DocumentError) -> DSSEEnvelope {
        try DSSEEnvelope(DocumentNode(json: json.bytes, file: "e.json"))
    }

    @Test func anEnvelopeHasOneTextAndIsReadBack() throws {
        let envelope = try DSSEEnvelope.signed(
            "{}\n".bytes, type: "application/vnd.in-toto+json", by: Person.ada.key)
        let signature = Base64.string(envelope.signatures[0].bytes)
        #expect(
            envelope.json
                == #"{"payload":"e30K","payloadType":"application/vnd.in-toto+json","signatures":"#
                + #"[{"keyid":"\#(Person.ada.key.publicKey.fingerprint)","sig":"\#(signature)"}]}"#)
        let read = try read(envelope.json)
        #expect(read == envelope)
        #expect(read.verify(with: Person.ada.key.publicKey).key == Person.ada.key.publicKey)
    }

    @Test(arguments: [
        #"{"payload":"e30","payloadType":"t","signatures":[]}"#,
        #"{"payload":"e30K","payloadType":"","signatures":[]}"#,
        #"{"payload":"e30K","payloadType":"t"}"#,
        #"{"payload":"e30K","payloadType":"t","signatures":[{"keyid":"k"}]}"#,
        #"{"payload":"e30K","payloadType":"t","signatures":[{"sig":"","cert":"c"}]}"#,
        #"{"payload":"e30K","payloadType":"t","signatures":[],"x":1}"#,
    ])
    func anotherFormIsRefused(json: String) {
        #expect(throws: DocumentError.self) { try read(json) }
    }
}
