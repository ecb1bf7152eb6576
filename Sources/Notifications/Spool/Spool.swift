import FoundationEssentials
import SystemPackage

/// Deliveries as files in `pending`, `sent` and `dead`: each is in one of them, whatever crashes.
///
/// A delivery changes place by one rename. The same event to the same target is the same file, so
/// entering it twice changes nothing. What was delivered and not yet marked so is delivered again.
package final class Spool: Sendable {
    package let folder: FilePath
    package let backoff: Backoff
    let pendingFolder: Folder
    let sentFolder: Folder
    let deadFolder: Folder
    let damagedFolder: Folder
    let stoppedFolder: Folder
    let temporaryFolder: Folder
    let lock: FolderLock

    /// Opens the spool in `folder`, creating what is missing and removing drafts a crash left.
    package init(folder: FilePath, backoff: Backoff = Backoff()) throws(NotificationError) {
        self.folder = folder
        self.backoff = backoff
        pendingFolder = Folder(path: folder.appending("pending"))
        sentFolder = Folder(path: folder.appending("sent"))
        deadFolder = Folder(path: folder.appending("dead"))
        damagedFolder = Folder(path: folder.appending("damaged"))
        stoppedFolder = Folder(path: folder.appending("stopped"))
        temporaryFolder = Folder(path: folder.appending("tmp"))
        for part in [
            pendingFolder, sentFolder, deadFolder, damagedFolder, stoppedFolder, temporaryFolder,
        ] {
            try part.create()
        }
        lock = try FolderLock(folder.appending("lock"))
        try lock.whileHeld { () throws(NotificationError) in
            // Drafts are only written under the lock: these belong to nobody any more.
            for name in try temporaryFolder.names() { try temporaryFolder.remove(name) }
            // A crash while a delivery was entered again leaves its former file: pending counts.
            for name in try pendingFolder.names() {
                try sentFolder.remove(name)
                try deadFolder.remove(name)
            }
        }
    }

    /// Where a delivery is.
    package enum State: Hashable, Sendable { case pending, sent, dead }

    /// Where the delivery of this id is; nil when it was never entered.
    package func state(of id: String) throws(NotificationError) -> State? {
        try lock.whileHeld { () throws(NotificationError) in try unlockedState(of: id) }
    }

    /// Enters a delivery, durably; returns false where it is there already, in whatever state.
    ///
    /// `replaying` enters again what was sent or given up: the receiver knows it by its id.
    @discardableResult
    package func enqueue(
        _ delivery: Delivery, replaying: Bool = false
    ) throws(NotificationError) -> Bool {
        try lock.whileHeld { () throws(NotificationError) in
            let state = try unlockedState(of: delivery.id)
            guard state == nil || (replaying && state != .pending) else { return false }
            try write(delivery, to: pendingFolder)
            switch state {
            case .sent: try sentFolder.remove(fileName(delivery.id))
            case .dead: try deadFolder.remove(fileName(delivery.id))
            case .pending, nil: break
            }
            return true
        }
    }

    /// The deliveries to attempt at this time, oldest first.
    package func pending(due now: Date) throws(NotificationError) -> [Delivery] {
        try pending().filter { $0.notBefore <= now }
    }

    /// All deliveries not yet made, oldest first. What can't be read is moved to `damaged`.
    package func pending() throws(NotificationError) -> [Delivery] {
        try deliveries(in: pendingFolder)
    }

    /// The deliveries given up, oldest first; `lastError` says why.
    package func dead() throws(NotificationError) -> [Delivery] { try deliveries(in: deadFolder) }

    /// The deliveries made, oldest first.
    package func sent() throws(NotificationError) -> [Delivery] { try deliveries(in: sentFolder) }

    /// The names of files that could not be read as deliveries.
    package func damaged() throws(NotificationError) -> [String] { try damagedFolder.names() }

    func unlockedState(of id: String) throws(NotificationError) -> State? {
        // Pending first: a crash during a replay leaves a file in two places, and the newer counts.
        if try pendingFolder.contains(fileName(id)) { return .pending }
        if try sentFolder.contains(fileName(id)) { return .sent }
        return try deadFolder.contains(fileName(id)) ? .dead : nil
    }

    func fileName(_ id: String) -> String { "\(id).json" }

    func write(_ delivery: Delivery, to part: Folder) throws(NotificationError) {
        try part.write(
            try StableJSON.encode(delivery, pretty: true), to: fileName(delivery.id),
            by: temporaryFolder)
    }

    /// The delivery in a file; nil, and the file moved to `damaged`, where it can't be read.
    func read(_ name: String, in part: Folder) throws(NotificationError) -> Delivery? {
        guard let bytes = try part.read(name) else { return nil }
        do {
            let delivery = try StableJSON.decode(Delivery.self, from: bytes)
            if fileName(delivery.id) == name { return delivery }
        } catch {
            // Handled below, as is a file whose name is not its delivery's.
        }
        try part.move(name, to: damagedFolder)
        return nil
    }

    private func deliveries(in part: Folder) throws(NotificationError) -> [Delivery] {
        try lock.whileHeld { () throws(NotificationError) in
            var deliveries: [Delivery] = []
            for name in try part.names() {
                if let delivery = try read(name, in: part) { deliveries.append(delivery) }
            }
            return deliveries.sorted {
                ($0.created, $0.event.time, $0.id) < ($1.created, $1.event.time, $1.id)
            }
        }
    }
}
