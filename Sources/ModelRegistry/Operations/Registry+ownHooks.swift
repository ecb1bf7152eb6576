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
        guard Self.isKept(in: repository),
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
        guard access == .local, Self.isKept(in: repository) else { return [] }
        return Self.hooks.filter {
            Glibc.access(repository.gitDirectory.appending("hooks").appending($0).string, X_OK) != 0
        }
    }

    /// Whether a repository is a registry itself, not a copy of one: it has the services' keys.
    static func isKept(in repository: GitRepository) -> Bool {
        let keys = repository.gitDirectory.appending("signet").appending("keys").string
        return repository.isBare && Glibc.access(keys, F_OK) == 0
    }

    /// The link to the program that the hooks run, in a registry's folder.
    static let programLink = "program"

    /// Lets the hooks run `program` where what they would run is gone; whether it was.
    package func restoreProgram(_ program: () throws -> FilePath) throws -> Bool {
        let link = folder.appending(Self.programLink)
        guard access == .local, Glibc.access(link.string, X_OK) != 0 else { return false }
        try DurableFile.remove(link)
        try DurableFile.link(program(), at: link)
        return true
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
