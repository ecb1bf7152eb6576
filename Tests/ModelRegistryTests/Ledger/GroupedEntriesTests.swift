import Foundation
import GitStore
import Synchronization
import SystemPackage
import Testing

@testable import ModelRegistry

/// Versions that wait together are entered together; everything else is entered by itself.
struct GroupedEntriesTests {
    private let dev = TemporaryRegistry.dev

    private func admit(_ trial: TemporaryRegistry, models: [String]) throws {
        for model in models {
            let branch = try ModelName(model).branch
            try trial.admit(trial.update(branch, to: trial.registration(of: model)))
        }
    }

    /// How often the ledger's reference moved since its log was made.
    private func moves(_ trial: TemporaryRegistry, during work: () throws -> Void) throws -> Int {
        let log = trial.path.appending("logs").appending(Ledger.reference)
        try DurableFile.write([], to: log)
        try work()
        return try #require(try DurableFile.read(log)).filter { $0 == UInt8(ascii: "\n") }.count
    }

    @Test func versionsThatWaitAreEnteredByOneMoveOfTheLedger() throws {
        try TemporaryRegistry.with { trial in
            let models = (1...5).map { "model\($0)" }
            try admit(trial, models: models)
            let first = try trial.registry.ledger.entries(after: nil).count
            let count = try moves(trial) {
                let links = try trial.registry.settle()
                #expect(links.count == 5)
            }
            #expect(count == 1)
            let entries = try trial.registry.ledger.entries(after: nil).map(\.entry)
            #expect(entries.map(\.number) == Array(1...(first + 5)))
            #expect(entries.suffix(5).map(\.verdict.model?.text) == models)
            for model in models {
                let commit = try trial.registry.reference(ModelName(model).branch)
                #expect(try trial.registry.reference("refs/tags/\(model)/v1") == commit)
            }
            #expect(try trial.registry.inbox.stored().isEmpty)
            #expect(try trial.registry.verify().holds)
            #expect(try trial.registry.verifyLedger().holds)
        }
    }

    @Test func theOrderOfReceiptIsTheLedgersWhateverIsBetween() throws {
        try TemporaryRegistry.with { trial in
            let version = try trial.register("churn")
            try admit(trial, models: ["one", "two"])
            try trial.admit(
                trial.update(dev.proposalBranch(version), to: trial.proposal(of: version)))
            try admit(trial, models: ["three"])
            let kinds = try trial.registry.settle().map(\.entry.verdict.kind)
            #expect(kinds == [.registration, .registration, .proposal, .registration])
            #expect(try trial.registry.verify().holds)
        }
    }

    @Test func moreThanOneGroupHoldsIsEnteredInSeveral() throws {
        try TemporaryRegistry.with { trial in
            try admit(trial, models: (1...70).map { "model\($0)" })
            let count = try moves(trial) {
                let links = try trial.registry.settle()
                #expect(links.count == 70)
            }
            #expect(count == 2)
            #expect(try trial.registry.verifyLedger().holds)
        }
    }

    /// Two intents of one move, as when a writer died and another made the very same move.
    @Test func aVersionThatWaitsTwiceIsEnteredOnce() throws {
        try TemporaryRegistry.with { trial in
            try admit(trial, models: ["churn"])
            let stored = try #require(try trial.registry.inbox.stored().first)
            try trial.registry.inbox.write(stored.intent)
            try #require(try trial.registry.inbox.stored().count == 2)
            #expect(try trial.registry.settle().count == 1)
            #expect(try trial.registry.inbox.stored().isEmpty)
            #expect(try trial.registry.verifyLedger().holds)
        }
    }

    @Test func writersInOneProcessAllLand() throws {
        try TemporaryRegistry.with { trial in
            let (path, folder, now) = (trial.path, trial.folder, trial.clock.now)
            let key = Person.ravi.key
            let failures = Mutex<[String]>([])
            DispatchQueue.concurrentPerform(iterations: 4) { number in
                do {
                    let registry = try Registry(at: path, .init(now: { now }))
                    let artifact = folder.appending("weights\(number)")
                    for version in 1...5 {
                        try DurableFile.write("\(number) \(version)".bytes, to: artifact)
                        let request = RegistrationRequest(
                            model: try ModelName("model\(number)"), artifacts: [artifact],
                            metrics: #"{"accuracy": 0.9}"#.bytes, card: "# Card\n".bytes,
                            format: .other)
                        let made = try registry.register(request, by: registry.author(key))
                        #expect(made.number == version)
                    }
                } catch {
                    failures.withLock { $0.append("\(error)") }
                }
            }
            #expect(failures.withLock { $0 } == [])
            let entries = try trial.registry.ledger.entries(after: nil).map(\.entry)
            #expect(entries.filter { $0.verdict.kind == .registration }.count == 20)
            #expect(entries.map(\.number) == Array(1...entries.count))
            #expect(try trial.registry.verify().holds)
        }
    }
}
