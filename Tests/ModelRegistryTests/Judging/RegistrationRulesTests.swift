import GitStore
import SystemPackage
import Testing

@testable import ModelRegistry

/// Each rule on a model's branch, broken alone.
struct RegistrationRulesTests {
    private let branch = "refs/heads/models/churn"

    @Test func aCardThatIsNoUTF8IsRefused() throws {
        try TemporaryRegistry.with { trial in
            let artifact = trial.folder.appending("weights.bin")
            try DurableFile.write("weights".bytes, to: artifact)
            let request = RegistrationRequest(
                model: try ModelName("churn"), artifacts: [artifact],
                metrics: "{\"accuracy\": 0.9}\n".bytes, card: [0x23, 0xff, 0xfe], format: .other)
            #expect {
                try trial.registry.register(request, by: trial.author(.ravi))
            } throws: { error in
                guard case RegistryError.refused(let verdict) = error else { return false }
                return verdict.denials.map(\.rule) == [.registration]
                    && verdict.denials[0].saw.contains("CARD.md")
            }
        }
    }

    @Test func aRegistrationMadeByHandIsAcceptedAndTagged() throws {
        try TemporaryRegistry.with { trial in
            let commit = try trial.registration()
            #expect(try trial.submit(branch, commit).map(\.kind) == [.registration])
            #expect(try trial.registry.reference("refs/tags/churn/v1") == commit)
        }
    }

    @Test(arguments: [
        ["models/churn/.gitattributes": "* -diff\n"], ["models/churn/notes.txt": "hi\n"],
        ["models/churn/eu/model.yaml": "x: 1\n"], ["models/churn/artifacts/.hidden": "x\n"],
        ["models/churn/artifacts/deep/weights.bin": "x\n"],
        ["models/churn/artifacts/second.bin": "no pointer\n"],
        ["models/churn/artifacts/weights.bin": nil], ["models/churn/model.yaml": "kind: Other\n"],
        ["models/churn/model.yaml": nil], ["models/churn/metrics.json": nil],
        ["models/churn/metrics.json": "{}\n"], ["models/churn/metrics.json": "no JSON"],
        ["models/churn/CARD.md": nil],
    ])
    func aMalformedFolderIsRefused(files: [String: String?]) throws {
        try TemporaryRegistry.with { trial in
            try trial.expectRefused(
                branch, trial.registration(files: files), by: .registration)
        }
    }

    @Test(arguments: [GitStore.FileMode.executable, .symlink])
    func aFileOfAnotherModeIsRefused(mode: GitStore.FileMode) throws {
        try TemporaryRegistry.with { trial in
            let files = ["models/churn/baseline.json": "{}"]
            try trial.expectRefused(
                branch, trial.registration(files: files, mode: mode), by: .registration)
        }
    }

    @Test(arguments: [
        "models/fraud/CARD.md", ".signet/policy.yaml", "README.md", "parameters/churn.yaml",
    ])
    func aRegistrationThatChangesMoreThanItsFolderIsRefused(path: String) throws {
        try TemporaryRegistry.with { trial in
            try trial.expectRefused(
                branch, trial.registration(files: [path: "more\n"]), by: .tree)
        }
    }

    @Test func aRegistrationWithTwoParentsIsRefused() throws {
        try TemporaryRegistry.with { trial in
            let right = try trial.commit(trial.registration())
            let merge = try trial.craft(
                tree: right.tree,
                parents: [trial.registry.founding, trial.tip(TemporaryRegistry.dev)],
                by: Person.ravi.key)
            try trial.expectRefused(branch, merge, by: .parents)
        }
    }

    @Test func aRegistrationOnALaterMainIsRefused() throws {
        try TemporaryRegistry.with { trial in
            try trial.changePolicy { $0.replacing("min: 0.8", with: "min: 0.7") }
            let main = try #require(try trial.registry.reference("refs/heads/main"))
            try trial.expectRefused(branch, trial.registration(on: main), by: .parents)
        }
    }

    @Test func aRegistrationOnAnEnvironmentIsRefused() throws {
        try TemporaryRegistry.with { trial in
            let tip = try trial.tip(TemporaryRegistry.dev)
            try trial.expectRefused(branch, trial.registration(on: tip), by: .registration)
        }
    }

    @Test func aNumberThatDoesNotFollowIsRefused() throws {
        try TemporaryRegistry.with { trial in
            try trial.register()
            let tip = try #require(try trial.registry.reference(branch))
            try trial.expectRefused(branch, trial.registration(on: tip), by: .registration)
        }
    }

    @Test func aRegistrationOfAnotherModelIsRefused() throws {
        try TemporaryRegistry.with { trial in
            try trial.expectRefused(
                "refs/heads/models/fraud", trial.registration(), by: .registration)
        }
    }

    @Test(arguments: [("churn", "churn/eu"), ("churn/eu", "churn"), ("a/b/c", "a")])
    func namesOfWhichOneIsThePrefixOfTheOtherExcludeEachOther(first: String, second: String) throws
    {
        try TemporaryRegistry.with { trial in
            try trial.register(first)
            let other = try trial.register("other")
            let facts = try trial.registry.registration(of: other)
            let text = try String(
                decoding: trial.repository.read(
                    trial.repository.entry(at: "model.yaml", in: facts.files.id)?.id
                        ?? facts.files.id,
                    as: .blob), as: UTF8.self)
            let folder = try trial.repository.composed(
                [("models/\(second)", facts.files)], over: trial.tree(of: trial.registry.founding),
                writing: true)
            let tree = try trial.tree(
                folder,
                with: [
                    "models/\(second)/model.yaml": text.replacing(
                        "model: other", with: "model: \(second)")
                ])
            let commit = try trial.craft(
                tree: tree, parents: [trial.registry.founding], by: Person.ravi.key)
            let update = try trial.update("refs/heads/models/\(second)", to: commit)
            let verdict = try #require(trial.judge.judge(update, received: trial.clock.now).last)
            #expect(verdict.denials.map(\.rule) == [.registration])
            #expect(verdict.denials[0].saw.contains("exclude each other"))
            #expect(throws: (any Error).self) { try trial.register(second) }
            #expect(try trial.registry.inbox.stored().isEmpty)
        }
    }

    @Test func anArtifactWhoseContentIsMissingIsRefused() throws {
        try TemporaryRegistry.with { trial in
            let commit = try trial.registration()
            let facts = try trial.judge.registration(of: commit)
            let stored = trial.registry.artifacts.path(of: facts.description.artifacts[0].sha256)
            try DurableFile.remove(stored)
            try trial.expectRefused(branch, commit, by: .artifacts)
        }
    }

    @Test func anArtifactThatWasSwappedInTheStoreIsRefused() throws {
        try TemporaryRegistry.with { trial in
            let commit = try trial.registration()
            let facts = try trial.judge.registration(of: commit)
            let stored = trial.registry.artifacts.path(of: facts.description.artifacts[0].sha256)
            try DurableFile.write("weighty".bytes, to: stored)
            try trial.expectRefused(branch, commit, by: .artifacts)
        }
    }

    @Test func anUnsignedRegistrationIsRefused() throws {
        try TemporaryRegistry.with { trial in
            try trial.expectRefused(branch, trial.registration(by: nil), by: .signature)
        }
    }

    @Test func aRegistrationByNoRegistrarIsRefused() throws {
        try TemporaryRegistry.with { trial in
            try trial.expectRefused(branch, trial.registration(by: .jane), by: .role)
        }
    }

    @Test func aRegistrationFromTheFutureIsRefused() throws {
        try TemporaryRegistry.with { trial in
            let late = Timestamp(seconds: trial.clock.now.seconds + 301)
            try trial.expectRefused(branch, trial.registration(at: late), by: .dates)
        }
    }

    @Test func versionsAreNeverRewritten() throws {
        try TemporaryRegistry.with { trial in
            try trial.register()
            try trial.expectRefused(branch, trial.registration(), by: .presentTip)
        }
    }
}
