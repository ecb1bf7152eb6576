import Foundation
import Testing

/// The answers that programs read: JSON and exit codes.
struct AnswerTests {
    @Test func everyCommandAnswersInJSON() throws {
        try Fixture.with(environments: "dev,prod") { fixture in
            let registered = try fixture.signet(
                ["register", "tumour", "--format", "json"] + fixture.files(1), as: .ravi)
            try #require(registered.status == 0, "\(registered)")
            let registration = try JSON(registered.output)
            #expect(
                registration.keys == [
                    "commit", "environment", "ledgerCommit", "ledgerEntry", "proposal", "version",
                ])
            #expect(registration["version"]?.text == "tumour@1")
            #expect(registration["commit"]?.text == (try fixture.commit("tags/tumour/v1")))
            #expect(registration["environment"]?.text == "dev")
            let proposal = try fixture.commit("promote/dev/tumour/v1")
            #expect(registration["proposal"]?.text == proposal)

            let approved = try fixture.json(
                "approve", "tumour", "--env", "dev", "--reason", "fit", "--proposal", proposal,
                as: .jane)
            let tip = try fixture.commit("env/dev")
            #expect(approved["decision"]?.text == "approved")
            #expect(approved["commit"]?.text == tip)
            #expect(approved["ledgerEntry"]?.number == 6)
            #expect(approved["principal"]?.text == "jane")

            let resolved = try fixture.json("resolve", "tumour", "--env", "dev")
            #expect(
                resolved.keys == [
                    "approvedAt", "approvedBy", "approvers", "artifacts", "commit", "environment",
                    "format", "ledgerEntry", "model", "parameters", "registry", "version",
                    "versionCommit",
                ])
            #expect(resolved["registry"]?.text == (try fixture.commit("main")))
            #expect(resolved["commit"]?.text == tip)
            #expect(resolved["versionCommit"]?.text == registration["commit"]?.text)
            #expect(resolved["artifacts"]?[0]?["name"]?.text == "model.onnx")
            let size = try Data(contentsOf: URL(filePath: fixture.example(1, "model.onnx"))).count
            #expect(resolved["artifacts"]?[0]?["size"]?.number == size)

            let status = try fixture.json("status")
            #expect(status["models"]?[0]?["environments"]?[0]?["version"]?.number == 1)
            #expect(status["models"]?[0]?["environments"]?[1]?.keys == ["environment", "proposed"])
            let shown = try fixture.json("show", "tumour@1")
            #expect(shown["metrics"]?["accuracy"]?["n"]?.number == 140)
            #expect(shown["description"]?["format"]?.text == "onnx")
            let log = try fixture.json("log", "--env", "dev")
            #expect(log.count == 2)
            #expect(log[0]?["action"]?.text == "approved")
            #expect(log[0]?["reason"]?.text == "fit")
            #expect(log[0]?["name"]?.text == "Jane")
            let verified = try fixture.json("verify")
            #expect(verified["findings"]?.count == 0)
            #expect(verified["unproven"]?.count == 0)
            #expect(verified["environments"]?[0]?["steps"]?.number == 2)
            #expect(try fixture.json("repair").count == 0)
            #expect(try fixture.json("watch", "--once").keys == ["dead", "done", "pending"])
            let wrong = try fixture.signet(
                "resolve", "tumour", "--env", "dev", "--if-changed-from", "HEAD")
            #expect(wrong.status == 64, "\(wrong)")
            #expect(try fixture.json("keys", "list").count == 6)
            #expect(try fixture.json("policy", "check")["satisfiable"]?.bool == true)
            let fetched = try fixture.json(
                "fetch", "tumour", "--env", "dev", "--to", fixture.folder.path + "/out")
            let copy = fixture.folder.path + "/out/model.onnx"
            #expect(fetched["artifacts"]?[0]?["path"]?.text == copy)
            #expect(fetched["commit"] == resolved["commit"])

            let proposed = try fixture.json("propose", "tumour", "--env", "prod", as: .ravi)
            #expect(
                proposed.keys == [
                    "action", "environment", "ledgerCommit", "ledgerEntry", "proposal", "version",
                ])
            let rejected = try fixture.json(
                "reject", "tumour", "--env", "prod", "--reason", "no", as: .jane)
            #expect(rejected["decision"]?.text == "rejected")
            #expect(rejected["ledgerEntry"]?.number == 9)
        }
    }

    @Test func resolveSaysByItsExitCodeWhatChanged() throws {
        try Fixture.with(environments: "dev,prod") { fixture in
            try #require(try fixture.register().status == 0)
            try fixture.signet("approve", "tumour", "--env", "dev", "--reason", "ok", as: .jane)
            let tip = try fixture.commit("env/dev")
            let unchanged = try fixture.signet(
                "resolve", "tumour", "--env", "dev", "--if-changed-from", tip)
            #expect(unchanged.status == 3)
            #expect(unchanged.output == "")
            #expect(unchanged.errors == "")
            let earlier = try fixture.commit("env/dev^")
            let changed = try fixture.signet(
                "resolve", "tumour", "--env", "dev", "--if-changed-from", earlier)
            #expect(changed.status == 0)
            fixture.expect(
                try fixture.signet("resolve", "tumour", "--env", "prod", "--format", "json"),
                complaint: "nothing is approved: prod has no version of tumour", status: 2)
            fixture.expect(
                try fixture.signet("resolve", "churn", "--env", "dev"),
                complaint: """
                    error: there is no model 'churn'
                    hint: models here: tumour
                    """)
        }
    }

    @Test func aFormatWithoutAnEngineIsRegisteredWithANote() throws {
        try Fixture.with(environments: "dev") { fixture in
            let weights = try fixture.write("weights.bin", "GGML")
            let made = try fixture.signet(
                [
                    "register", "words/small", "--artifact", weights, "--no-propose", "--metrics",
                    fixture.example(1, "metrics.json"), "--card", fixture.example(1, "CARD.md"),
                ], as: .ravi)
            #expect(made.status == 0, "\(made)")
            #expect(
                made.errors == """
                    note: words/small@1 is in a format that has no engine: it can't be run

                    """)
            #expect(made.output.hasPrefix("words/small@1\n"))
        }
    }

    @Test func theEnvironmentNamesTheRegistryAndTheKey() throws {
        try Fixture.with(environments: "dev") { fixture in
            let ravi = ["SIGNET_KEY": fixture.key(.ravi).path]
            let made = try fixture.signet(
                ["register", "tumour"] + fixture.files(1), adding: ravi)
            #expect(made.status == 0, "\(made)")
            let log = try fixture.json("review", "tumour", "--env", "dev")
            #expect(log["proposedBy"]?.text == "Ravi")
            // What is named on the command line goes before the environment.
            let approved = try fixture.signet(
                [
                    "approve", "tumour", "--env", "dev", "--reason", "ok", "--key",
                    fixture.key(.jane).path,
                ], adding: ravi)
            #expect(approved.output.contains(" as jane: "), "\(approved)")
            let elsewhere = ["SIGNET_REGISTRY": fixture.folder.path + "/nowhere"]
            fixture.expect(
                try fixture.signet(["status"], adding: elsewhere),
                complaint: """
                    error: '<folder>/nowhere' is not a Signet registry: there is no git repository
                    hint: make one with `signet init PATH`, or name another with --registry
                    """)
            let named = try fixture.signet(
                ["status", "--registry", fixture.registry.path], adding: elsewhere)
            #expect(named.status == 0, "\(named)")
        }
    }
}
