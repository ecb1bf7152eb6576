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
        /// The process that has the reference locked until the move is made or given up; nil when it
        /// isn't known.
        package var holder: Int32?

        /// Whether that process is certainly gone.
        var isAbandoned: Bool { holder.map { kill($0, 0) != 0 && errno == ESRCH } ?? false }
    }

    package struct Stored {
        package let name: String
        package let intent: Intent
    }

    /// The most that an intent takes: a thousand steps, each with all its answers, in bytes.
    private static let largest = 1 << 28

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
        let suffix = ReferenceTarget.mayDecide(intent.reference) ? "" : together
        return "\(padded)-\(getpid())-\(intent.new.short)\(suffix).json"
    }

    /// In the name of an intent that is no decision.
    private static let together = ".many"

    /// Whether there are intents, as their names have it; or ones that may be decisions.
    func holds(decisionsAlone: Bool) throws -> Bool {
        try DurableFile.names(in: folder).contains {
            $0.hasSuffix(".json") && !(decisionsAlone && $0.hasSuffix("\(Self.together).json"))
        }
    }

    /// The intents, oldest first.
    package func stored() throws -> [Stored] {
        try DurableFile.names(in: folder).compactMap { name in
            guard name.hasSuffix(".json"),
                let bytes = try DurableFile.read(
                    folder.appending(name), limit: Self.largest)
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
