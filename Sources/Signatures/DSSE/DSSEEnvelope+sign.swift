extension DSSEEnvelope {
    /// An envelope with one signature, by a service's key.
    package static func signed(
        _ payload: [UInt8], type: String, by key: ServiceKey
    ) throws(SigningError) -> DSSEEnvelope {
        var envelope = DSSEEnvelope(payloadType: type, payload: payload)
        try envelope.sign(with: key)
        return envelope
    }

    /// Adds a signature whose key id is the key's fingerprint.
    package mutating func sign(with key: ServiceKey) throws(SigningError) {
        let bytes = try key.signature(over: signedBytes)
        signatures.append(Signature(keyID: key.publicKey.fingerprint, bytes: bytes))
    }
}
