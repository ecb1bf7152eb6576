import Foundation
import SystemPackage

/// How jobs and reports are written: JSON, keys sorted, times in UTC, paths as strings.
enum RunFormat {
    /// The most that is read of a job or a report.
    private static let maximumSize = 16 << 20

    static var encoder: JSONEncoder {
        let encoder = JSONEncoder()
        encoder.outputFormatting = [.prettyPrinted, .sortedKeys, .withoutEscapingSlashes]
        encoder.dateEncodingStrategy = .iso8601
        return encoder
    }

    static var decoder: JSONDecoder {
        let decoder = JSONDecoder()
        decoder.dateDecodingStrategy = .iso8601
        return decoder
    }

    static func read(_ file: FilePath) throws(InferenceError) -> Data {
        let input = try HashedInput(file: file)
        var bytes = Data()
        while try input.refill() {
            bytes.append(contentsOf: input.buffer[..<input.end])
            guard bytes.count <= maximumSize else {
                throw .unreadable(file: file, why: "it has more than \(maximumSize) bytes")
            }
        }
        return bytes
    }
}

// FilePath's own coding is an object of its storage. Synthesized conformances in this module
// choose these overloads instead, which write a path as a string.

extension KeyedEncodingContainer {
    mutating func encode(_ path: FilePath, forKey key: Key) throws {
        try encode(path.string, forKey: key)
    }

    mutating func encodeIfPresent(_ path: FilePath?, forKey key: Key) throws {
        try encodeIfPresent(path?.string, forKey: key)
    }
}

extension KeyedDecodingContainer {
    func decode(_: FilePath.Type, forKey key: Key) throws -> FilePath {
        FilePath(try decode(String.self, forKey: key))
    }

    func decodeIfPresent(_: FilePath.Type, forKey key: Key) throws -> FilePath? {
        try decodeIfPresent(String.self, forKey: key).map { FilePath($0) }
    }
}
