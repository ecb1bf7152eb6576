extension Baseline: Codable {
    private enum CodingKeys: String, CodingKey, CaseIterable {
        case apiVersion, kind, source, features
    }

    package init(from decoder: any Decoder) throws {
        let container = try decoder.container(only: CodingKeys.self)
        try container.require("signet/v1", for: .apiVersion)
        try container.require("Baseline", for: .kind)
        source = try container.decode(Source.self, forKey: .source)
        features = try container.decode([String: Feature].self, forKey: .features)
        for (name, feature) in features where feature.rows != source.rows {
            throw DecodingError.dataCorruptedError(
                forKey: .features, in: container,
                debugDescription: "'\(name)' counts \(feature.rows) of \(source.rows) rows")
        }
    }

    package func encode(to encoder: any Encoder) throws {
        var container = encoder.container(keyedBy: CodingKeys.self)
        try container.encode("signet/v1", forKey: .apiVersion)
        try container.encode("Baseline", forKey: .kind)
        try container.encode(source, forKey: .source)
        try container.encode(features, forKey: .features)
    }
}

extension Baseline.Source: Codable {
    private enum CodingKeys: String, CodingKey, CaseIterable {
        case sha256, rows
    }

    package init(from decoder: any Decoder) throws {
        let container = try decoder.container(only: CodingKeys.self)
        sha256 = try container.decode(String.self, forKey: .sha256)
        let isDigest =
            sha256.utf8.count == 64 && sha256.allSatisfy { "0123456789abcdef".contains($0) }
        try container.check(isDigest, .sha256, "must be 64 hexadecimal digits")
        rows = try container.decode(Int.self, forKey: .rows)
        try container.check(rows > 0, .rows, "must be at least 1")
    }

    package func encode(to encoder: any Encoder) throws {
        var container = encoder.container(keyedBy: CodingKeys.self)
        try container.encode(sha256, forKey: .sha256)
        try container.encode(rows, forKey: .rows)
    }
}

extension Baseline.Feature: Codable {
    private enum Kind: String, Codable {
        case number, category
    }

    private enum CodingKeys: String, CodingKey {
        case type
    }

    /// The rows that were counted.
    fileprivate var rows: Int {
        switch self {
        case .number(let number): number.count + number.missing
        case .category(let category): category.count + category.missing
        }
    }

    package init(from decoder: any Decoder) throws {
        let container = try decoder.container(keyedBy: CodingKeys.self)
        self =
            switch try container.decode(Kind.self, forKey: .type) {
            case .number: .number(try NumberStatistics(from: decoder))
            case .category: .category(try CategoryStatistics(from: decoder))
            }
    }

    package func encode(to encoder: any Encoder) throws {
        var container = encoder.container(keyedBy: CodingKeys.self)
        switch self {
        case .number(let number):
            try container.encode(Kind.number, forKey: .type)
            try number.encode(to: encoder)
        case .category(let category):
            try container.encode(Kind.category, forKey: .type)
            try category.encode(to: encoder)
        }
    }
}

extension NumberStatistics: Codable {
    private enum CodingKeys: String, CodingKey, CaseIterable {
        case type, count, missing, mean, sd, min, max, edges, shares
    }

    package init(from decoder: any Decoder) throws {
        let container = try decoder.container(only: CodingKeys.self)
        count = try container.count(.count)
        missing = try container.count(.missing)
        mean = try container.decodeIfPresent(Double.self, forKey: .mean)
        sd = try container.decodeIfPresent(Double.self, forKey: .sd)
        min = try container.decode(Double.self, forKey: .min)
        max = try container.decode(Double.self, forKey: .max)
        try container.check(count > 0 && min <= max, .max, "is below min")
        edges = try container.decode([Double].self, forKey: .edges)
        try container.check(
            edges.count == QuantileBins.count - 1 && zip(edges, edges.dropFirst()).allSatisfy(<=),
            .edges, "must be 9 numbers, ascending")
        shares = try container.decode([Double].self, forKey: .shares)
        try container.check(
            shares.count == QuantileBins.count + 1, .shares, "must be 11 numbers")
        try container.checkShares(shares, .shares)
    }

    package func encode(to encoder: any Encoder) throws {
        var container = encoder.container(keyedBy: CodingKeys.self)
        try container.encode(count, forKey: .count)
        try container.encode(missing, forKey: .missing)
        try container.encodeIfPresent(mean, forKey: .mean)
        try container.encodeIfPresent(sd, forKey: .sd)
        try container.encode(min, forKey: .min)
        try container.encode(max, forKey: .max)
        try container.encode(edges, forKey: .edges)
        try container.encode(shares, forKey: .shares)
    }
}

extension CategoryStatistics: Codable {
    private enum CodingKeys: String, CodingKey, CaseIterable {
        case type, count, missing, categories, other
    }

    package init(from decoder: any Decoder) throws {
        let container = try decoder.container(only: CodingKeys.self)
        count = try container.count(.count)
        missing = try container.count(.missing)
        categories = try container.decode([String: Double].self, forKey: .categories)
        other = try container.decode(Double.self, forKey: .other)
        try container.check(
            categories.count <= Self.maximumListed, .categories, "lists more than 50")
        try container.check(count + missing > 0, .count, "counts no rows")
        try container.checkShares([other, missingShare] + categories.values, .categories)
    }

    package func encode(to encoder: any Encoder) throws {
        var container = encoder.container(keyedBy: CodingKeys.self)
        try container.encode(count, forKey: .count)
        try container.encode(missing, forKey: .missing)
        try container.encode(categories, forKey: .categories)
        try container.encode(other, forKey: .other)
    }
}
