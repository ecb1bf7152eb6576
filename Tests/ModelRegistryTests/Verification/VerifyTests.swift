import Foundation
import GitStore
import Signatures
import SystemPackage
import Testing

@testable import ModelRegistry

/// What `verify` finds, and what it says it can't know.
struct VerifyTests {
    private let dev = TemporaryRegistry.dev

    @Test func anUntouchedRegistryHolds() throws {
        try TemporaryRegistry.with { trial in
            try trial.promote()
            let version = try trial.register("fraud")
            try trial.propose(version)
            try trial.reject(version)
            try trial.changePolicy { $0.replacing("min: 0.8", with: "min: 0.7") }
            _ = try trial.registry.rollOut(to: dev, reason: "agreed", by: trial.author(.ada))
            let verification = try trial.registry.verify(anchor: trial.registry.founding)
            #expect(verification.findings.map(\.saw) == [])
            #expect(verification.unproven == [])
            #expect(verification.environments.map(\.steps) == [3, 1, 1])
            #expect(
                verification.ledgerEntries == (try trial.registry.ledger.entries(after: nil).count))
        }
    }

    @Test func anotherFoundingCommitIsFound() throws {
        try TemporaryRegistry.with { trial in
            let other = try trial.tip(dev)
            let findings = try trial.registry.verify(anchor: other).findings
            #expect(findings.map(\.rule) == [.reference])
            #expect(findings[0].saw.hasSuffix("not \(other.hex)"))
        }
    }

    @Test func aStepThatWasWrittenAroundTheRegistryIsFound() throws {
        try TemporaryRegistry.with { trial in
            let proposal = try trial.propose(trial.register())
            let step = try trial.merge(proposal, by: .ravi)
            try trial.moveAround(dev.branch, to: step)
            let findings = try trial.registry.verify().findings
            #expect(findings.map(\.rule) == [.presentTip, .record, .fourEyes])
            #expect(findings.map(\.basis) == [.ledger, .ledger, .content])
            #expect(findings.last?.commit == step)
        }
    }

    @Test func aGapInTheLedgerIsFound() throws {
        try TemporaryRegistry.with { trial in
            try trial.promote()
            let ledger = trial.registry.ledger
            let links = try ledger.entries(after: nil)
            // The chain without its last entry but one, signed again with the registry's own key.
            let base = links[links.count - 3]
            let last = try #require(links.last)
            try trial.moveAround(Ledger.reference, to: base.commit)
            _ = try ledger.append(
                [last.entry], to: base.commit, signer: trial.registry.serviceKey(.registry))
            let findings = try trial.registry.verify().findings
            #expect(findings.first?.rule == .record)
            #expect(
                findings.first?.saw == "entry \(last.entry.number) follows \(base.entry.number)")
        }
    }

    @Test func anEntryThatTheRegistryDidNotSignIsFound() throws {
        try TemporaryRegistry.with { trial in
            try trial.promote()
            let ledger = trial.registry.ledger
            let links = try ledger.entries(after: nil)
            let (base, last) = (links[links.count - 2], links[links.count - 1])
            try trial.moveAround(Ledger.reference, to: base.commit)
            _ = try ledger.append([last.entry], to: base.commit, signer: Person.ada.key)
            let findings = try trial.registry.verify().findings
            #expect(findings.map(\.rule) == [.record])
            #expect(findings[0].saw.hasSuffix("is signed by ada, not by the registry"))
        }
    }

    @Test func aPlainCloneSaysWhatItCannotProve() throws {
        try TemporaryRegistry.with { trial in
            let version = try trial.ranInDev()
            try trial.propose(version, to: TemporaryRegistry.test)
            try trial.approve(version, in: TemporaryRegistry.test)
            let git = Git(home: trial.folder, repository: trial.path)
            let (plain, mirror) = (
                trial.folder.appending("plain"), trial.folder.appending("mirror")
            )
            try git("clone", "--quiet", trial.path.string, plain.string)
            try git("clone", "--quiet", "--mirror", trial.path.string, mirror.string)
            let clock = trial.clock
            let anchor = trial.registry.founding
            let clone = try Registry(at: plain, .init(now: { clock.now }))
            #expect(clone.access == .clone(remote: "origin"))
            let verification = try clone.verify(anchor: anchor)
            #expect(verification.findings.map(\.saw) == [])
            #expect(verification.unproven.count == 1)
            #expect(!verification.holds)
            let whole = try Registry(at: mirror, .init(now: { clock.now })).verify(anchor: anchor)
            #expect(whole.findings.map(\.saw) == [])
            #expect(whole.holds)
        }
    }

    @Test func aForgedMainIsFoundWithoutTheLedger() throws {
        try TemporaryRegistry.with { trial in
            let main = try #require(try trial.registry.reference("refs/heads/main"))
            let policy = try trial.policy().replacing("[jane, kim, ravi]", with: "[ravi]")
            let forged = try trial.craft(
                tree: trial.tree(trial.tree(of: main), with: [".signet/policy.yaml": policy]),
                parents: [main], by: Person.mallory.key)
            let git = Git(home: trial.folder, repository: trial.path)
            let plain = trial.folder.appending("plain")
            try git("clone", "--quiet", trial.path.string, plain.string)
            try trial.moveAround("refs/heads/main", to: forged)
            try git("-C", plain.string, "fetch", "--quiet")
            let clock = trial.clock
            let findings = try Registry(at: plain, .init(now: { clock.now })).verify().findings
            #expect(findings.map(\.reference) == ["refs/heads/main"])
            #expect(findings.map(\.rule) == [.parents])
            #expect(findings.map(\.basis) == [.content])
        }
    }

    /// What an entry says that the registry did itself is of tags and decided commits alone.
    @Test(arguments: ["refs/heads/env/dev", "refs/heads/runs/dev", "", "refs/tags/a..b"])
    func anEffectMovesNoBranch(_ name: String) throws {
        try TemporaryRegistry.with { trial in
            let (version, _) = try trial.promote()
            let before = try trial.registry.verify()
            #expect(before.holds)
            let unapproved = try trial.merge(try trial.proposal(of: version), by: .ravi)
            try trial.enter(
                Verdict(ReferenceUpdate(name: "refs/heads/main", old: nil, new: nil)),
                effects: [
                    LedgerEntry.Effect(kind: .tag, reference: name, target: unapproved)
                ])
            let verification = try trial.registry.verify()
            #expect(
                verification.findings.map { "\($0.reference): \($0.saw)" }
                    == ["\(name): the reference is gone; the ledger left it there"])
            // The branch itself is what is judged.
            #expect(verification.environments.map(\.tip) == before.environments.map(\.tip))
        }
    }

    /// Git follows links among the refs, believes a file that says it is sorted, and shows what replaces.
    @Test(arguments: [
        "mkdir -p refs/heads/env; ln -s refs/heads/main refs/heads/env/dev",
        "mkdir -p away refs/heads; git rev-parse main >away/dev; ln -s ../../away refs/heads/env",
        "git pack-refs --all; echo \"$(git rev-parse main) refs/heads/env/dev\" >>packed-refs",
        "git update-ref refs/replace/$(git rev-parse env/dev) $(git rev-parse main)",
        "mkdir -p info; git rev-parse env/dev >info/grafts", "git rev-parse env/dev >shallow",
        "git update-ref refs/remotes/origin/main main; git config remote.origin.url $PWD; "
            + "git update-ref refs/heads/env/dev main",
    ])
    func whatGitWouldReadDifferentlyIsFound(_ change: String) throws {
        try TemporaryRegistry.with { trial in
            try trial.promote()
            let copy = trial.folder.appending("copy.git").string
            for script in [
                "git clone -q --mirror '\(trial.path)' '\(copy)'", "cd '\(copy)'; \(change)",
            ] {
                let process = Process()
                process.executableURL = URL(filePath: "/bin/sh")
                process.arguments = ["-ec", script]
                try process.run()
                process.waitUntilExit()
                try #require(process.terminationStatus == 0, "\(script)")
            }
            do {
                let verification = try Registry(
                    at: FilePath(copy), .init(now: { Clock().now })
                ).verify()
                #expect(!verification.holds, "\(change)")
            } catch {
                // What can't be opened, or ends it, is named.
                #expect("\(error)".contains("refs/heads/env"), "\(error)")
            }
        }
    }
}
