import Foundation
import GitStore
import Signatures
import Synchronization
import SystemPackage
import Testing

@testable import ModelRegistry

/// What was accepted and is still on its way into the ledger counts for whoever is judged next.
struct AdmissionTests {
    private let dev = TemporaryRegistry.dev
    private let test = TemporaryRegistry.test

    /// An update that another process has admitted, with its reference locked and not moved yet; it is
    /// moved, or given up, while somebody waits.
    private func underWay(
        _ trial: TemporaryRegistry, _ update: ReferenceUpdate, lands: Bool = true,
        while work: () throws -> Void
    ) throws {
        let verdicts = trial.judge.judge(update, received: trial.clock.now)
        #expect(verdicts.flatMap(\.denials).isEmpty)
        let path = trial.path.appending(update.name)
        try DurableFile.write([], to: FilePath(path.string + ".lock"))
        try trial.registry.admit(update, verdicts, trial.clock.now, heldBy: getpid())
        let isDone = Mutex(false)
        let ended = DispatchSemaphore(value: 0)
        let thread = Thread {
            defer { ended.signal() }
            usleep(300_000)
            isDone.withLock { $0 = true }
            do {
                if lands, let new = update.new {
                    try DurableFile.write("\(new.hex)\n".bytes, to: path)
                }
                try DurableFile.remove(FilePath(path.string + ".lock"))
            } catch {
                Issue.record(error)
            }
        }
        thread.start()
        // Before the registry goes away.
        defer { ended.wait() }
        try work()
        #expect(isDone.withLock { $0 }, "nobody waited")
    }

