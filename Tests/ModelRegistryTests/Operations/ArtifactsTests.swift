import Foundation
import SystemPackage
import Testing

@testable import ModelRegistry

/// What of a registration's artifacts is in the store, however it ends.
struct ArtifactsTests {
    private let dev = TemporaryRegistry.dev

    private func request(_ artifacts: [FilePath]) throws -> RegistrationRequest {
        RegistrationRequest(
            model: try ModelName("churn"), artifacts: artifacts,
            metrics: #"{"accuracy": 0.9}"#.bytes, card: TemporaryRegistry.card.bytes, format: .other
        )
    }

    private func file(
        _ trial: TemporaryRegistry, _ name: String, _ bytes: [UInt8]
    ) throws -> FilePath {
        let file = trial.folder.appending(name)
        try DurableFile.write(bytes, to: file, synced: false)
        return file
    }

    /// All files of the store, those on their way included.
    private func stored(_ trial: TemporaryRegistry) throws -> [String] {
        let root = trial.registry.artifacts.root.string
        return try FileManager.default.subpathsOfDirectory(atPath: root).filter { name in
            var isFolder: ObjCBool = false
            return FileManager.default.fileExists(
                atPath: root + "/" + name, isDirectory: &isFolder) && !isFolder.boolValue
        }
    }

    @Test func aRefusedRegistrationStoresNothing() throws {
        try TemporaryRegistry.with { trial in
            let request = try request([file(trial, "weights.bin", "weights".bytes)])
            #expect(throws: RegistryError.self) {
                try trial.registry.register(request, by: trial.author(.jane))
            }
            #expect(try stored(trial) == [])
            #expect(trial.registry.judge.ingested.isEmpty)
            #expect(try trial.registry.register(request, by: trial.author(.ravi)).number == 1)
            #expect(try stored(trial).count == 1)
        }
    }

    /// Few small ones go to the store with the commit, others before it.
    @Test func largeOnesAndManyAreStored() throws {
        try TemporaryRegistry.with { trial in
            var files = try (0..<40).map { try file(trial, "part-\($0)", "part \($0)".bytes) }
            files.append(try file(trial, "large", [UInt8](repeating: 7, count: 5 << 20)))
            files.append(try file(trial, "empty", []))
            let version = try trial.registry.register(request(files), by: trial.author(.ravi))
            let artifacts = try trial.registry.registration(of: version).description.artifacts
            #expect(artifacts.count == files.count)
            for artifact in artifacts {
                #expect(
                    try trial.registry.artifacts.holds(artifact.sha256, size: artifact.size),
                    "\(artifact.name)")
            }
            #expect(try stored(trial).count == files.count)
        }
    }

    @Test func whatTheStoreLostComesBackWithTheSameRegistration() throws {
        try TemporaryRegistry.with { trial in
            let request = try request([file(trial, "weights.bin", "weights".bytes)])
            let author = try trial.author(.ravi)
            #expect(try trial.registry.registerOnce(request, by: author).isNew)
            for name in try stored(trial) {
                try DurableFile.remove(trial.registry.artifacts.root.appending(name))
            }
            #expect(try !trial.registry.registerOnce(request, by: author).isNew)
            #expect(try stored(trial).count == 1)
        }
    }

    /// Its branch has moved, its tag isn't there yet: who registers the same meanwhile waits for it.
    @Test func aVersionThatIsJustBeingRegisteredIsWaitedFor() throws {
        try TemporaryRegistry.with { trial in
            try trial.admit(trial.update("refs/heads/models/churn", to: trial.registration()))
            #expect(try trial.registry.reference("refs/tags/churn/v1") == nil)
            let request = RegistrationRequest(
                model: try ModelName("churn"),
                artifacts: [try file(trial, "weights.bin", "weights".bytes)],
                metrics: "{\"accuracy\": 0.9}\n".bytes, card: "# Churn\n".bytes, format: .other)
            let (version, isNew) = try trial.registry.registerOnce(
                request, by: trial.author(.ravi))
            #expect(!isNew)
            _ = try trial.registry.propose(version, to: dev, by: trial.author(.ravi))
        }
    }
}
