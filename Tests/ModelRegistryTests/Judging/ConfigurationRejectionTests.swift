import GitStore
import Testing

@testable import ModelRegistry

/// A change of configuration that is turned down: closed for good, and kept.
struct ConfigurationRejectionTests {
    private let branch = "refs/heads/policy/2"
    private let main = "refs/heads/main"
    private static let no = "No\n\nDecision: rejected\n"

    /// Opens a change of the mails, signed by ada.
    private func propose(_ trial: TemporaryRegistry) throws -> ObjectID {
        _ = try trial.registry.proposeConfiguration(
            [("templates/mail.txt", "hello\n".bytes)], title: "Say hello", by: trial.author(.ada))
        return try #require(try trial.registry.reference(branch))
    }

    private func rejection(
        _ trial: TemporaryRegistry, of tip: ObjectID, by person: Person? = .ada,
        message: String = no, files: [String: String?] = [:]
    ) throws -> ObjectID {
        try trial.craft(
            tree: trial.tree(trial.tree(of: tip), with: files), parents: [tip], by: person?.key,
            message: message)
    }

    private func merge(_ trial: TemporaryRegistry, _ change: ObjectID) throws -> ObjectID {
        let tip = try #require(try trial.registry.reference(main))
        return try trial.craft(
            tree: trial.tree(of: change), parents: [tip, change], by: Person.ada.key)
    }

    @Test func aRejectionClosesTheChangeAndKeepsIt() throws {
        try TemporaryRegistry.with { trial in
            let change = try propose(trial)
            let before = try trial.registry.reference(main)
            let commit = try trial.registry.rejectConfiguration(
                serial: 2, reason: "too friendly", by: trial.author(.ada))
            #expect(try trial.registry.reference(branch) == nil)
            #expect(try trial.registry.reference(main) == before)
            let kept = try trial.repository.references(prefix: "refs/signet/closed-policy/2/")
            #expect(kept.map(\.target) == [commit])
            #expect(try trial.commit(commit).parents == [change])
            let entry = try #require(try trial.registry.ledger.entries(after: nil).last?.entry)
            #expect(entry.verdict.kind == .configurationRejection)
            #expect(entry.verdict.proposal == change)
            #expect(entry.verdict.reason == "too friendly")
            #expect(entry.effects.map(\.why) == [.rejected])
            #expect(try trial.registry.status(of: nil).changes.isEmpty)
            #expect(try trial.registry.verify().findings.map(\.saw) == [])
            #expect(try trial.registry.verifyLedger().holds)
            try trial.expectAgreement(holds: true)
        }
    }

    @Test func theAuditSaysWhoTurnedItDownAndWhy() throws {
        try TemporaryRegistry.with { trial in
            _ = try propose(trial)
            try trial.registry.rejectConfiguration(
                serial: 2, reason: "too friendly", by: trial.author(.ada))
            let report = try trial.registry.audit()
            #expect(report.holds)
            #expect(report.obligations.filter { $0.kind == .openConfiguration }.isEmpty)
            let move = try #require(report.moves.last)
            #expect(move.kind == .configurationRejection)
            #expect(move.signer?.meaning == .review)
            #expect(move.signer?.principal?.text == Person.ada.id)
            #expect(move.signer?.reason == "too friendly")
        }
    }

    @Test func whatWasRejectedIsNeitherMergedNorOpenedAgain() throws {
        try TemporaryRegistry.with { trial in
            let change = try propose(trial)
            let commit = try trial.registry.rejectConfiguration(
                serial: 2, reason: "no", by: trial.author(.ada))
            let again = try trial.expectRefused(main, merge(trial, change), by: .open)
            #expect(again.denials[0].saw.hasPrefix("this change was rejected before (refs/signet/"))
            try trial.expectRefused(main, merge(trial, commit), by: .open)
            try trial.expectRefused(branch, change, by: .open)
            // Proposed anew, it is another one.
            trial.clock.advance(1)
            let other = try propose(trial)
            #expect(other != change)
            try trial.registry.approveConfiguration(
                serial: 2, reason: "well then", by: trial.author(.ada))
            #expect(try trial.registry.mainSnapshot().policy.serial == 2)
            #expect(try trial.registry.verify().findings.map(\.saw) == [])
        }
    }