    /// Submits, as a command does, and expects to be refused by this rule.
    private func expectRefused(
        _ trial: TemporaryRegistry, _ name: String, _ new: ObjectID, by rule: Rule,
        at location: SourceLocation = #_sourceLocation
    ) throws {
        let error = #expect(throws: RegistryError.self, sourceLocation: location) {
            try trial.submit(name, new)
        }
        guard case .refused(let verdict)? = error else {
            Issue.record("\(error.map { "\($0)" } ?? "")", sourceLocation: location)
            return
        }
        #expect(verdict.denials.map(\.rule) == [rule], sourceLocation: location)
    }

    /// A revocation of one's own key, signed and not pushed.
    private func revocation(
        _ trial: TemporaryRegistry, of person: Person, number: Int = 1, on parent: ObjectID? = nil,
        by author: Person? = nil
    ) throws -> ObjectID {
        let revocation = Revocation(
            key: person.key.publicKey, principal: try PrincipalID(person.id), reason: .rotated,
            fromEntry: nil, note: nil)
        let parent = parent ?? trial.registry.founding
        let base =
            parent == trial.registry.founding
            ? try trial.repository.writeTree([]) : try trial.tree(of: parent)
        return try trial.craft(
            tree: trial.tree(
                base,
                with: ["\(number).yaml": String(decoding: revocation.serialise(), as: UTF8.self)]),
            parents: [parent], by: (author ?? person).key)
    }

    private let list = RevocationReader.reference

    @Test(arguments: [true, false])
    func aKeyThatIsBeingRevokedApprovesNothing(lands: Bool) throws {
        try TemporaryRegistry.with { trial in
            let version = try trial.register()
            let merge = try trial.merge(trial.propose(version), by: .jane)
            let revoking = try trial.update(list, to: revocation(trial, of: .jane))
            try underWay(trial, revoking, lands: lands) {
                if lands {
                    try expectRefused(trial, dev.branch, merge, by: .signature)
                } else {
                    try trial.submit(dev.branch, merge)
                }
            }
            #expect(try trial.registry.verify().findings.map(\.saw) == [])
            #expect(try (trial.resolve() == nil) == lands)
        }
    }

    @Test func aVersionThatIsBeingWithdrawnGoesNoFurther() throws {
        let policy = TemporaryRegistry.standardPolicy.replacing(
            "requires: {run: passed, gates: {accuracy: {min: 0.8}}}", with: "fourEyes: true")
        try TemporaryRegistry.with(policy: policy) { trial in
            let (version, _) = try trial.promote()
            let merge = try trial.merge(trial.propose(version, to: test), into: test)
            let away = try trial.registry.proposeWithdrawal(
                version.model, from: dev, by: trial.author(.ravi)
            ).proposal
            let tip = try trial.tip(dev)
            let tree = try trial.repository.compose(
                Scope(empty: version.model), over: trial.tree(of: tip), writing: true)
            let withdrawal = try trial.craft(
                tree: tree, parents: [tip, away], by: Person.jane.key)
            try underWay(trial, trial.update(dev.branch, to: withdrawal)) {
                try expectRefused(trial, test.branch, merge, by: .after)
            }
            #expect(try trial.registry.verify().findings.map(\.saw) == [])
        }
    }

    @Test func aRegistrationWaitsForADecisionAndNotForAnotherRegistration() throws {
        try TemporaryRegistry.with { trial in
            let fraud = try trial.registration(of: "fraud", by: .sue)
            let revoking = try trial.update(list, to: revocation(trial, of: .ravi))
            try underWay(trial, revoking) {
                let branch = try ModelName("churn").branch
                try expectRefused(trial, branch, trial.registration(), by: .signature)
            }
            // One that is admitted and never made holds nobody up.
            let waiting = try trial.update(ModelName("fraud").branch, to: fraud)
            let lock = FilePath(trial.path.appending(waiting.name).string + ".lock")
            try DurableFile.write([], to: lock)
            try trial.registry.admit(
                waiting, trial.judge.judge(waiting, received: trial.clock.now), trial.clock.now)
            #expect(try trial.register("churn", by: .sue).number == 1)
            #expect(try trial.registry.inbox.stored().count == 1)
            try DurableFile.remove(lock)
        }
    }

    /// The process that had the reference locked was killed; somebody else has the lock by now.
    @Test func anIntentWhoseHolderIsDeadHoldsNobodyUp() throws {
        try TemporaryRegistry.with { trial in
            let merge = try trial.update(
                dev.branch, to: trial.merge(trial.propose(trial.register())))
            let dead = Process()
            dead.executableURL = URL(fileURLWithPath: "/bin/true")
            try dead.run()
            dead.waitUntilExit()
            try trial.registry.admit(
                merge, trial.judge.judge(merge, received: trial.clock.now), trial.clock.now,
                heldBy: dead.processIdentifier)
            // `submit` holds the very lock that the intent seems to wait for.
            let start = ContinuousClock().now
            #expect(try trial.submit(dev.branch, merge.new).map(\.kind) == [.approval])
            #expect(ContinuousClock().now - start < .seconds(5))
            #expect(try trial.registry.verify().holds)
        }
    }

    @Test func whatIsJudgedByTheOtherIsNotMovedWithItAtOnce() throws {
        try TemporaryRegistry.with { trial in
            let version = try trial.register()
            let proposal = try trial.propose(version)
            let merge = try trial.update(dev.branch, to: trial.merge(proposal, by: .jane))
            let revoking = try trial.update(list, to: revocation(trial, of: .jane))
            let other = try trial.update(
                ModelName("fraud").branch, to: trial.registration(of: "fraud"))
            for pair in [[revoking, merge], [merge, other], [other, revoking]] {
                let verdicts = try trial.registry.prepare(pair)
                #expect(verdicts.flatMap(\.denials).map(\.rule) == [.onePerPush])
            }
            #expect(try trial.registry.inbox.stored().isEmpty)
            // Each alone is fine, and so are registrations together.
            let third = try trial.update(
                ModelName("third").branch, to: trial.registration(of: "third"))
            #expect(try trial.registry.prepare([other, third]).flatMap(\.denials).isEmpty)
        }
    }

    @Test func onePushRevokesOneKey() throws {
        try TemporaryRegistry.with { trial in
            let first = try revocation(trial, of: .kim, by: .ada)
            let second = try revocation(trial, of: .jane, number: 2, on: first, by: .ada)
            let refused = try trial.expectRefused(list, second, by: .revocation)
            #expect(refused.denials[0].saw.hasPrefix("one push revokes one key"))
            try trial.submit(list, first)
            try trial.submit(list, second)
            #expect(try trial.registry.verify().holds)
        }
    }

    @Test func aReferenceThatIsLostIsNotBegunAnew() throws {
        try TemporaryRegistry.with { trial in
            let (version, _) = try trial.promote()
            try trial.registry.revoke(
                Person.jane.key.publicKey, reason: .left, fromEntry: nil, note: nil,
                by: trial.author(.ada))
            let merge = try trial.merge(
                trial.propose(version, parameters: "gates: {accuracy: {min: 0.5}}\n"), by: .kim)
            let branch = version.model.branch
            for (lost, name, new) in try [
                (branch, branch, trial.registration()), (list, dev.branch, merge),
                ("refs/heads/main", dev.branch, merge),
            ] {
                let before = try #require(try trial.registry.reference(lost))
                try trial.moveAround(lost, to: nil)
                let update = try ReferenceUpdate(
                    name: name, old: trial.repository.reference(name), new: new)
                let denials = trial.judge.judge(update, received: trial.clock.now)
                    .flatMap(\.denials)
                #expect(denials.map(\.rule) == [.presentTip], "\(lost): \(denials)")
                #expect(denials.first?.saw.contains("is gone: the ledger left it") == true)
                try trial.moveAround(lost, to: before)
            }
            try trial.submit(dev.branch, merge)
            #expect(try trial.registry.verify().holds)
        }
    }

    @Test func whatWasClosedIsNotPushedAgain() throws {
        try TemporaryRegistry.with(policy: TemporaryRegistry.strictPolicy) { trial in
            try trial.addEnvironment()
            _ = try trial.registry.rollOut(to: dev, reason: "agreed", by: trial.author(.ada))
            let branch = "refs/heads/rollout/dev/2"
            let partial = try #require(try trial.registry.reference(branch))
            for person in [Person.kim, .sue] {
                trial.clock.advance(1)
                _ = try trial.registry.rollOut(to: dev, reason: "agreed", by: trial.author(person))
            }
            #expect(try trial.registry.reference(branch) == nil)
            let refused = try trial.expectRefused(branch, partial, by: .open)
            #expect(refused.denials[0].saw.contains("was there before, and was closed: entry "))
            #expect(try trial.registry.verifyLedger().holds)
        }
    }

    @Test func resolveWaitsForAnApprovalThatIsOnItsWayIntoTheLedger() throws {
        try TemporaryRegistry.with { trial in
            try trial.promote()
            let merge = try trial.merge(trial.propose(trial.register()))
            try trial.admit(trial.update(dev.branch, to: merge))
            let (path, now) = (trial.path, trial.clock.now)
            let ended = DispatchSemaphore(value: 0)
            let thread = Thread {
                defer { ended.signal() }
                usleep(300_000)
                do {
                    _ = try Registry(at: path, .init(now: { now }))
                } catch {
                    Issue.record(error)
                }
            }
            thread.start()
            defer { ended.wait() }
            #expect(try trial.resolve()?.version == 2)
        }
    }

    @Test func repairBesideWritersKeepsTheLedgersOrder() throws {
        try TemporaryRegistry.with { trial in
            try trial.promote()
            let (path, folder, now) = (trial.path, trial.folder, trial.clock.now)
            let key = Person.ravi.key
            let failures = Mutex<[String]>([])
            DispatchQueue.concurrentPerform(iterations: 2) { number in
                do {
                    for round in 1...12 {
                        let registry = try Registry(at: path, .init(now: { now }))
                        guard number == 1 else {
                            #expect(try registry.repair().isEmpty)
                            continue
                        }
                        let artifact = folder.appending("weights")
                        try DurableFile.write("\(round)".bytes, to: artifact)
                        let version = try registry.register(
                            RegistrationRequest(
                                model: ModelName("fraud"), artifacts: [artifact],
                                metrics: #"{"accuracy": 0.9}"#.bytes, card: "# Card\n".bytes,
                                format: .other), by: registry.author(key))
                        try registry.propose(version, to: dev, by: registry.author(key))
                    }
                } catch {
                    failures.withLock { $0.append("\(error)") }
                }
            }
            #expect(failures.withLock { $0 } == [])
            let numbers = try trial.registry.ledger.entries(after: nil).map(\.entry.number)
            #expect(numbers == Array(1...numbers.count))
            #expect(try trial.registry.verifyLedger().findings.map(\.saw) == [])
        }
    }
}
