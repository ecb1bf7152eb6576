import CZlib

/// The form of an object in a file of its own: kind, size and bytes, compressed together.
enum LooseObjectCoding {
    /// What is wrong with a file.
    struct Damage: Error, CustomStringConvertible {
        var description: String
    }

    /// The longest header: a kind, a blank, the digits of a size, NUL.
    private static let longestHeader = 32

    /// Reads an object; its id is for the caller to check.
    static func decode(_ compressed: [UInt8]) throws(Damage) -> RawObject {
        let inflater = try Inflater(compressed)
        let beginning = try inflater.inflate(upTo: longestHeader)
        guard let end = beginning.firstIndex(of: 0),
            let header = header(beginning[..<end])
        else {
            throw Damage(description: "the file doesn't begin with a kind and a size")
        }
        var bytes = Array(beginning[(end + 1)...])
        guard bytes.count <= header.size else {
            throw Damage(description: "the file holds more than it says")
        }
        bytes += try inflater.inflate(upTo: header.size - bytes.count)
        guard bytes.count == header.size else {
            throw Damage(description: "the file was cut short")
        }
        try inflater.requireEnd()
        return RawObject(kind: header.kind, bytes: bytes)
    }

    /// The file of an object, compressed as git does by default.
    static func encode(_ object: RawObject) throws(GitError) -> [UInt8] {
        let plain = Array("\(object.kind.rawValue) \(object.bytes.count)\0".utf8) + object.bytes
        var size = compressBound(uLong(plain.count))
        var result = Z_OK
        let compressed = [UInt8](unsafeUninitializedCapacity: Int(size)) { buffer, count in
            result = compress2(
                buffer.baseAddress, &size, plain, uLong(plain.count), Z_BEST_SPEED)
            count = result == Z_OK ? Int(size) : 0
        }
        guard result == Z_OK else {
            throw .files(
                operation: "compress a \(object.kind.rawValue)", why: "zlib says \(result)")
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
