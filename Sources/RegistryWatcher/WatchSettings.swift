import GitStore
import ModelRegistry
import Notifications
import SystemPackage

/// What a watcher is given by whoever starts it.
package struct WatchSettings: Sendable {
    package var runner: any BatchRunner
    package var environment: [String: String]
    /// The templates that come with the program; those in the registry's main go before them.
    package var templates: FilePath

    package init(runner: any BatchRunner, environment: [String: String], templates: FilePath) {
        self.runner = runner
        self.environment = environment
        self.templates = templates
    }

    /// The machine's configuration of a registry: `signet/config.yaml`, else the defaults.
    package static func configuration(of registry: Registry) throws -> LocalConfiguration {
        let file = registry.folder.appending("config.yaml")
        guard let bytes = try DurableFile.read(file) else {
            return .standard(folder: registry.folder)
        }
        return try LocalConfiguration.parse(bytes, file: file.string, folder: registry.folder)
    }

    package static func spool(of registry: Registry) throws -> Spool {
        try Spool(folder: registry.folder.appending("spool"))
    }
}

extension Registry {
    /// The rules in force: main's `.signet/rules.yaml`.
    func rules() throws -> Rules {
        let path = ".signet/rules.yaml"
        guard let main = try reference("refs/heads/main"),
            let bytes = try repository.blob(at: path, in: judge.commits.commit(main).tree)
        else { return Rules(rules: []) }
        return try Rules.parse(bytes, file: path)
    }
}
