import Foundation
import Testing

/// A registry with four people, in a directory of its own, reached through the program alone.
///
/// Ada administers; Ravi registers; Jane and Kim approve. Nothing of the person who runs the tests
/// takes part: neither their git settings nor their keys.
struct Fixture: Sendable {
    enum Person: String, CaseIterable { case ada, ravi, jane, kim }

    let folder: URL
    var registry: URL { folder.appending(path: "registry.git") }

    /// The checkout's root.
    static let root = URL(filePath: #filePath).deletingLastPathComponent()
        .deletingLastPathComponent().deletingLastPathComponent().deletingLastPathComponent()
    static let program = root.appending(path: "bin/signet")
    static let example = root.appending(path: "examples/tumour")

    /// Makes a registry and hands it to the test; everything is gone afterwards.
    static func with<Answer>(
        environments: String = "dev,test,uat,prod", _ test: (Fixture) throws -> Answer
    ) throws -> Answer {
        let fixture = try bare()
        defer { fixture.remove() }
        try fixture.initialise(environments)
        return try test(fixture)
    }

    /// An empty directory for the test; everything is gone afterwards.
    static func inFolder(_ test: (Fixture) throws -> Void) throws {
        let fixture = try empty()
        defer { fixture.remove() }
        try test(fixture)
    }

    private static func empty() throws -> Fixture {
        try #require(
            FileManager.default.isExecutableFile(atPath: program.path),
            "there is no bin/signet: run scripts/build first, or scripts/test")
        let fixture = Fixture(
            folder: FileManager.default.temporaryDirectory
                .appending(path: "signet-tests-\(UUID().uuidString)"))
        try FileManager.default.createDirectory(
            at: fixture.folder.appending(path: "keys"), withIntermediateDirectories: true)
        return fixture
    }

    /// A directory with keys and no registry yet; the caller removes it.
    static func bare() throws -> Fixture {
        let fixture = try empty()
        for person in Person.allCases {
            let made = try fixture.run(
                "ssh-keygen", "-q", "-t", "ed25519", "-N", "", "-C", person.rawValue, "-f",
                fixture.key(person).path)
            try #require(made.status == 0, "ssh-keygen (Debian: openssh-client): \(made)")
        }
        try fixture.gitSettings(of: .ada).write(
            to: fixture.folder.appending(path: "gitconfig"), atomically: true, encoding: .utf8)
        return fixture
    }

    func initialise(_ environments: String = "dev,test,uat,prod") throws {
        let people = Person.allCases.filter { $0 != .ada }.flatMap { person in
            let name = person.rawValue
            return [
                "--principal",
                "\(name),\(name.capitalized),\(name)@example.com,\(key(person).path)",
            ]
        }
        let made = try signet(
            ["init", registry.path, "--environments", environments] + people, as: .ada)
        try #require(made.status == 0, "\(made)")
    }

    func key(_ person: Person) -> URL { folder.appending(path: "keys/\(person.rawValue)") }

    func remove() {
        // What can't be removed is left in the temporary folder, which the machine empties.
        try? FileManager.default.removeItem(at: folder)
    }

    /// What git's configuration says of a person who signs with their key.
    func gitSettings(of person: Person) -> String {
        """
        [user]
            name = \(person.rawValue.capitalized)
            email = \(person.rawValue)@example.com
            signingkey = \(key(person).path).pub
        [gpg]
            format = ssh
        [advice]
            detachedHead = false
        [init]
            defaultBranch = main

        """
    }

    var environment: [String: String] {
        [
            "PATH": ProcessInfo.processInfo.environment["PATH"] ?? "/usr/bin:/bin",
            "HOME": folder.path, "GIT_CONFIG_NOSYSTEM": "1",
            "GIT_CONFIG_GLOBAL": folder.appending(path: "gitconfig").path,
            "SIGNET_REGISTRY": registry.path,
            "SIGNET_ONNXRUNTIME": ProcessInfo.processInfo.environment["SIGNET_ONNXRUNTIME"] ?? "",
        ].filter { !$0.value.isEmpty }
    }
}

extension Fixture {
    /// Runs the program; with a person's key, when one is named.
    @discardableResult
    func signet(
        _ arguments: [String], as person: Person? = nil, adding extra: [String: String] = [:]
    ) throws -> Outcome {
        let signing = person.map { ["--key", key($0).path] } ?? []
        return try run([Self.program.path] + arguments + signing, adding: extra)
    }

    @discardableResult
    func signet(_ arguments: String..., as person: Person? = nil) throws -> Outcome {
        try signet(arguments, as: person)
    }

    /// Runs stock git in `place`, the registry when none is named.
    @discardableResult
    func git(
        _ arguments: String..., in place: URL? = nil, as person: Person? = nil
    ) throws -> Outcome {
        let extra = try person.map(settings) ?? [:]
        return try run(["git", "-C", (place ?? registry).path] + arguments, adding: extra)
    }

    /// The environment in which git signs as a person.
    func settings(_ person: Person) throws -> [String: String] {
        let settings = folder.appending(path: "gitconfig-\(person.rawValue)")
        try gitSettings(of: person).write(to: settings, atomically: true, encoding: .utf8)
        return ["GIT_CONFIG_GLOBAL": settings.path]
    }

    @discardableResult
    func run(_ arguments: String...) throws -> Outcome { try run(arguments) }

    /// Runs a program to its end.
    @discardableResult
    func run(_ arguments: [String], adding extra: [String: String] = [:]) throws -> Outcome {
        try start(arguments, adding: extra).outcome()
    }

    /// Starts a program.
    func start(_ arguments: [String], adding extra: [String: String] = [:]) throws -> StartedProgram
    {
        try StartedProgram(
            arguments, environment: environment.merging(extra) { $1 }, folder: folder)
    }

    /// Registers the example's version 1 (2 and 3 by number) as Ravi.
    @discardableResult
    func register(
        _ model: String = "tumour", example number: Int = 1, _ more: String...
    ) throws -> Outcome {
        try signet(
            ["register", model] + files(number)
                + ["--parameters", example(number, "parameters.yaml")] + more, as: .ravi)
    }

    /// A file of the example's version.
    func example(_ number: Int, _ name: String) -> String {
        Self.example.appending(path: "v\(number)/\(name)").path
    }

    /// The options that name what `register` must have.
    func files(_ number: Int) -> [String] {
        [
            "--artifact", example(number, "model.onnx"),
            "--metrics", example(number, "metrics.json"), "--card", example(number, "CARD.md"),
        ]
    }

    /// Tells the registry where the example's data and the outbox are.
    func configure(_ more: String = "") throws {
        let text = """
            apiVersion: signet/v1
            kind: Configuration
            dataDirectory: \(Self.example.path)
            outbox: \(folder.appending(path: "outbox").path)
            \(more)
            """
        try text.write(
            to: registry.appending(path: "signet/config.yaml"), atomically: true, encoding: .utf8)
    }
}
