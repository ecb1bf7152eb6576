import Foundation
import Testing

/// What the watcher's tests do with a registry, and what they read from it afterwards.
extension Fixture {
    /// Does all there is to do.
    @discardableResult
    func watchOnce() throws -> Outcome { try signet("watch", "--once") }

    func approve(
        _ environment: String, as person: Person = .jane,
        sourceLocation: SourceLocation = #_sourceLocation
    ) throws {
        let approved = try signet(
            "approve", "tumour", "--env", environment, "--reason", "fine", as: person)
        try #require(approved.status == 0, "\(approved)", sourceLocation: sourceLocation)
    }

    /// A version, configured, registered and approved for dev; nobody has watched yet.
    func approvedInDev(_ more: String...) throws {
        try configure()
        let registered = try signet(Self.registration() + more, as: .ravi)
        try #require(registered.status == 0, "\(registered)")
        try approve("dev")
    }

    /// The arguments that register the example, with other files or parameters where named.
    static func registration(
        example number: Int = 1, artifact: URL? = nil, parameters: URL? = nil
    ) -> [String] {
        let files = example.appending(path: "v\(number)")
        return [
            "register", "tumour", "--artifact",
            (artifact ?? files.appending(path: "model.onnx")).path,
            "--metrics", files.appending(path: "metrics.json").path,
            "--card", files.appending(path: "CARD.md").path, "--parameters",
            (parameters ?? files.appending(path: "parameters.yaml")).path,
        ]
    }

    /// The example's parameters with one text in them replaced.
    func parameters(_ text: String, by other: String) throws -> URL {
        let source = Self.example.appending(path: "v1/parameters.yaml")
        let original = try String(contentsOf: source, encoding: .utf8)
        try #require(original.contains(text))
        let file = folder.appending(path: "parameters-\(UUID().uuidString).yaml")
        try original.replacing(text, with: other).write(to: file, atomically: true, encoding: .utf8)
        return file
    }

    /// Another copy of this registry and its keys, with an outbox of its own.
    func copied() throws -> Fixture {
        let copy = Fixture(
            folder: FileManager.default.temporaryDirectory
                .appending(path: "signet-tests-\(UUID().uuidString)"))
        try FileManager.default.copyItem(at: folder, to: copy.folder)
        try copy.configure()
        return copy
    }

    /// Lines of git's answer.
    func lines(_ arguments: String...) throws -> [String] {
        let outcome = try run(["git", "-C", registry.path] + arguments)
        try #require(outcome.status == 0, "\(outcome)")
        return outcome.output.split(separator: "\n").map(String.init)
    }

    /// The references below a prefix.
    func references(_ prefix: String) throws -> [String] {
        try lines("for-each-ref", "--format=%(refname)", prefix)
    }

    /// The version that may be used in an environment, nil when there is none.
    func version(in environment: String) throws -> Int? {
        let answer = try signet("resolve", "tumour", "--env", environment, "--format", "json")
        guard answer.status == 0 else { return nil }
        struct Resolved: Decodable { var version: Int }
        return try JSONDecoder().decode(Resolved.self, from: Data(answer.output.utf8)).version
    }

    /// The records of an environment's runs, oldest first.
    func runs(in environment: String) throws -> [Run] {
        let branch = "refs/heads/runs/\(environment)"
        guard try !references(branch).isEmpty else { return [] }
        let founding = try #require(try lines("rev-list", "--max-parents=0", "main").first)
        return try lines("rev-list", "--first-parent", "--reverse", branch, "^\(founding)", "--")
            .filter { try lines("log", "-1", "--format=%s", $0).first?.hasPrefix("Run ") == true }
            .map { commit in
                let record = try run("git", "-C", registry.path, "show", "\(commit):run.json")
                return try JSONDecoder().decode(Run.self, from: Data(record.output.utf8))
            }
    }

    /// The deliveries in a part of the spool: pending, sent, dead.
    func deliveries(_ part: String) throws -> [SpooledDelivery] {
        let folder = registry.appending(path: "signet/spool/\(part)")
        return try FileManager.default.contentsOfDirectory(atPath: folder.path).sorted().map {
            try JSONDecoder().decode(
                SpooledDelivery.self, from: Data(contentsOf: folder.appending(path: $0)))
        }
    }

    /// The mails in the outbox, in the order of their times, each with its type.
    func mails() throws -> [URL] {
        let outbox = folder.appending(path: "outbox")
        guard FileManager.default.fileExists(atPath: outbox.path) else { return [] }
        return try FileManager.default.contentsOfDirectory(atPath: outbox.path)
            .filter { $0.hasSuffix(".eml") }.sorted().map { outbox.appending(path: $0) }
    }

    /// What the mails are about, sorted: `type environment`.
    func mailSubjects() throws -> [String] {
        try deliveries("sent").filter { $0.target == "mail" }.map(\.event.words).sorted()
    }

    /// The mails of a type about an environment, as Python's mail parser reads them.
    func mails(_ type: String, _ environment: String) throws -> [Mail] {
        try mails().filter { $0.lastPathComponent.contains("-\(type)-\(environment)-") }.map(read)
    }

    func read(_ mail: URL) throws -> Mail {
        let reader = Self.root.appending(path: "Tests/Support/read_mail.py")
        let answer = try run(Self.python, reader.path, mail.path)
        try #require(answer.status == 0, "\(answer)")
        return try JSONDecoder().decode(Mail.self, from: Data(answer.output.utf8))
    }

    static let python = ProcessInfo.processInfo.environment["SIGNET_TEST_PYTHON"] ?? "python3"
}

/// A run's record, as far as it is the same whenever the run is made.
struct Run: Decodable, Equatable {
    struct Metric: Decodable, Equatable {
        var value: Double?
        var n: Int?
    }
    struct Gate: Decodable, Equatable {
        var metric: String
        var result: String
    }

    var version: Int
    var status: String
    var reason: String?
    var metrics: [String: Metric]
    var gates: [Gate]

    /// Without what a clock measured.
    var timeless: Run {
        var run = self
        run.metrics = metrics.filter { !$0.key.hasPrefix("latency") && $0.key != "rows_per_second" }
        return run
    }
}

/// A delivery as the spool has it.
struct SpooledDelivery: Decodable {
    struct Event: Decodable {
        struct Details: Decodable {
            var environment: String?
            var version: Int?
            var action: String?
            var outcome: String?
            var ledgerEntry: Int?
        }
        var id: String
        var type: String
        var data: Details

        /// What it is about, whoever's keys and clock it was.
        var words: String {
            [
                type, data.environment, data.version.map { "v\($0)" }, data.action, data.outcome,
            ].compactMap { $0 }.joined(separator: " ")
        }
    }
    var event: Event
    var target: String
    var attempts: Int
    var lastError: String?
}

/// A mail as Python's parser reads it.
struct Mail: Decodable {
    var headers: [[String]]
    var text: String
    var to: [[String]]
    var defects: [String]

    /// The recipients' addresses.
    var recipients: [String] { to.compactMap(\.last).sorted() }

    func header(_ name: String) -> String? { headers.first { $0.first == name }?.last }
}
