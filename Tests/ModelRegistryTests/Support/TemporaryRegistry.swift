import Foundation
import GitStore
import Signatures
import SystemPackage

@testable import ModelRegistry

/// A registry in a folder of its own, with people whose keys are in memory and a clock that stands.
final class TemporaryRegistry {
    let folder: FilePath
    let clock: Clock
    let registry: Registry

    static let dev = environment("dev")
    static let test = environment("test")
    static let prod = environment("prod")

    /// Lends a new registry and removes it afterwards.
    static func with(
        policy: String = standardPolicy, signers: String = standardSigners,
        _ body: (TemporaryRegistry) throws -> Void
    ) throws {
        let folder = temporaryFolder.appending("registry-\(UUID().uuidString)")
        try DurableFile.makeDirectory(folder)
        defer {
            do {
                try FileManager.default.removeItem(atPath: folder.string)
            } catch {
                print("can't remove '\(folder)': \(error)")
            }
        }
        try body(TemporaryRegistry(in: folder, policy: policy, signers: signers))
    }

    /// Where there is a file system in memory, the registry's many small durable writes go there.
    static let temporaryFolder: FilePath =
        FileManager.default.isWritableFile(atPath: "/dev/shm")
        ? "/dev/shm" : FilePath(FileManager.default.temporaryDirectory.path)

    private init(in folder: FilePath, policy: String, signers: String) throws {
        self.folder = folder
        let clock = Clock()
        self.clock = clock
        let image = try RegistryImage.of(policy + signers) { path in
            let foundation = Foundation(
                name: "trial", policy: policy.bytes, signers: signers.bytes,
                files: [(".signet/rules.yaml", "rules: []\n".bytes)], hooks: [],
                program: "/bin/false", configuration: "{}\n".bytes)
            _ = try Registry.initialise(
                at: path, foundation, signer: Person.ada.key, .init(now: { Clock().now }))
        }
        try image.write(to: folder.appending("registry.git"))
        registry = try Registry(
            at: folder.appending("registry.git"), .init(now: { clock.now }))
    }

    var path: FilePath { folder.appending("registry.git") }
    var repository: GitRepository { registry.repository }
    var judge: Judge { registry.judge }

    /// The same registry as another process would open it.
    func reopened() throws -> Registry {
        let clock = clock
        return try Registry(at: path, .init(now: { clock.now }))
    }

    func author(_ person: Person) throws -> Author { try registry.author(person.key) }

    func author(_ service: PrincipalID) throws -> Author {
        try registry.author(registry.serviceKey(service))
    }

    func tip(_ environment: Environment) throws -> ObjectID {
        try registry.tip(of: environment).id
    }

    private static func environment(_ name: String) -> Environment {
        do {
            return try Environment(name)
        } catch {
            preconditionFailure("'\(name)' is a name of an environment")
        }
    }
}

extension TemporaryRegistry {
    /// Three environments; dev asks for nothing but a signature, test for a run and its accuracy,
    /// prod for a run and a card.
    static let standardPolicy = """
        apiVersion: signet/v1
        kind: Policy
        serial: 1
        principals:
          - {id: ada, name: Ada Admin, email: ada@example.com}
          - {id: ravi, name: Ravi Rao, email: ravi@example.com}
          - {id: sue, name: Sue Sorel, email: sue@example.com}
          - {id: jane, name: Jane Doe, email: jane@example.com}
          - {id: kim, name: Kim Kern, email: kim@example.com}
        roles:
          registrar: {"*": [ravi, sue]}
          proposer: {"*": [ravi, sue, registry]}
          approver: {"*": [jane, kim, ravi], dev: [sue]}
          admin: {"*": [ada]}
        environments:
          - {name: dev, approvals: {approver: 1}}
          - {name: test, after: dev, approvals: {approver: 1}, requires: {run: passed, gates: {accuracy: {min: 0.8}}}}
          - {name: prod, after: test, approvals: {approver: 1}, requires: {run: passed, card: [Limitations]}}
        policyChange: {admin: 1}

        """

    static let standardSigners = Person.enrolled.map { "\($0.line)\n" }.joined()
}

extension ObjectID {
    /// The file of the object, where it isn't packed, in a repository's folder.
    var looseFile: String { "objects/\(hex.prefix(2))/\(hex.dropFirst(2))" }
}
