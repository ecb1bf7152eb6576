import GitStore
import Glibc
import SystemPackage

/// Refused updates that are not in the ledger yet, a file each; written by hooks, which may write
/// nothing else while a push's objects are in quarantine.
package struct Refusals {
    package let folder: FilePath

    /// One refused update: what the ledger will say of it.
    package struct Refusal: Codable {
        package var received: Timestamp
        package var verdict: Verdict
    }

    /// Refusals that came too fast to be kept.
    package struct Omitted: Codable {
        package var since: Timestamp
        package var count: Int
    }

    package struct Stored {
        package let name: String
        /// Nil when the file can't be read as a refusal.
        package let refusal: Refusal?
    }

    /// The file that counts the omitted ones.
    private var counter: FilePath { folder.appending(".omitted") }

    /// Keeps a refusal; on disk when this returns. Names sort in order of receipt.
    package func write(_ refusal: Refusal) throws {
        var now = timespec()
        clock_gettime(CLOCK_REALTIME, &now)
        let stamp = "\(now.tv_sec * 1_000_000 + now.tv_nsec / 1000)"
        let padded = String(repeating: "0", count: max(0, 18 - stamp.count)) + stamp
        let name = "\(padded)-\(getpid())-\(UInt32.random(in: 0 ... .max)).json"
        try DurableFile.write(CanonicalJSON.encode(refusal), to: folder.appending(name))
    }

    /// Whether there is something to enter.
    package func isWaiting(at now: Timestamp) throws -> Bool {
        if try !DurableFile.names(in: folder).isEmpty { return true }
        return try omitted().map { RecentRefusals.isOver($0.since, at: now) } ?? false
    }

    /// The refusals, oldest first.
    package func stored() throws -> [Stored] {
        try DurableFile.names(in: folder).compactMap { name in
            guard let bytes = try DurableFile.read(folder.appending(name)) else { return nil }
            do {
                let refusal = try CanonicalJSON.decode(Refusal.self, from: bytes, file: name)
                return Stored(name: name, refusal: refusal)
            } catch is DocumentError {
                return Stored(name: name, refusal: nil)
            }
        }
    }

    package func remove(_ name: String) throws {
        try DurableFile.remove(folder.appending(name))
    }

    /// How many were not kept, and since when; nil for none.
    package func omitted() throws -> Omitted? {
        guard let bytes = try DurableFile.read(counter) else { return nil }
        do {
            return try CanonicalJSON.decode(Omitted.self, from: bytes, file: counter.string)
        } catch is DocumentError {
            return nil  // a count that can't be read is begun anew
        }
    }

    package func omitOne(at time: Timestamp) throws {
        var omitted = try omitted() ?? Omitted(since: time, count: 0)
        omitted.count += 1
        try DurableFile.write(CanonicalJSON.encode(omitted), to: counter, synced: false)
    }

    package func forgetOmitted() throws { try DurableFile.remove(counter) }
}
