import Foundation
import GitStore
import Signatures
import SoftwareKeys
import SystemPackage

@testable import ModelRegistry

/// A registry with updates of every kind that it would accept now, and what mutants are made of.
final class SoundnessRig {
    let trial: TemporaryRegistry
    let git: Git
    var updates: [SignedUpdate] = []
    /// Everybody who may be made to sign, the entitled and the others.
    let signers: [any CommitSigner]
    /// Commits, trees and whole signed commits to put in another's place.
    var commits: [ObjectID] = []
    var trees: [ObjectID] = []
    /// The references, which don't move any more once everything is prepared.
    var references: [String: ObjectID] = [:]
    /// The judge that is asked, with references and ledger in memory.
    var judge: Judge
    /// jane's keys beside her ed25519 one: OpenSSH's, security keys in software, a passkey.
    let keys: [(name: String, signer: any CommitSigner)]

    static let policy = """
        apiVersion: signet/v1
        kind: Policy
        serial: 1
        principals:
          - {id: ada, name: Ada Admin, email: ada@example.com}
          - {id: omar, name: Omar Oz, email: omar@example.com}
          - {id: ravi, name: Ravi Rao, email: ravi@example.com}
          - {id: sue, name: Sue Sorel, email: sue@example.com}
          - {id: jane, name: Jane Doe, email: jane@example.com}
          - {id: kim, name: Kim Kern, email: kim@example.com}
          - {id: lee, name: Lee Lund, email: lee@example.com}
        roles:
          registrar: {"*": [ravi, sue]}
          proposer: {"*": [ravi, jane, registry]}
          approver: {"*": [jane, ravi, lee], dev: [sue]}
          risk: {test: [kim, jane]}
          admin: {"*": [ada, omar]}
        environments:
          - {name: dev, approvals: {approver: 1}}
          - {name: test, approvals: {approver: 1, risk: 1}}
        policyChange: {admin: 2}
        securityKeys:
          webauthn: {relyingParty: approve.example.com, origins: ["https://approve.example.com"]}

        """

    static let omar = Person("omar")
    /// lee's keys: one that expired, one that is revoked, one that is not valid yet.
    static let expired = Person("lee", key: "lee, expired")
    static let revoked = Person("lee", key: "lee, revoked")
    static let future = Person("lee", key: "lee, in the future")

    static func with(_ body: (SoundnessRig) throws -> Void) throws {
        let folder = TemporaryRegistry.temporaryFolder.appending("keys-\(UUID().uuidString)")
        try DurableFile.makeDirectory(folder)
        defer { Self.remove(folder) }
        let keys = try openSSHKeys(in: folder) + softwareKeys()
        let people = [Person.ada, omar, .ravi, .sue, .jane, .kim, revoked]
        let lines =
            people.map(\.line)
            + keys.map { AllowedSigners.line(principal: "jane", key: $0.1.publicKey) }
            + [
                AllowedSigners.line(
                    principal: "lee", key: expired.key.publicKey, validBefore: 1_699_999_000),
                AllowedSigners.line(
                    principal: "lee", key: future.key.publicKey, validAfter: 1_800_000_000),
            ]
        let text = lines.map { "\($0)\n" }.joined()
        try TemporaryRegistry.with(policy: policy, signers: text) { trial in
            let signers: [any CommitSigner] =
                (people + [expired, future, .mallory]).map(\.key)
                + keys.map(\.signer).filter { !($0 is SSHKeygenSigner) }
            let rig = SoundnessRig(trial, keys, signers)
            try rig.prepare()
            try body(rig)
        }
    }

    private init(
        _ trial: TemporaryRegistry, _ keys: [(String, any CommitSigner)],
        _ signers: [any CommitSigner]
    ) {
        self.trial = trial
        self.keys = keys
        self.signers = signers
        judge = trial.judge
        git = Git(home: trial.folder, repository: trial.path)
    }

    private static func openSSHKeys(
        in folder: FilePath
    ) throws -> [(name: String, signer: any CommitSigner)] {
        let environment = ["PATH": "/usr/bin:/bin", "HOME": folder.string, "TMPDIR": folder.string]
        return try [
            ("ecdsa-256", ["-t", "ecdsa", "-b", "256"]),
            ("ecdsa-384", ["-t", "ecdsa", "-b", "384"]),
            ("ecdsa-521", ["-t", "ecdsa", "-b", "521"]), ("rsa", ["-t", "rsa", "-b", "3072"]),
        ].map { name, options in
            let file = folder.appending(name)
            let process = Process()
            process.executableURL = URL(filePath: "/usr/bin/ssh-keygen")
            process.arguments = ["-q", "-N", "", "-C", name, "-f", file.string] + options
            try process.run()
            process.waitUntilExit()
            return (name, try SSHKeygenSigner(keyFile: file, environment: environment))
        }
    }

    private static func softwareKeys() throws -> [(name: String, signer: any CommitSigner)] {
        try SoftwareKey.Kind.allCases.map { ("\($0)-sk", try SoftwareKey($0)) }
    }

    private static func remove(_ folder: FilePath) {
        do {
            try DurableFile.removeTree(folder)
        } catch {
            print("can't remove '\(folder)': \(error)")
        }
    }
}
