import Foundation
import Testing

/// A clone as the registry: writes go through `git push`, and the hooks judge them.
struct CloneTests {
    /// A clone that somebody hands over may name programs in its git settings.
    @Test(arguments: ["verify", "ledger verify", "audit"])
    func aCloneIsJudgedAsItStandsOnRequest(_ command: String) throws {
        try Fixture.with(environments: "dev") { fixture in
            try #require(try fixture.register().status == 0)
            let clone = try fixture.clone().path
            #expect(try fixture.signet("verify", "--registry", clone).status == 0)
            let trace = fixture.folder.appending(path: "started")
            try fixture.git(
                "-C", clone, "config", "remote.origin.uploadpack",
                "touch \(trace.path); git-upload-pack", as: .ravi)
            let judge = command.split(separator: " ").map(String.init) + ["--registry", clone]
            let offline = try fixture.signet(judge + ["--no-fetch"])
            #expect(offline.status == 0, "\(offline)")
            #expect(!FileManager.default.fileExists(atPath: trace.path))
            let fetching = try fixture.signet(judge)
            #expect(fetching.status == 0, "\(fetching)")
            #expect(FileManager.default.fileExists(atPath: trace.path))
        }
    }

    @Test func theWalkWorksThroughPush() throws {
        try Fixture.with(environments: "dev,prod") { fixture in
            let clone = try fixture.clone().path
            let store = ["--store", fixture.registry.path + "/lfs"]
            func signet(_ arguments: [String], as person: Fixture.Person? = nil) throws -> Outcome {
                try fixture.signet(arguments + ["--registry", clone], as: person)
            }
            fixture.expect(
                try signet(["register", "tumour"] + fixture.files(1) + store, as: .ravi),
                """
                tumour@1
                proposed for dev: <short>
                next: signet review tumour@1 --env dev
                """)
            let review = try signet(["review", "tumour", "--env", "dev"])
            #expect(review.output.hasPrefix("tumour@1 for dev: promotion, proposed by Ravi\n"))
            fixture.expect(
                try signet(["approve", "tumour", "--env", "dev", "--reason", "fit"], as: .jane),
                "approved tumour@1 for dev as jane: <short>, ledger entry 6")
            fixture.expect(
                try signet(["propose", "tumour", "--env", "prod"], as: .ravi),
                """
                proposed tumour@1 for prod: <short>
                next: signet review tumour@1 --env prod
                """)
            fixture.expect(
                try signet(["reject", "tumour", "--env", "prod", "--reason", "not yet"], as: .kim),
                "rejected tumour@1 for prod as kim: <short>, ledger entry 8")
            fixture.expect(
                try signet(["status"]),
                """
                model   newest  dev  prod
                tumour  v1      v1   –
                """)
            let here = try signet(
                ["resolve", "tumour", "--env", "dev", "--format", "json"] + store)
            let there = try fixture.signet("resolve", "tumour", "--env", "dev", "--format", "json")
            #expect(try JSON(here.output) == JSON(there.output))
            // Without the store, the answer is the same but for paths, which lead nowhere: that is said.
            let without = try signet(["resolve", "tumour", "--env", "dev", "--format", "json"])
            #expect(without.status == 0)
            #expect(try JSON(without.output)["commit"] == JSON(there.output)["commit"])
            #expect(
                fixture.scrubbed(without.errors) == """
                    warning: there is no <folder>/clone/.git/lfs/objects/<object>
                    hint: name the registry's folder lfs with --store PATH or SIGNET_STORE

                    """, "\(without)")
            #expect(here.errors.isEmpty)
            let out = fixture.folder.path + "/out"
            let fetched = try signet(["fetch", "tumour", "--env", "dev", "--to", out] + store)
            fixture.expect(fetched, "fetched tumour@1 to <folder>/out: model.onnx")
            let verified = try signet(["verify", "--founding", try fixture.commit("main")])
            #expect(verified.status == 0, "\(verified)")
            #expect(verified.output.contains("\nledger: 8 entries\n"), "\(verified)")
        }
    }

    @Test func theHooksRefuseWhatTheRegistryWould() throws {
        try Fixture.with(environments: "dev") { fixture in
            let clone = try fixture.clone().path
            // The content is not in the registry's store: nobody could ever fetch it.
            let before = try fixture.state()
            fixture.expect(
                try fixture.signet(
                    ["register", "tumour", "--registry", clone] + fixture.files(1), as: .ravi),
                complaint: """
                    error: the registry refused the push
                    refused: refs/heads/models/tumour
                      artifacts: the content of 'model.onnx' (sha256 <sha256>) is not in the store, or \
                    differs
                        hint: register with `signet register --artifact FILE`, which stores it first \
                    (in a clone: --store PATH)
                    """)
            #expect(try fixture.state() == before)
            // A misspelt store is not made.
            let nowhere = fixture.folder.appending(path: "lsf").path
            fixture.expect(
                try fixture.signet(
                    ["register", "tumour", "--registry", clone, "--store", nowhere]
                        + fixture.files(1), as: .ravi),
                complaint: """
                    error: there is no folder '<folder>/lsf' for artifacts
                    hint: --store and SIGNET_STORE name the registry's folder lfs, or one that you made
                    """)
            #expect(!FileManager.default.fileExists(atPath: nowhere))
            #expect(try fixture.state() == before)
            try #require(try fixture.register().status == 0)
            fixture.expect(
                try fixture.signet(
                    "approve", "tumour", "--env", "dev", "--reason", "x", "--registry", clone,
                    as: .ravi),
                complaint: """
                    error: the registry refused the push
                    refused: refs/heads/env/dev
                      four-eyes: ravi registered or proposed it, and so may not approve it
                        hint: who may approve it: jane, kim
                    """)
            try fixture.signet("approve", "tumour", "--env", "dev", "--reason", "x", as: .jane)
            fixture.expect(
                try fixture.signet(
                    "fetch", "tumour", "--env", "dev", "--to", fixture.folder.path + "/out",
                    "--registry", try fixture.clone("another").path),
                complaint: """
                    error: the store '<folder>/another/.git/lfs' has no content with SHA-256 <sha256>
                    hint: in a clone, name the registry's folder lfs with --store PATH; in the registry, \
                    put it back from a backup
                    """)
            fixture.expect(
                try fixture.signet("repair", "--registry", clone),
                complaint: """
                    error: a clone can't be repaired
                    hint: run `signet repair` on the registry itself
                    """)
        }
    }

    @Test func approvalsFromSeveralClonesAllLand() throws {
        try Fixture.with(environments: "dev") { fixture in
            let models = ["a", "b", "c"]
            for model in models { try #require(try fixture.register(model).status == 0) }
            let clones = try models.map { try fixture.clone("clone-\($0)").path }
            let outcomes = try fixture.atOnce(
                zip(models, clones).map { model, clone in
                    ["approve", model, "--env", "dev", "--reason", "fit", "--registry", clone]
                }, as: .jane)
            #expect(outcomes.allSatisfy { $0.status == 0 }, "\(outcomes)")
            try fixture.expectNothingWaits()
        }
    }

    /// The move stands, whatever keeps the ledger from being written: it is not told as a refusal.
    @Test func aPushThatCannotBeEnteredYetIsSaidToBeAccepted() throws {
        try Fixture.with(environments: "dev") { fixture in
            try #require(try fixture.register().status == 0)
            let clone = try fixture.clone("clone").path
            let key = fixture.registry.appending(path: "signet/keys/registry")
            let aside = fixture.folder.appending(path: "registry-key")
            try FileManager.default.moveItem(at: key, to: aside)
            let approved = try fixture.signet(
                "approve", "tumour", "--env", "dev", "--reason", "fit", "--registry", clone,
                as: .jane)
            #expect(
                approved.errors.contains(
                    "accepted, but not yet in the ledger: the key of 'registry' can't be used"
                ),
                "\(approved)")
            try FileManager.default.moveItem(at: aside, to: key)
            let status = try fixture.json("status", "tumour")
            #expect(status["models"]?[0]?["environments"]?[0]?["version"]?.number == 1)
            #expect(try fixture.signet("verify").status == 0)
        }
    }

    @Test func aMirrorIsReadAndVerifiedAndNotWritten() throws {
        try Fixture.with(environments: "dev") { fixture in
            try #require(try fixture.register().status == 0)
            let mirror = fixture.folder.appending(path: "mirror.git").path
            try fixture.run("git", "clone", "-q", "--mirror", fixture.registry.path, mirror)
            let verified = try fixture.signet("verify", "--registry", mirror)
            #expect(verified.status == 0, "\(verified)")
            let before = try fixture.run("git", "-C", mirror, "for-each-ref")
            fixture.expect(
                try fixture.signet(
                    "reject", "tumour", "--env", "dev", "--reason", "x", "--registry", mirror,
                    as: .jane),
                complaint: """
                    error: the key of 'registry' can't be used: can't read \
                    '<folder>/mirror.git/signet/keys/registry': No such file or directory
                    hint: it has mode 0600 and belongs to the account that runs signet; a copy of the \
                    registry has none: write to the registry, or to a plain `git clone` of it
                    """)
            #expect(try fixture.run("git", "-C", mirror, "for-each-ref").output == before.output)
        }
    }
}
