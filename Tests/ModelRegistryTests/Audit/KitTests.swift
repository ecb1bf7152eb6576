import GitStore
import Signatures
import SystemPackage
import Testing

@testable import ModelRegistry

/// The kit's script agrees with `verify` in what it covers.
struct KitTests {
    private let dev = TemporaryRegistry.dev
    private let test = TemporaryRegistry.test

    @Test func aWholeHistoryPasses() throws {
        try TemporaryRegistry.with { trial in
            let version = try trial.ranInDev()
            try trial.propose(version, to: test, parameters: "gates: {accuracy: {min: 0.5}}\n")
            try trial.approve(version, in: test)
            let two = try trial.register("fraud/eu")
            try trial.propose(two)
            try trial.reject(two)
            try trial.promote("churn")
            trial.clock.advance(1)
            let back = try trial.registry.proposeRollback(
                version.model, in: dev, to: nil, by: trial.author(.ravi))
            try trial.approve(back.version)
            trial.clock.advance(1)
            let gone = try trial.registry.proposeWithdrawal(
                version.model, from: test, by: trial.author(.ravi))
            try trial.approve(gone.version, in: test)
            try trial.changePolicy { $0.replacing("min: 0.8", with: "min: 0.7") }
            _ = try trial.registry.rollOut(to: dev, reason: "agreed", by: trial.author(.ada))
            _ = try trial.registry.proposeConfiguration(
                [(".signet/rules.yaml", "# none\nrules: []\n".bytes)], title: "Open",
                by: trial.author(.ada))
            try trial.propose(trial.register("late"))
            let (folder, kit) = try trial.kit()
            let git = Git(home: trial.folder, repository: trial.path)
            let commits = try git("rev-list", "--all").split(separator: "\n")
            #expect(kit.commits == commits.count)
            #expect(kit.verification.findings.map(\.saw) == [])
            let answer = try trial.check(folder, trial.registry.founding.hex)
            #expect(
                answer.words == "\(kit.commits) commits: signatures, parents and trees are as "
                    + "required-signers.tsv has them; founding commit \(trial.registry.founding)\n")
            #expect(answer.status == 0)
            let script = try #require(try DurableFile.read(folder.appending("check.sh")))
            #expect(String(decoding: script, as: UTF8.self).split(separator: "\n").count < 50)
            #expect(try trial.registry.verify().holds)
        }
    }

    @Test func theTableNamesWhoMustHaveSigned() throws {
        try TemporaryRegistry.with { trial in
            let (version, step) = try trial.promote()
            let rows = try KitTableBuilder(Auditor(trial.registry))
                .build(trial.repository.references(prefix: "refs/")).rows
            let parents = try trial.commit(step).parents
            let merged = try #require(rows.first { $0.commit == step })
            #expect(merged.reference == dev.branch)
            #expect(merged.role == "approver")
            #expect(merged.principals == ["jane"])
            #expect(merged.parents == parents)
            #expect(
                merged.tree.text
                    == "^1 ^2:models/churn ^2:parameters/churn.yaml ^2:evidence/churn")
            let proposal = try #require(rows.first { $0.commit == parents[1] })
            #expect(proposal.reference == nil)
            #expect(proposal.role == "proposer")
            #expect(proposal.principals == ["ravi"])
            #expect(
                proposal.tree.text
                    == "^1 ^2:models/churn ^0:parameters/churn.yaml ^0:evidence/churn")
            let registered = try trial.registry.registration(of: version).commit.id
            let registration = try #require(rows.first { $0.commit == registered })
            #expect(registration.role == "registrar")
            #expect(registration.principals == ["ravi"])
        }
    }

    @Test func anotherFoundingCommitAnEditedTableAndALostCommitAreFound() throws {
        try TemporaryRegistry.with { trial in
            let (_, step) = try trial.promote()
            let (folder, _) = try trial.kit()
            let other = try trial.check(folder, step.hex)
            #expect(other.status == 1)
            #expect(other.words.contains("the kit is of another registry than \(step)"))
            let file = folder.appending("required-signers.tsv")
            let text = String(decoding: try #require(try DurableFile.read(file)), as: UTF8.self)
            func expectWrong(_ edited: String, _ complaint: String) throws {
                #expect(edited != text)
                try DurableFile.write(edited.bytes, to: file)
                let answer = try trial.check(folder)
                #expect(answer.status == 1)
                #expect(answer.words == "WRONG \(complaint)\n")
            }
            let lines = text.split(separator: "\n").map(String.init)
            let row = try #require(lines.first { $0.contains("\t\(step)\t") })
            try expectWrong(
                text.replacing(row, with: row.replacing("\tjane\t", with: "\tkim\t")),
                "\(step): signed by jane, not by approver kim")
            try expectWrong(
                text.replacing(
                    row,
                    with: row.replacing(" ^2:evidence/churn", with: "")
                        .replacing("^2:models", with: "^0:.gitattributes ^1:models")),
                "\(step): its tree is not ^1 ^0:.gitattributes ^1:models/churn ^2:parameters/churn.yaml"
            )
            let root = try trial.commit(step).parents[0]
            try expectWrong(
                text.replacing(row + "\n", with: ""), "refs/heads/env/dev: its tip is not \(root)")
            let proposal = try trial.commit(step).parents[1]
            let merged = try #require(lines.first { $0.hasPrefix("-\t\(proposal)\t") })
            try expectWrong(
                text.replacing(merged + "\n", with: ""),
                "\(proposal): the table does not list it")
        }
    }

    @Test func aBundleThatIsNotTheOneOfTheTableIsFound() throws {
        try TemporaryRegistry.with { trial in
            let (_, step) = try trial.promote()
            let proposal = try trial.propose(trial.register("fraud"))
            let (folder, _) = try trial.kit()
            let forged = try trial.merge(proposal, by: .mallory)
            try trial.moveAround(dev.branch, to: forged)
            let git = Git(home: trial.folder, repository: trial.path)
            let bundle = folder.appending("registry.bundle")
            try git("bundle", "create", "--quiet", bundle.string, "--all")
            let answer = try trial.check(folder)
            #expect(answer.status == 1)
            #expect(answer.words == "WRONG refs/heads/env/dev: its tip is not \(step)\n")
            var bytes = try #require(try DurableFile.read(bundle))
            bytes[bytes.count - 100] ^= 1
            try DurableFile.write(bytes, to: bundle)
            let broken = try trial.check(folder)
            #expect(broken.status == 1)
            #expect(broken.words.hasSuffix("WRONG registry.bundle\n"))
        }
    }

    @Test func aKeyThatWasRetiredSinceKeepsWhatItSigned() throws {
        try TemporaryRegistry.with { trial in
            trial.clock.advance(10)
            try trial.promote()
            // Retired from a moment on that lies before jane's approval, which was accepted then.
            let line = AllowedSigners.line(
                principal: "jane", key: Person.jane.key.publicKey,
                validBefore: trial.clock.now.seconds - 5)
            let main = try #require(try trial.registry.reference("refs/heads/main"))
            let signers = try trial.file(".signet/allowed_signers", of: main)
            trial.clock.advance(10)
            try trial.changeConfiguration([
                (".signet/allowed_signers", signers.replacing(Person.jane.line, with: line))
            ])
            try trial.expectAgreement(holds: true)
            // What the key signs later doesn't count, however it got there.
            let proposal = try trial.propose(trial.register("fraud"))
            _ = try trial.registry.rollOut(to: dev, reason: "agreed", by: trial.author(.ada))
            trial.clock.advance(10)
            try trial.moveAround(dev.branch, to: trial.merge(proposal))
            try trial.expectAgreement(holds: false)
        }
    }

    @Test func aFolderThatHoldsSomethingIsLeftAlone() throws {
        try TemporaryRegistry.with { trial in
            let folder = trial.folder.appending("kit")
            try DurableFile.write("mine".bytes, to: folder.appending("notes"))
            #expect {
                try trial.kit()
            } throws: { error in
                guard case RegistryError.alreadyExists = error else { return false }
                return true
            }
            #expect(try DurableFile.names(in: folder) == ["notes"])
        }
    }
}
