import FoundationEssentials
import ModelRegistry

/// One event of a registry, in the structured JSON form of CloudEvents 1.0.
///
/// `id` and `source` together are unique; an event sent again carries the same two.
package struct CloudEvent: Hashable, Sendable {
    /// The content type of the structured JSON form.
    package static let mediaType = "application/cloudevents+json; charset=UTF-8"

    package var id: String
    /// A URI that names the registry.
    package var source: String
    package var type: String
    package var subject: String?
    /// When it happened, to the millisecond.
    package var time: Date
    package var data: DocumentValue

    package init(
        id: String, source: String, type: String, subject: String? = nil, time: Date,
        data: DocumentValue
    ) {
        self.id = id
        self.source = source
        self.type = type
        self.subject = subject
        self.time = RFC3339.rounded(time)
        self.data = data
    }

    /// Writes the event as JSON with sorted keys: the same event is always the same bytes.
    package func json() throws(NotificationError) -> [UInt8] { try StableJSON.encode(self) }
}

extension CloudEvent: Codable {
    private enum CodingKeys: String, CodingKey {
        case specversion, id, source, type, subject, time, datacontenttype, data
    }

    package init(from decoder: any Decoder) throws {
        let container = try decoder.container(keyedBy: CodingKeys.self)
        let version = try container.decode(String.self, forKey: .specversion)
        guard version == "1.0" else {
            throw DecodingError.dataCorruptedError(
                forKey: .specversion, in: container, debugDescription: "not CloudEvents 1.0")
        }
        guard let time = RFC3339.date(try container.decode(String.self, forKey: .time)) else {
            throw DecodingError.dataCorruptedError(
                forKey: .time, in: container, debugDescription: "not an RFC 3339 time")
        }
        self.init(
            id: try container.decode(String.self, forKey: .id),
            source: try container.decode(String.self, forKey: .source),
            type: try container.decode(String.self, forKey: .type),
            subject: try container.decodeIfPresent(String.self, forKey: .subject),
            time: time,
            data: try container.decodeIfPresent(DocumentValue.self, forKey: .data) ?? .null)
    }

    package func encode(to encoder: any Encoder) throws {
        var container = encoder.container(keyedBy: CodingKeys.self)
        try container.encode("1.0", forKey: .specversion)
        try container.encode(id, forKey: .id)
        try container.encode(source, forKey: .source)
        try container.encode(type, forKey: .type)
        try container.encodeIfPresent(subject, forKey: .subject)
        try container.encode(RFC3339.text(time), forKey: .time)
        try container.encode("application/json", forKey: .datacontenttype)
        try container.encode(data, forKey: .data)
    }
}
