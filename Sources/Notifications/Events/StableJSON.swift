import FoundationEssentials

/// JSON with sorted keys and RFC 3339 times: the same value is always the same bytes.
enum StableJSON {
    static func encode(
        _ value: some Encodable, pretty: Bool = false
    ) throws(NotificationError) -> [UInt8] {
        let encoder = JSONEncoder()
        encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes]
        if pretty { encoder.outputFormatting.insert(.prettyPrinted) }
        encoder.dateEncodingStrategy = .custom { date, encoder in
            var container = encoder.singleValueContainer()
            try container.encode(RFC3339.text(date))
        }
        do {
            return Array(try encoder.encode(value))
        } catch {
            throw .invalidEvent("\(error)")
        }
    }

    /// Reads a value; throws what `JSONDecoder` throws.
    static func decode<Value: Decodable>(_ type: Value.Type, from bytes: [UInt8]) throws -> Value {
        let decoder = JSONDecoder()
        decoder.dateDecodingStrategy = .custom { decoder in
            let container = try decoder.singleValueContainer()
            guard let date = RFC3339.date(try container.decode(String.self)) else {
                throw DecodingError.dataCorruptedError(
                    in: container, debugDescription: "not an RFC 3339 time")
            }
            return date
        }
        return try decoder.decode(type, from: Data(bytes))
    }
}
