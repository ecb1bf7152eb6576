import Crypto

/// Reads a commit's headers line by line, in the one order that is allowed.
struct CommitParser {
    private enum Header: String, CaseIterable {
        case tree, parent, author, committer, encoding, gpgsig

        var rank: Int {
            switch self {
            case .tree: 0
            case .parent: 1
            case .author: 2
            case .committer: 3
            case .encoding: 4
            case .gpgsig: 5
            }
        }
    }

    private let bytes: [UInt8]
    private var position = 0
    private var last: Header?
    private var tree: String?
    private var parents: [String] = []
    private var author: Identity?
    private var committer: Identity?
    private var encoding: String?
    private var signature: [UInt8]?
    private var signatureRange = 0..<0

    init(_ bytes: [UInt8]) {
        self.bytes = bytes
    }

    mutating func parse() throws(CommitFault) -> SignedCommit {
        try Self.demandPlainText(bytes)
        while let line = try nextLine() { try header(line) }
        guard let tree else { throw .missingHeader(Header.tree.rawValue) }
        guard let author else { throw .missingHeader(Header.author.rawValue) }
        guard let committer else { throw .missingHeader(Header.committer.rawValue) }
        var payload: [UInt8] = []
        payload.reserveCapacity(bytes.count)
        payload += bytes[..<signatureRange.lowerBound]
        payload += bytes[signatureRange.upperBound...]
        var hash = SHA256()
        payload.withUnsafeBytes { hash.update(bufferPointer: $0) }
        return SignedCommit(
            tree: tree, parents: parents, author: author, committer: committer,
            encoding: encoding, signature: signature, payload: payload,
            payloadDigest: hash.finalize(),
            message: String(decoding: bytes[position...], as: UTF8.self))
    }

    /// Refuses bytes that a terminal, git or a C string would not read as plain UTF-8 text.
    static func demandPlainText(_ bytes: [UInt8]) throws(CommitFault) {
        guard bytes.count <= SignedCommit.largest else { throw .tooLarge(bytes: bytes.count) }
        let isForeign = { (byte: UInt8) in
            (byte < 0x20 && byte != 0x0A && byte != 0x09) || byte == 0x7F
        }
        // Mostly nothing is found: without branches, many bytes are looked at at once.
        var (anyForeign, anyHigh): (UInt8, UInt8) = (0, 0)
        for byte in bytes {
            let isControl: UInt8 = byte < 0x20 ? 1 : 0
            let isOther: UInt8 = byte == 0x0A || byte == 0x09 ? 0 : 1
            let isDelete: UInt8 = byte == 0x7F ? 1 : 0
            anyForeign |= isControl & isOther | isDelete
            anyHigh |= byte
        }
        if anyForeign != 0, let foreign = bytes.first(where: isForeign) {
            throw foreign == 0 ? .nulByte : .controlCharacter(foreign)
        }
        guard anyHigh < 0x80 || String(validating: bytes, as: UTF8.self) != nil else {
            throw .notUTF8
        }
    }

    /// Returns the next header line without its end; nil at the empty line, which it passes.
    private mutating func nextLine() throws(CommitFault) -> ArraySlice<UInt8>? {
        guard let end = bytes[position...].firstIndex(of: UInt8(ascii: "\n")) else {
            throw .unendedHeaders
        }
        let line = bytes[position..<end]
        position = end + 1
        return line.isEmpty ? nil : line
    }

    private mutating func header(_ line: ArraySlice<UInt8>) throws(CommitFault) {
        let name = line.prefix { $0 != UInt8(ascii: " ") }
        guard let header = Header.allCases.first(where: { name.elementsEqual($0.rawValue.utf8) })
        else {
            let text = String(decoding: name, as: UTF8.self)
            throw text.isEmpty ? .malformedHeader("") : .unknownHeader(String(text.prefix(40)))
        }
        try demandOrder(header)
        last = header
        guard line.count > name.count else { throw .malformedHeader(header.rawValue) }
        let value = line.dropFirst(name.count + 1)
        switch header {
        case .tree: tree = try objectID(value, in: header)
        case .parent: parents.append(try objectID(value, in: header))
        case .author: author = try identity(value, in: header)
        case .committer: committer = try identity(value, in: header)
        case .encoding: encoding = try encodingName(value)
        case .gpgsig: try readSignature(firstLine: value, start: line.startIndex)
        }
    }

    private func demandOrder(_ header: Header) throws(CommitFault) {
        guard let last else { return }
        if header.rank < last.rank { throw .headerOrder(header.rawValue) }
        guard header == last, header != .parent else { return }
        throw header == .gpgsig ? .twoSignatures : .duplicateHeader(header.rawValue)
    }

    private func objectID(
        _ value: ArraySlice<UInt8>, in header: Header
    ) throws(CommitFault) -> String {
        guard Hexadecimal.isObjectID(value) else { throw .malformedHeader(header.rawValue) }
        return String(decoding: value, as: UTF8.self)
    }

    private func identity(
        _ value: ArraySlice<UInt8>, in header: Header
    ) throws(CommitFault) -> Identity {
        guard let identity = Identity(line: value) else {
            throw .malformedIdentity(header.rawValue)
        }
        return identity
    }

    private func encodingName(_ value: ArraySlice<UInt8>) throws(CommitFault) -> String {
        let name = String(decoding: value, as: UTF8.self)
        guard name == "UTF-8" else { throw .unsupportedEncoding(name) }
        return name
    }

    /// Reads the signature's first line and the lines after it that begin with a blank.
    private mutating func readSignature(
        firstLine: ArraySlice<UInt8>, start: Int
    ) throws(CommitFault) {
        guard firstLine.starts(with: "-----BEGIN ".utf8) else { throw .malformedSignatureBlock }
        var text: [UInt8] = []
        text.reserveCapacity(512)
        text += firstLine
        text.append(UInt8(ascii: "\n"))
        while position < bytes.count, bytes[position] == UInt8(ascii: " ") {
            guard let line = try nextLine() else { break }
            text += line.dropFirst()
            text.append(UInt8(ascii: "\n"))
        }
        signature = text
        signatureRange = start..<position
    }
}
