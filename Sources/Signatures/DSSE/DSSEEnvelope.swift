/// A payload signed in a DSSE envelope, its type signed with it.
///
/// Source: https://github.com/secure-systems-lab/dsse/blob/v1.0.0/protocol.md
package struct DSSEEnvelope: Hashable, Sendable {
    /// What the payload is, such as `application/vnd.in-toto+json`.
    package var payloadType: String
    /// The bytes that are signed.
    package var payload: [UInt8]
    /// The signatures, each over type and payload.
    package var signatures: [Signature]

    /// One signature, and a hint at the key that made it.
    package struct Signature: Hashable, Sendable {
        /// The signer's word on which key it is. It isn't signed and proves nothing.
        package var keyID: String
        /// ed25519's 64 bytes, or ECDSA's DER.
        package var bytes: [UInt8]

        package init(keyID: String, bytes: [UInt8]) {
            self.keyID = keyID
            self.bytes = bytes
        }
    }

    package init(payloadType: String, payload: [UInt8], signatures: [Signature] = []) {
        self.payloadType = payloadType
        self.payload = payload
        self.signatures = signatures
    }

    /// What a signature is over: DSSE's pre-authentication encoding.
    ///
    /// It begins otherwise than what SSH signatures are over, so that neither can pass for the other.
    package var signedBytes: [UInt8] {
        let type = Array(payloadType.utf8)
        return Array("DSSEv1 \(type.count) ".utf8) + type + Array(" \(payload.count) ".utf8)
            + payload
    }
}
