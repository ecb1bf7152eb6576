import Crypto
import FoundationEssentials
import ModelRegistry

/// One event on its way to one target.
package struct Delivery: Codable, Hashable, Sendable, Identifiable {
    /// Event and target in a form safe as a file name; the same two always give the same id.
    package let id: String
    package let event: CloudEvent
    package let target: String
    package let created: Date
    /// What the target needs beyond the event, such as the values of a mail's template.
    package let context: DocumentValue?
    /// The attempts that failed so far.
    package internal(set) var attempts: Int
    package internal(set) var firstFailure: Date?
    /// No attempt is made before.
    package internal(set) var notBefore: Date
    package internal(set) var lastError: String?
    /// The recipients that have it already, when others of the same mail don't.
    package internal(set) var delivered: [String]

    package init(event: CloudEvent, target: String, created: Date, context: DocumentValue? = nil) {
        self.id = Self.id(event: event, target: target)
        self.event = event
        self.target = target
        self.created = RFC3339.rounded(created)
        self.context = context
        self.attempts = 0
        self.firstFailure = nil
        self.notBefore = RFC3339.rounded(created)
        self.lastError = nil
        self.delivered = []
    }

    /// The id of the delivery of this event to this target.
    package static func id(event: CloudEvent, target: String) -> String {
        let digest = hexDigest(of: [event.source, event.id, target], length: 16)
        return [fileName(event.id, limit: 80), fileName(target, limit: 64), digest]
            .joined(separator: "~")
    }

    /// The text with all that is not plainly a letter, digit, dot or dash made a dash.
    static func fileName(_ text: String, limit: Int) -> String {
        let plain = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789.-"
        let bytes = text.utf8.prefix(limit).map {
            plain.utf8.contains($0) ? $0 : UInt8(ascii: "-")
        }
        let name = String(decoding: bytes, as: UTF8.self)
        return name.isEmpty || name.hasPrefix(".") ? "-" + name : name
    }

    /// The first `length` hex digits of SHA-256 over the texts, each closed by a NUL.
    static func hexDigest(of texts: [String], length: Int) -> String {
        var hash = SHA256()
        for text in texts { hash.update(data: Array(text.utf8) + [0]) }
        return String(Hex.text(hash.finalize()).prefix(length))
    }
}