    @Test func aRejectionCountsBeforeTheLedgerHasIt() throws {
        try TemporaryRegistry.with { trial in
            let change = try propose(trial)
            try trial.admit(trial.update(branch, to: rejection(trial, of: change)))
            let answers = trial.judge.judge(
                try trial.update(main, to: merge(trial, change)), received: trial.clock.now)
            #expect(answers.flatMap(\.denials).map(\.rule) == [.open])
            let tip = try #require(try trial.registry.reference(branch))
            let second = trial.judge.judge(
                try trial.update(branch, to: rejection(trial, of: tip)),
                received: trial.clock.now)
            #expect(second.flatMap(\.denials).map(\.saw) == ["the change is rejected already"])
        }
    }

    @Test func eachRuleOfARejectionIsAskedFor() throws {
        try TemporaryRegistry.with { trial in
            let change = try propose(trial)
            try trial.expectRefused(branch, rejection(trial, of: change, by: nil), by: .signature)
            try trial.expectRefused(branch, rejection(trial, of: change, by: .jane), by: .role)
            try trial.expectRefused(
                branch, rejection(trial, of: change, message: "No\n"), by: .trailers)
            try trial.expectRefused(
                branch,
                rejection(trial, of: change, message: "No\n\nDecision: rejected\nSerial: 3\n"),
                by: .trailers)
            try trial.expectRefused(
                branch, rejection(trial, of: change, files: ["templates/other.txt": "x"]),
                by: .tree)
            try trial.expectRefused(
                branch,
                rejection(trial, of: change, message: "No\n\nDecision: rejected\nSigned-by: Kim\n"),
                by: .trailers)
            #expect(try trial.registry.reference(branch) == change)
            try trial.submit(branch, rejection(trial, of: change))
            #expect(try trial.registry.reference(branch) == nil)
        }
    }

    @Test func oneAdministratorTurnsDownWhatOthersHaveSigned() throws {
        try TemporaryRegistry.with(policy: TemporaryRegistry.strictPolicy) { trial in
            let change = try propose(trial)
            let signed = try trial.registry.approveConfiguration(
                serial: 2, reason: "fine", by: trial.author(.kim))
            #expect(signed.missing.text == "1 admin")
            let commit = try trial.registry.rejectConfiguration(
                serial: 2, reason: "no", by: trial.author(.sue))
            #expect(try trial.commit(commit).parents == [signed.commit])
            let tip = try #require(try trial.registry.reference(main))
            let whole = try trial.craft(
                tree: trial.tree(of: change), parents: [tip, signed.commit], by: Person.sue.key)
            try trial.expectRefused(main, whole, by: .open)
            try trial.expectAgreement(holds: true)
            #expect(try trial.registry.audit().holds)
        }
    }

    @Test func aChangeThatIsNotOpenOrNotTheOneReviewedIsSaid() throws {
        try TemporaryRegistry.with { trial in
            let ada = try trial.author(.ada)
            #expect {
                try trial.registry.rejectConfiguration(serial: 7, reason: "no", by: ada)
            } throws: {
                "\($0)".contains("there is no open change of configuration 7")
            }
            let change = try propose(trial)
            #expect {
                try trial.registry.rejectConfiguration(
                    serial: 2, reason: "no", expected: "0123456789", by: ada)
            } throws: {
                "\($0)".contains("the open change 2 is \(change.short), not 0123456789")
            }
            #expect {
                try trial.registry.rejectConfiguration(serial: 2, reason: " ", by: ada)
            } throws: {
                "\($0)".contains("a decision needs a reason")
            }
            #expect(try trial.registry.reference(branch) == change)
        }
    }
}
