import Signatures

extension DSSEEnvelope {
    /// Reads an envelope in JSON, payload and signatures in base64.
    package init(_ node: DocumentNode) throws(DocumentError) {
        _ = try node.members(["payload", "payloadType", "signatures"])
        let payload = try node.required("payload").base64()
        let type = try node.required("payloadType").singleLine()
        var signatures: [Signature] = []
        for item in try node.required("signatures").items() {
            let members = try item.members(["keyid", "sig"])
            signatures.append(
                Signature(
                    keyID: try members["keyid"]?.text() ?? "",
                    bytes: try item.required("sig").base64()))
        }
        self.init(payloadType: type, payload: payload, signatures: signatures)
    }

    /// The envelope as one line of JSON, its keys sorted; the same envelope has the same text.
    package var json: String {
        let signatures = signatures.map { signature in
            "{\"keyid\":\(signature.keyID.quotedAsJSON),\"sig\":\"\(Base64.string(signature.bytes))\"}"
        }
        return "{\"payload\":\"\(Base64.string(payload))\",\"payloadType\":"
            + "\(payloadType.quotedAsJSON),\"signatures\":[\(signatures.joined(separator: ","))]}"
    }
}

extension DocumentNode {
    /// Bytes in base64 with padding.
    func base64() throws(DocumentError) -> [UInt8] {
        guard let bytes = Base64.decode(try text().utf8) else {
            throw error("must be base64 with padding, on one line")
        }
        return bytes
    }
}
