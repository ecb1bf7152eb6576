import Foundation
import Testing

/// A registry with open proposals and a clone of it, as an attacker finds them: hooks, keys, stock git.
///
/// It is made once by the program and copied for every test. Ada and Kim administer, both must sign;
/// Ravi registers and proposes; Ravi, Jane and Kim approve. dev asks for one approver, duo for two,
/// prod for an approver and risk (Kim) after a run in dev. tumour@1 is proposed for dev and duo; lab@1
/// is in dev, its run is recorded, and it is proposed for prod with that evidence.
struct AttackField: Sendable {
    let fixture: Fixture
    /// What every reference was at the beginning.
    let before: String

    var clone: URL { fixture.folder.appending(path: "clone") }
    var registry: URL { fixture.registry }

    /// The keys besides the four people's own, by who holds them.
    enum OtherKey: String, CaseIterable {
        /// Jane's second key, enrolled.
        case jane2
        /// Kim's key that is no longer valid.
        case kimExpired
        /// Nobody's.
        case mallory
    }

    /// Hands a copy to the test, then expects that the registry still holds.
    static func with(
        sourceLocation: SourceLocation = #_sourceLocation, _ test: (AttackField) throws -> Void
    ) throws {
        let field = try copy()
        defer { field.fixture.remove() }
        try test(field)
        let verified = try field.fixture.signet("verify")
        #expect(verified.status == 0, "\(verified)", sourceLocation: sourceLocation)
    }

    private static func copy() throws -> AttackField {
        let base = try made.get()
        let folder = FileManager.default.temporaryDirectory
            .appending(path: "signet-attack-\(UUID().uuidString)")
        let fixture = Fixture(folder: folder)
        try FileManager.default.copyItem(at: base.folder, to: folder)
        try fixture.gitSettings(of: .ada).write(
            to: folder.appending(path: "gitconfig"), atomically: true, encoding: .utf8)
        let moved = try fixture.git(
            "remote", "set-url", "origin", fixture.registry.path,
            in: folder.appending(path: "clone"))
        try #require(moved.status == 0, "\(moved)")
        return AttackField(fixture: fixture, before: try fixture.state())
    }

    /// Made by whichever test comes first; gone when the process ends.
    private static let made: Result<Fixture, any Error> = Result {
        let fixture = try Fixture.bare()
        folderToRemove = fixture.folder
        atexit {
            // What can't be removed is left in the temporary folder, which the machine empties.
            if let folder = AttackField.folderToRemove {
                try? FileManager.default.removeItem(at: folder)
            }
        }
        try make(fixture)
        return fixture
    }

    // Written once, before anything reads it: by the initialiser of `made`, which runs once.
    private nonisolated(unsafe) static var folderToRemove: URL?

    private static func make(_ fixture: Fixture) throws {
        for key in OtherKey.allCases {
            try fixture.run(
                "ssh-keygen", "-q", "-t", "ed25519", "-N", "", "-f", fixture.key(key).path)
        }
        let policy = try fixture.write("policy.yaml", policy)
        let signers = try fixture.write("allowed_signers", try fixture.signers())
        func signet(_ arguments: String..., as person: Fixture.Person? = nil) throws {
            let done = try fixture.signet(arguments, as: person)
            try #require(done.status == 0, "\(arguments): \(done)")
        }
        try signet(
            "init", fixture.registry.path, "--policy", policy, "--allowed-signers", signers,
            as: .ada)
        try fixture.configure()
        for model in ["tumour", "lab"] {
            let registered = try fixture.register(model)
            try #require(registered.status == 0, "\(registered)")
        }
        try signet("propose", "tumour@1", "--env", "duo", as: .ravi)
        try signet("approve", "lab", "--env", "dev", "--reason", "fit", as: .jane)
        try signet("infer", "lab", "--env", "dev")
        try signet("propose", "lab@1", "--env", "prod", as: .ravi)
        _ = try fixture.clone()
    }

    static let policy = """
        apiVersion: signet/v1
        kind: Policy
        serial: 1
        principals:
          - {id: ada, name: Ada, email: ada@example.com}
          - {id: ravi, name: Ravi, email: ravi@example.com}
          - {id: jane, name: Jane, email: jane@example.com}
          - {id: kim, name: Kim, email: kim@example.com}
        roles:
          registrar: {"*": [ravi]}
          proposer: {"*": [ravi, registry]}
          approver: {"*": [ravi, jane, kim]}
          risk: {prod: [kim]}
          admin: {"*": [ada, kim]}
        environments:
          - {name: dev, approvals: {approver: 1}}
          - {name: duo, approvals: {approver: 2}}
          - name: prod
            after: dev
            approvals: {approver: 1, risk: 1}
            requires: {run: passed}
            breakGlass: {approvals: {risk: 1}, reapproveWithin: 72h}
        policyChange: {admin: 2}

        """
}

extension Fixture {
    func key(_ other: AttackField.OtherKey) -> URL {
        folder.appending(path: "keys/\(other.rawValue)")
    }

    /// The enrolled keys: one for each person, a second of Jane's, an expired one of Kim's.
    func signers() throws -> String {
        func line(_ principal: String, _ options: String, _ file: URL) throws -> String {
            let text = try String(contentsOf: file.appendingPathExtension("pub"), encoding: .utf8)
            let fields = text.split(separator: " ")
            return "\(principal) \(options) \(fields[0]) \(fields[1])\n"
        }
        let git = "namespaces=\"git\""
        let people = try Person.allCases.map { try line($0.rawValue, git, key($0)) }
        return try people.joined() + line("jane", git, key(.jane2))
            + line("kim", "\(git),valid-before=\"20240101Z\"", key(.kimExpired))
    }
}
