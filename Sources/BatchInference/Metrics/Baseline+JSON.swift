import Foundation
import SystemPackage

extension Baseline {
    /// The most that is read of a baseline.
    package static let maximumSize = 64 << 20

    /// Reads a baseline; throws, naming the field, for anything it doesn't know or that can't be.
    package static func parse(
        _ bytes: some Sequence<UInt8>, file: FilePath
    ) throws(InferenceError) -> Baseline {
        do {
            return try JSONDecoder().decode(Baseline.self, from: Data(bytes))
        } catch let error as DecodingError {
            throw .malformedBaseline(file: file, why: error.place)
        } catch {
            throw .malformedBaseline(file: file, why: "\(error)")
        }
    }

    /// Reads the file with a baseline.
    package static func read(_ file: FilePath) throws(InferenceError) -> Baseline {
        let input = try HashedInput(file: file)
        var bytes: [UInt8] = []
        while try input.refill() {
            bytes += input.buffer[..<input.end]
            guard bytes.count <= maximumSize else {
                throw .malformedBaseline(file: file, why: "it has more than \(maximumSize) bytes")
            }
        }
        return try parse(bytes, file: file)
    }

    /// The JSON text, always the same for the same statistics.
    package func serialise() throws(InferenceError) -> [UInt8] {
        let encoder = JSONEncoder()
        encoder.outputFormatting = [.prettyPrinted, .sortedKeys, .withoutEscapingSlashes]
        do {
            return try Array(encoder.encode(self)) + [.lineFeed]
        } catch {
            throw .malformedBaseline(file: "", why: "\(error)")
        }
    }
}

extension DecodingError {
    /// The field and what is wrong with it.
    fileprivate var place: String {
        switch self {
        case .keyNotFound(let key, let context):
            Self.field(context.codingPath + [key]) + "it is missing"
        case .valueNotFound(_, let context), .typeMismatch(_, let context),
            .dataCorrupted(let context):
            Self.field(context.codingPath) + context.debugDescription
        @unknown default: "\(self)"
        }
    }

    private static func field(_ path: [any CodingKey]) -> String {
        path.isEmpty ? "" : "'\(path.map(\.stringValue).joined(separator: "."))': "
    }
}
