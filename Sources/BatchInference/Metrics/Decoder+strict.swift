extension Decoder {
    /// A container of these keys; throws when it has another one.
    func container<Key: CodingKey & CaseIterable>(
        only keys: Key.Type
    ) throws -> KeyedDecodingContainer<Key> {
        let known = Set(keys.allCases.map(\.stringValue))
        let all = try container(keyedBy: AnyKey.self)
        for key in all.allKeys where !known.contains(key.stringValue) {
            throw DecodingError.dataCorruptedError(
                forKey: key, in: all, debugDescription: "is not a known field")
        }
        return try container(keyedBy: keys)
    }
}

/// A key of any name.
private struct AnyKey: CodingKey {
    let stringValue: String
    var intValue: Int? { nil }

    init(stringValue: String) {
        self.stringValue = stringValue
    }

    init?(intValue: Int) {
        nil
    }
}

extension KeyedDecodingContainer {
    /// Throws, naming the field, unless the condition holds.
    func check(_ condition: Bool, _ key: Key, _ problem: String) throws {
        guard condition else {
            throw DecodingError.dataCorruptedError(
                forKey: key, in: self, debugDescription: problem)
        }
    }

    /// Throws unless the field has this text.
    func require(_ text: String, for key: Key) throws {
        let found = try decode(String.self, forKey: key)
        try check(found == text, key, "must be '\(text)', not '\(found)'")
    }

    /// Reads a number of rows.
    func count(_ key: Key) throws -> Int {
        let count = try decode(Int.self, forKey: key)
        try check((0...Int(Int32.max) * 1024).contains(count), key, "is not a number of rows")
        return count
    }

    /// Throws unless the shares are at least 0 and have the sum 1.
    func checkShares(_ shares: [Double], _ key: Key) throws {
        let sum = shares.reduce(0, +)
        try check(
            shares.allSatisfy { $0 >= 0 } && abs(sum - 1) < 1e-6, key,
            "shares must be at least 0, and 1 together")
    }
}
