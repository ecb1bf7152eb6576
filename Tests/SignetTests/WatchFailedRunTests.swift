import Foundation
import Testing

/// Runs that don't pass: recorded with their reason, told to the right people, asked of nobody.
struct WatchFailedRunTests {
    struct Case: CustomTestStringConvertible, Sendable {
        var testDescription: String
        /// A text in the example's parameters, and what stands there instead.
        var parameters: (String, String)?
        /// The artifact's name and content, where it is not the example's model.
        var artifact: (String, String)?
        var status: String
        var reason: String
    }

    static let cases = [
        Case(
            testDescription: "a missing input", parameters: ("batch.csv", "absent.csv"),
            status: "error", reason: "absent.csv"),
        Case(
            testDescription: "a wrong column", parameters: ("label: diagnosis", "label: outcome"),
            status: "error", reason: "outcome"),
        Case(
            testDescription: "a gate that is not met", parameters: ("min: 0.9", "min: 0.999"),
            status: "failed", reason: "gates failed: accuracy"),
        Case(
            testDescription: "a model that is none",
            artifact: ("model.onnx", "\u{3A}\u{8}\u{A}\u{6}\u{22}\u{4}Nope"),
            status: "error", reason: "model"),
        Case(
            testDescription: "a format without an engine", artifact: ("model.bin", "weights"),
            status: "error", reason: "the format 'other' has no engine"),
    ]

