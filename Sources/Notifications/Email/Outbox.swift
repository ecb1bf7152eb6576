import FoundationEssentials
import ModelRegistry
import SystemPackage

/// A folder that mails are written to, one `.eml` file each, where there is no mail server.
package struct Outbox: Sendable {
    package let folder: FilePath

    package init(folder: FilePath) { self.folder = folder }

    /// `<time>-<type>-<environment>-<model>-<short id>.eml`: sorts by time, one name per mail.
    package static func fileName(for message: EmailMessage, about event: CloudEvent) -> String {
        let place = ["environment", "model"].compactMap { event.data[$0]?.stringValue }
        let words = [event.type] + place
        let digest = Delivery.hexDigest(of: [message.thread.messageID], length: 8)
        return
            ([RFC3339.compact(event.time)] + words.map { Delivery.fileName($0, limit: 60) }
            + [digest])
            .joined(separator: "-") + ".eml"
    }

    /// Writes the mail, whole or not at all; one that is there already is left as it is.
    package func deliver(
        _ message: EmailMessage, about event: CloudEvent
    ) throws(NotificationError) -> FilePath {
        let files = Folder(path: folder)
        try files.create()
        // Hidden, on the same file system; the next try writes over a draft that a crash left.
        let drafts = Folder(path: folder.appending(".tmp"))
        try drafts.create()
        let name = Self.fileName(for: message, about: event)
        if try !files.contains(name) {
            try files.write(message.serialised(), to: name, by: drafts)
        }
        return folder.appending(name)
    }
}
