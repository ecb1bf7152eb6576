import GitStore
import SystemPackage
import Testing

@testable import ModelRegistry

/// Stock git says the same of signatures, objects and merges.
struct StockGitTests {
    private let dev = TemporaryRegistry.dev

    @Test func gitVerifiesEverythingThatTheRegistryWrote() throws {
        try TemporaryRegistry.with { trial in
            let version = try trial.ranInDev()
            try trial.propose(version, to: TemporaryRegistry.test)
            try trial.approve(version, in: TemporaryRegistry.test)
            let two = try trial.register()
            try trial.propose(two)
            try trial.reject(two)
            try trial.changePolicy { $0.replacing("min: 0.8", with: "min: 0.7") }
            _ = try trial.registry.rollOut(to: dev, reason: "agreed", by: trial.author(.ada))
            let git = Git(home: trial.folder, repository: trial.path)
            let signers = trial.folder.appending("allowed_signers")
            let text = try trial.file(".signet/allowed_signers", of: trial.registry.founding)
            try DurableFile.write(text.bytes, to: signers)
            let setting = "gpg.ssh.allowedSignersFile=\(signers)"
            let commits = try git("rev-list", "--all").split(separator: "\n").map(String.init)
            #expect(commits.count > 25)
            let words = try git("-c", setting, "log", "--no-walk", "--format=%G? %H", "--all")
            #expect(words.split(separator: "\n").allSatisfy { $0.hasPrefix("G ") })
            let marks = try git("-c", setting, "log", "--format=%G?", "--all").split(
                separator: "\n")
            #expect(Set(marks) == ["G"])
            #expect(marks.count == commits.count)
            try git("-c", setting, "verify-commit", commits[0])
            try git("fsck", "--strict", "--no-dangling")
        }
    }

    @Test func aPlainMergeMakesTheTreeThatIsDemanded() throws {
        try TemporaryRegistry.with { trial in
            let clone = trial.folder.appending("clone")
            try Git(home: trial.folder, repository: trial.path)(
                "clone", "--quiet", trial.path.string, clone.string)
            let git = Git(home: trial.folder, repository: clone)
            func mergeWithGit(_ version: ModelVersion) throws -> ObjectID? {
                try git("fetch", "--quiet", "origin")
                try git("switch", "--quiet", "--detach", "origin/env/dev")
                let branch = "origin/" + ReferenceTarget.short(dev.proposalBranch(version))
                try git("merge", "--quiet", "--no-ff", "--no-edit", branch)
                return ObjectID(try git("rev-parse", "HEAD^{tree}"))
            }
            func approved(_ version: ModelVersion) throws {
                let merged = try mergeWithGit(version)
                #expect(try merged == trial.tree(of: trial.approve(version)))
                trial.clock.advance(1)
            }
            // Two models, the second proposed before the first was merged.
            let (churn, fraud) = (try trial.register("churn"), try trial.register("fraud/eu"))
            try trial.propose(churn, parameters: "gates: {accuracy: {min: 0.5}}\n")
            try trial.propose(fraud)
            try approved(churn)
            try approved(fraud)
            // The next version, a rollback, and the same version again.
            let next = try trial.register("churn")
            try trial.propose(next)
            try approved(next)
            let back = try trial.registry.proposeRollback(
                churn.model, in: dev, to: nil, by: trial.author(.ravi))
            try approved(back.version)
            try trial.propose(next)
            try approved(next)
            // A withdrawal.
            let gone = try trial.registry.proposeWithdrawal(
                fraud.model, from: dev, by: trial.author(.ravi))
            try approved(gone.version)
        }
    }
}
