/// P-256 keys as X.509 and OpenSSL write them (RFC 5480).
extension PublicKey {
    /// All that DER has before the point: the algorithm, the curve, and the length of the rest.
    private static let p256Prefix: [UInt8] = [
        0x30, 0x59, 0x30, 0x13, 0x06, 0x07, 0x2A, 0x86, 0x48, 0xCE, 0x3D, 0x02, 0x01, 0x06, 0x08,
        0x2A, 0x86, 0x48, 0xCE, 0x3D, 0x03, 0x01, 0x07, 0x03, 0x42, 0x00,
    ]
    private static let begin = "-----BEGIN PUBLIC KEY-----"
    private static let end = "-----END PUBLIC KEY-----"
    private static let pemWidth = 64

    /// Reads a P-256 key in DER, its point uncompressed.
    package init(subjectPublicKeyInfo der: [UInt8]) throws(SignatureFault) {
        let point = der.dropFirst(Self.p256Prefix.count)
        guard der.starts(with: Self.p256Prefix), point.count == 65 else {
            throw .malformedKey("P-256, in DER")
        }
        var writer = WireWriter()
        writer.string(KeyType.ecdsaP256.name)
        writer.string(KeyMaterial.Curve.p256.rawValue)
        writer.string(point)
        try self.init(blob: writer.bytes)
    }

    /// Reads a P-256 key in DER, written in base64 or as PEM.
    package init(subjectPublicKeyInfo text: String) throws(SignatureFault) {
        let lines = text.split(whereSeparator: \.isNewline)
        let isPEM = lines.count > 2 && lines.first == Self.begin[...] && lines.last == Self.end[...]
        let digits = isPEM ? lines.dropFirst().dropLast().joined() : text
        guard let der = Base64.decode(digits.utf8) else { throw .malformedKey("P-256, in base64") }
        try self.init(subjectPublicKeyInfo: der)
    }

    /// The DER of a P-256 key, nil for a key of another kind.
    package var subjectPublicKeyInfo: [UInt8]? {
        guard case .ecdsa(.p256, let point) = material else { return nil }
        return Self.p256Prefix + point
    }

    /// The PEM text of a P-256 key, as OpenSSL writes it; nil for a key of another kind.
    package var pem: String? {
        guard let der = subjectPublicKeyInfo else { return nil }
        let digits = Base64.encode(der)
        let lines = stride(from: 0, to: digits.count, by: Self.pemWidth).map { start in
            String(
                decoding: digits[start..<min(start + Self.pemWidth, digits.count)], as: UTF8.self)
        }
        return ([Self.begin] + lines + [Self.end]).map { "\($0)\n" }.joined()
    }
}
