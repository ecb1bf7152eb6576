import GitStore
import Glibc
import SystemPackage

extension Registry {
    /// Sees to it that git runs the registry's own hooks.
    ///
    /// A `core.hooksPath` for the whole account or machine, as tools for commit hooks set it, would
    /// switch them off without a word; so would one of this registry's that is of before it was moved.
    func keepOwnHooks() throws {
        let key = "core.hooksPath"
        let own = repository.gitDirectory.appending("hooks").string
        guard repository.isBare, try repository.config("signet.program") != nil,
            let other = try repository.config(key), other != own,
            // A copy that can only be read takes no pushes.
            Glibc.access(repository.gitDirectory.appending("config").string, W_OK) == 0
        else { return }
        try repository.setConfig(key, own)
    }

    /// The hooks without which a push is not judged, or not entered.
    private static let hooks = ["pre-receive", "reference-transaction", "post-receive"]

    /// The hooks that git would not run: gone, or not executable.
    package func missingHooks() -> [String] {
        guard access == .local else { return [] }
        return Self.hooks.filter {
            Glibc.access(repository.gitDirectory.appending("hooks").appending($0).string, X_OK) != 0
        }
    }

    /// Puts missing hooks back from those that are given by name when some are; says which.
    package func restoreHooks(
        _ hooks: () throws -> [(name: String, bytes: [UInt8])]
    ) throws -> [String] {
        let missing = missingHooks()
        guard !missing.isEmpty else { return [] }
        let restored = try hooks().filter { missing.contains($0.name) }
        for (name, bytes) in restored {
            try DurableFile.write(
                bytes, to: repository.gitDirectory.appending("hooks").appending(name),
                mode: .hook)
        }
        return restored.map(\.name).sorted()
    }
}

extension FilePermissions {
    /// Everybody may run a hook.
    static let hook: FilePermissions = [
        .ownerReadWriteExecute, .groupReadExecute, .otherReadExecute,
    ]
}
