/// What a browser adds to a passkey's signature (W3C, Web Authentication).
package struct BrowserAssertion: Hashable, Sendable {
    /// The origin of the page that asked, such as `https://approve.example.com`.
    package let origin: String
    /// The browser's JSON, byte for byte as its hash was signed.
    package let clientData: [UInt8]
    /// The key's extensions in CBOR; empty for none. Nothing in them is read.
    package let extensions: [UInt8]
    /// Whether the page stood inside a page of another origin.
    package let crossOrigin: Bool

    /// Reads the three strings at a signature's end, and the JSON strictly.
    init(from reader: inout WireReader) throws(SignatureFault) {
        guard let origin = reader.string(), let clientData = reader.string(),
            let extensions = reader.string()
        else { throw .truncated }
        let isPlain = { (byte: UInt8) in (0x21...0x7E).contains(byte) && !"\"\\".utf8.contains(byte)
        }
        guard !origin.isEmpty, origin.allSatisfy(isPlain) else { throw .malformedOrigin }
        self.origin = String(decoding: origin, as: UTF8.self)
        self.clientData = clientData
        self.extensions = extensions
        let members = try ClientDataReader.members(of: clientData)
        let isCross = try Self.crossOrigin(members["crossOrigin"])
        crossOrigin = isCross || members["topOrigin"] != nil
    }

    private static func crossOrigin(
        _ member: ClientDataReader.Value?
    ) throws(SignatureFault) -> Bool {
        switch member {
        case nil: return false
        case .bool(let isCross): return isCross
        case .other: throw .malformedClientData("'crossOrigin' is neither true nor false")
        }
    }

    /// Demands that the browser signed for `signed`, for this origin and in a page of its own.
    func demandSound(over signed: [UInt8]) throws(SignatureFault) {
        let start =
            #"{"type":"webauthn.get","challenge":""# + Base64.urlString(signed)
            + #"","origin":""# + origin + #"""#
        guard clientData.starts(with: start.utf8),
            let next = clientData.dropFirst(start.utf8.count).first, ",}".utf8.contains(next)
        else { throw .wrongClientData }
        guard !crossOrigin else { throw .crossOrigin }
    }
}
