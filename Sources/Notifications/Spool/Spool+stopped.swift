import ModelRegistry

/// Targets that asked for nothing more: a marker file each, `stopped/<target>`, until removed.
extension Spool {
    /// Stops a target, durably.
    package func stop(_ target: String, reason: String) throws(NotificationError) {
        try lock.whileHeld { () throws(NotificationError) in
            try stoppedFolder.write(
                Array("\(reason)\n".utf8), to: try marker(target), by: temporaryFolder)
        }
    }

    /// Why the target is stopped; nil when it is not.
    package func stopped(_ target: String) throws(NotificationError) -> String? {
        guard let bytes = try stoppedFolder.read(try marker(target)) else { return nil }
        let text = String(decoding: bytes, as: UTF8.self)
        return text.split(separator: "\n").first.map(String.init) ?? "no reason is noted"
    }

    /// The targets that are stopped.
    package func stoppedTargets() throws(NotificationError) -> [String] {
        try stoppedFolder.names()
    }

    /// Lets a stopped target have deliveries again.
    package func resume(_ target: String) throws(NotificationError) {
        try stoppedFolder.remove(try marker(target))
        try stoppedFolder.sync()
    }

    /// Target names are safe as file names; anything else is no target.
    private func marker(_ target: String) throws(NotificationError) -> String {
        guard DocumentNode.isTargetName(target) else {
            throw .unwritable(
                stoppedFolder.path, reason: "'\(target)' can't be a target's name")
        }
        return target
    }
}
