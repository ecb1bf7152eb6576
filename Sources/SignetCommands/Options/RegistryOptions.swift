import ArgumentParser
import GitStore
import Glibc
import ModelRegistry
import Notifications
import SystemPackage

/// Which registry.
struct RegistryPlace: ParsableArguments {
    @Option(
        help: "The registry: its bare repository, or a clone. Default: SIGNET_REGISTRY, else here.")
    var registry: String?

    @Option(help: "The folder of artifacts (Git LFS layout), where it isn't the registry's own.")
    var store: String?

    var path: FilePath {
        let named = Terminal.environment["SIGNET_REGISTRY"].flatMap { $0.isEmpty ? nil : $0 }
        return FilePath(registry ?? named ?? ".")
    }

    /// Opens the registry to say what is wrong with it: also when what waits can't be settled.
    func openAsItIs(fetching: Bool) throws -> Registry {
        do {
            return try open(fetching: fetching)
        } catch let error where error is GitError || error is DocumentError || error is NotCanonical
        {
            return try Registry(Registry.repository(at: path, .live), .live)
        } catch RegistryError.damaged {
            return try Registry(Registry.repository(at: path, .live), .live)
        }
    }

    /// Opens the registry; a clone is brought up to date first, and with `indexed` the ledger's index.
    func open(indexed: Bool = true, fetching: Bool = true) throws -> Registry {
        let store = try existingStore()
        let registry = try Registry(at: path, store: store, indexed: indexed, .live)
        guard registry.access != .local, fetching else { return registry }
        try registry.refresh()
        return try Registry(at: path, store: store, .live)
    }

    /// The store that was named: a misspelt one is not to be made, and filled.
    private func existingStore() throws -> FilePath? {
        guard let named = store ?? Terminal.environment["SIGNET_STORE"] else { return nil }
        guard access(named + "/.", X_OK) == 0 else {
            throw RegistryError.invalid(
                "there is no folder '\(named)' for artifacts",
                hint:
                    "--store and SIGNET_STORE name the registry's folder lfs, or one that you made")
        }
        return FilePath(named)
    }
}

/// Which registry, and how its answers are written.
struct RegistryOptions: ParsableArguments {
    @OptionGroup var place: RegistryPlace

    @Option(
        help:
            "How the answer is written: \(OutputFormat.allCases.map(\.rawValue).joined(separator: " or "))."
    )
    var format: OutputFormat = .text

    var renderer: Renderer { Renderer(format: format) }

    var path: FilePath { place.path }

    /// Opens the registry; a clone is brought up to date first, and with `indexed` the ledger's index.
    func open(indexed: Bool = true, fetching: Bool = true) throws -> Registry {
        try place.open(indexed: indexed, fetching: fetching)
    }

    /// Opens the registry to say what is wrong with it.
    func openAsItIs(fetching: Bool) throws -> Registry {
        try place.openAsItIs(fetching: fetching)
    }
}

/// Whether a clone is brought up to date before it is judged.
struct FetchOptions: ParsableArguments {
    @Flag(
        name: .customLong("no-fetch"),
        help: "Judge a clone as it stands: nothing is fetched, no program of its settings started.")
    var isOff = false

    var isOn: Bool { !isOff }
}

extension Registry.Surroundings {
    /// The machine's clock and environment.
    static var live: Registry.Surroundings {
        Registry.Surroundings(
            now: { .current }, environment: Terminal.environment,
            configurationChecks: [
                ".signet/rules.yaml": { path, bytes in _ = try Rules.parse(bytes, file: path) },
                "templates/email/": { path, bytes in
                    try MessageTemplates.check(bytes, file: path)
                },
            ])
    }
}
