import CZlib

/// The form of an object in a file of its own: kind, size and bytes, compressed together.
enum LooseObjectCoding {
    /// What is wrong with a file.
    struct Damage: Error, CustomStringConvertible {
        var description: String
    }

    /// The longest header: a kind, a blank, the digits of a size, NUL.
    private static let longestHeader = 32
    /// The most memory that is set aside on a header's word, before the bytes are there.
    private static let largestPiece = 1 << 20

    /// Reads an object; its id is for the caller to check. Nil when it has more bytes than `largest`.
    static func decode(
        _ compressed: [UInt8], largest: Int = .max, with inflater: Inflater
    ) throws(Damage) -> RawObject? {
        try compressed.withUnsafeBufferPointer { input throws(Damage) in
            try inflater.begin(input)
            let start = try piece(longestHeader, from: inflater)
            guard let end = start.firstIndex(of: 0), let header = header(start[..<end]) else {
                throw Damage(description: "the file doesn't begin with a kind and a size")
            }
            guard header.size <= largest else { return nil }
            let first = start[(end + 1)...]
            guard first.count <= header.size else {
                throw Damage(description: "the file holds more than it says")
            }
            var bytes = try piece(
                min(header.size, largestPiece), beginning: first, from: inflater)
            // In pieces: a size that lies costs no more memory than the input can fill.
            while bytes.count < header.size, !inflater.isAtEnd {
                let more = try piece(
                    min(header.size - bytes.count, largestPiece), from: inflater)
                guard !more.isEmpty else { break }
                bytes += more
            }
            guard bytes.count == header.size else {
                throw Damage(description: "the file was cut short")
            }
            try inflater.requireEnd()
            return RawObject(kind: header.kind, bytes: bytes)
        }
    }

    /// The next bytes, `count` of them with those that they begin with, or fewer at the end.
    private static func piece(
        _ count: Int, beginning first: ArraySlice<UInt8> = [], from inflater: Inflater
    ) throws(Damage) -> [UInt8] {
        var damage: Damage?
        let bytes = [UInt8](unsafeUninitializedCapacity: count) { buffer, filled in
            filled = buffer[...].initialize(fromContentsOf: first)
            do throws(Damage) {
                filled += try inflater.inflate(
                    into: UnsafeMutableBufferPointer(rebasing: buffer[filled..<count]))
            } catch {
                damage = error
            }
        }
        if let damage { throw damage }
        return bytes
    }

    /// The file of an object, compressed as git does by default.
    static func encode(
        _ object: RawObject, with deflater: Deflater
    ) throws(GitError) -> [UInt8] {
        let plain = Array("\(object.kind.rawValue) \(object.bytes.count)\0".utf8) + object.bytes
        guard let compressed = deflater.deflate(plain) else {
            throw .files(
                operation: "compress a \(object.kind.rawValue)",
                why: "zlib does not take its \(plain.count) bytes")
        }
        return compressed
    }

    private static func header(_ bytes: ArraySlice<UInt8>) -> (kind: ObjectKind, size: Int)? {
        let words = bytes.split(separator: UInt8(ascii: " "), omittingEmptySubsequences: false)
        guard words.count == 2,
            let kind = ObjectKind(rawValue: String(decoding: words[0], as: UTF8.self)),
            words[1].allSatisfy({ (UInt8(ascii: "0")...UInt8(ascii: "9")).contains($0) }),
            let size = Int(String(decoding: words[1], as: UTF8.self))
        else { return nil }
        return (kind, size)
    }
}