    @Test(arguments: cases)
    func aRunThatDoesNotPassIsRecordedAndToldAndAsksNobody(_ made: Case) throws {
        try Fixture.with(environments: "dev,test") { fixture in
            try fixture.configure()
            let parameters = try made.parameters.map { try fixture.parameters($0.0, by: $0.1) }
            let artifact = try made.artifact.map { name, content in
                let file = fixture.folder.appending(path: name)
                try content.write(to: file, atomically: true, encoding: .utf8)
                return file
            }
            let registered = try fixture.signet(
                Fixture.registration(artifact: artifact, parameters: parameters), as: .ravi)
            try #require(registered.status == 0, "\(registered)")
            try fixture.approve("dev")
            let watched = try fixture.watchOnce()
            #expect(watched.status == 0, "\(watched)")
            let runs = try fixture.runs(in: "dev")
            #expect(runs.map(\.status) == [made.status])
            let reason = try #require(runs.first?.reason)
            #expect(reason.contains(made.reason), "\(reason)")
            let mails = try fixture.mails("run.finished", "dev")
            #expect(
                mails.map(\.recipients) == [
                    ["ada", "jane", "kim", "ravi"].map { "\($0)@example.com" }
                ])
            #expect(mails.first?.text.contains(made.status) == true)
            #expect(try fixture.references("refs/heads/promote").isEmpty)
            let shown = try fixture.signet("infer", "tumour", "--env", "dev")
            #expect(shown.status == 1)
            #expect(
                shown.output.hasPrefix("tumour@1 in dev: \(made.status) – \(reason)"), "\(shown)")
            #expect(try fixture.runs(in: "dev").count == 1)
        }
    }

    @Test func aRunThatEndedInErrorIsMadeAgainWhenItIsAskedFor() throws {
        try Fixture.with(environments: "dev,test") { fixture in
            try fixture.configure()
            let late = fixture.folder.appending(path: "late.csv")
            let parameters = try fixture.parameters("batch.csv", by: late.path)
            try #require(
                try fixture.signet(Fixture.registration(parameters: parameters), as: .ravi).status
                    == 0)
            try fixture.approve("dev")
            let watched = try fixture.watchOnce()
            #expect(
                watched.errors.contains(
                    "delivered: environment.advanced dev/tumour to inference: the run ended in error, "
                ),
                "\(watched)")
            let data = Fixture.example.appending(path: "batch.csv")
            try FileManager.default.copyItem(at: data, to: late)
            let shown = try fixture.signet("infer", "tumour", "--env", "dev")
            #expect(shown.status == 1 && shown.output.contains("error"), "\(shown)")
            let again = try fixture.signet("infer", "tumour", "--env", "dev", "--again")
            #expect(again.status == 0, "\(again)")
            #expect(again.output.hasPrefix("tumour@1 in dev: passed\n"), "\(again)")
            #expect(try fixture.runs(in: "dev").map(\.status).sorted() == ["error", "passed"])
            // The next environment is asked, as after any run that passed.
            try #require(try fixture.watchOnce().status == 0)
            #expect(
                try fixture.references("refs/heads/promote") == [
                    "refs/heads/promote/test/tumour/v1"
                ])
            let once = try fixture.signet("infer", "tumour", "--env", "dev", "--again")
            #expect(once.errors == "note: the run passed, and is not made again\n", "\(once)")
            #expect(try fixture.runs(in: "dev").count == 2)
            #expect(try fixture.signet("verify").status == 0)
        }
    }

    @Test func inferByHandFindsWhatTheWatcherFindsAndIsRecordedOnce() throws {
        try Fixture.with(environments: "dev,test") { fixture in
            try fixture.approvedInDev()
            let other = try fixture.copied()
            defer { other.remove() }
            try #require(try other.watchOnce().status == 0)
            let inferred = try fixture.signet("infer", "tumour", "--env", "dev")
            #expect(inferred.status == 0, "\(inferred)")
            #expect(inferred.output.hasPrefix("tumour@1 in dev: passed\nrecorded as "))
            let records = try fixture.runs(in: "dev").map(\.timeless)
            #expect(try records == other.runs(in: "dev").map(\.timeless))
            #expect(try fixture.signet("infer", "tumour", "--env", "dev").output == inferred.output)
            // A commit may be named as `log` prints it.
            let commit = try fixture.git("rev-parse", "env/dev").output.prefix(10)
            let named = try fixture.signet(
                "infer", "tumour", "--env", "dev", "--commit", String(commit))
            #expect(named.output == inferred.output, "\(named)")
            let unknown = try fixture.signet(
                "infer", "tumour", "--env", "dev", "--commit", "0123456789")
            #expect(unknown.status == 1)
            #expect(unknown.errors.contains("--commit '0123456789' is no commit here"))
            #expect(try fixture.watchOnce().status == 0)
            #expect(try fixture.runs(in: "dev").map(\.timeless) == records)
            #expect(
                try fixture.references("refs/heads/promote")
                    == other.references("refs/heads/promote"))
        }
    }

    /// What a compromised key approved, and somebody else again: it runs once, as what was put there.
    @Test(arguments: [true, false])
    func whatIsApprovedAgainRunsOnce(_ hasRun: Bool) throws {
        try Fixture.with(environments: "dev,test") { fixture in
            try fixture.configure()
            try #require(try fixture.signet(Fixture.registration(), as: .ravi).status == 0)
            try fixture.approve("dev", as: .kim)
            if hasRun {
                try #require(try fixture.signet("infer", "tumour", "--env", "dev").status == 0)
            }
            let revoked = try fixture.signet(
                "keys", "revoke", "kim", "--reason", "compromised", "--from-entry", "1", as: .ada)
            try #require(revoked.status == 0, "\(revoked)")
            let keys = try fixture.signet("keys", "list").output
            #expect(keys.contains(/kim .* revoked 20\d\d-\d\d-\d\dT\d\d:\d\d:\d\dZ: compromised/))
            let again = try fixture.signet(
                "propose", "tumour", "--env", "dev", "--again", as: .ravi)
            try #require(again.status == 0, "\(again)")
            try fixture.approve("dev", as: .jane)
            let inferred = try fixture.signet("infer", "tumour", "--env", "dev")
            #expect(inferred.status == 0, "\(inferred)")
            #expect(try fixture.watchOnce().status == 0)
            #expect(try fixture.runs(in: "dev").map(\.status) == ["passed"])
        }
    }

    @Test func theWatcherAndAHandThatInferAtOnceRecordOneRun() throws {
        try Fixture.with(environments: "dev,test") { fixture in
            try fixture.approvedInDev()
            let both = try [["watch", "--once"], ["infer", "tumour", "--env", "dev"]].map {
                try WatchProcess($0, in: fixture)
            }
            for process in both { #expect(process.wait() == 0, "\(process.errors)") }
            #expect(try fixture.runs(in: "dev").map(\.status) == ["passed"])
        }
    }

    @Test func theRunnerHasNeitherKeysNorGitInItsEnvironment() throws {
        try Fixture.with(environments: "dev,test") { fixture in
            try fixture.approvedInDev()
            let watcher = try WatchProcess(
                ["watch", "--once"], in: fixture,
                adding: [
                    "SIGNET_KEY": fixture.key(.ada).path, "GIT_DIR": fixture.registry.path,
                    "SIGNET_SMTP_PASSWORD": "secret", "SSH_AUTH_SOCK": "/nowhere/agent",
                ])
            let runner = try #require(watcher.runner())
            kill(runner, SIGSTOP)
            let variables = try String(
                contentsOfFile: "/proc/\(runner)/environ", encoding: .utf8)
            let open = try FileManager.default.contentsOfDirectory(atPath: "/proc/\(runner)/fd")
                .map {
                    try FileManager.default.destinationOfSymbolicLink(
                        atPath: "/proc/\(runner)/fd/\($0)")
                }
            kill(runner, SIGCONT)
            #expect(
                Set(variables.split(separator: "\0")) == ["PATH=/usr/bin:/bin", "LANG=C.UTF-8"])
            let inRegistry = open.filter {
                $0.hasPrefix(fixture.registry.path) && !$0.contains("/signet/runs/")
                    && !$0.contains("/lfs/objects/") && !$0.contains("/signet/outputs/")
            }
            #expect(inRegistry.isEmpty, "\(inRegistry)")
            #expect(watcher.wait() == 0)
        }
    }
}
