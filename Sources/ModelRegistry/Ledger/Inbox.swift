import GitStore
import Glibc
import SystemPackage

/// Accepted updates that are not in the ledger yet: written with the reference locked.
package struct Inbox {
    package let folder: FilePath

    /// One accepted update: what the ledger will say once the reference has moved.
    package struct Intent: Codable {
        package var reference: String
        package var old: ObjectID?
        package var new: ObjectID
        package var received: Timestamp
        package var verdicts: [Verdict]
    }

    package struct Stored {
        package let name: String
        package let intent: Intent
    }

    /// Writes an intent; on disk when this returns. Names sort in order of receipt.
    @discardableResult
    package func write(_ intent: Intent) throws -> String {
        let name = Self.name(for: intent)
        try DurableFile.write(CanonicalJSON.encode(intent), to: folder.appending(name))
        return name
    }

    /// Stages an intent, to be there, on disk, just before the reference moves.
    package func stage(_ intent: Intent, in repository: GitRepository) throws -> String {
        let name = Self.name(for: intent)
        repository.stage(
            try DurableFile.staged(CanonicalJSON.encode(intent), for: folder.appending(name)))
        return name
    }

    private static func name(for intent: Intent) -> String {
        var now = timespec()
        clock_gettime(CLOCK_REALTIME, &now)
        let stamp = "\(now.tv_sec * 1_000_000 + now.tv_nsec / 1000)"
        let padded = String(repeating: "0", count: max(0, 18 - stamp.count)) + stamp
        return "\(padded)-\(getpid())-\(intent.new.short).json"
    }

    /// The intents, oldest first.
    package func stored() throws -> [Stored] {
        try DurableFile.names(in: folder).compactMap { name in
            guard name.hasSuffix(".json"), let bytes = try DurableFile.read(folder.appending(name))
            else { return nil }
            return Stored(
                name: name,
                intent: try CanonicalJSON.decode(Intent.self, from: bytes, file: "inbox/\(name)"))
        }
    }

    package func remove(_ name: String) throws {
        try DurableFile.remove(folder.appending(name))
    }
}
