import Foundation
import ModelRegistry
import SystemPackage
import Testing

@testable import Notifications

struct SpoolTests {
    let now = Samples.time

    @Test func aDeliveryIsOneFileAndComesBackAsItWas() async throws {
        try await withSpool { spool in
            let delivery = Delivery(
                event: Samples.event(), target: "mail", created: now, context: ["a": [1, "x"]])
            let isNew = try spool.enqueue(delivery)
            #expect(isNew)
            #expect(try spool.pending() == [delivery])
            #expect(try spool.folder.appending("pending").names() == ["\(delivery.id).json"])
            #expect(try spool.folder.appending("tmp").names() == [])
            #expect(try Spool(folder: spool.folder).pending() == [delivery])
        }
    }

    @Test func theIdIsDeterministicAndSafeAsAFileName() {
        let hostile = Delivery(
            event: Samples.event(id: "../../etc/passwd\0\n" + String(repeating: "é", count: 300)),
            target: "mail", created: now)
        #expect(hostile.id.utf8.count < 200)
        #expect(!hostile.id.contains("/") && !hostile.id.hasPrefix("."))
        #expect(
            Samples.delivery().id == "12-proposal.opened~mail~\(digest(of: Samples.delivery()))")
        #expect(Samples.delivery("a/b").id != Samples.delivery("a-b").id)
        #expect(Samples.delivery(to: "mail").id != Samples.delivery(to: "chat").id)
    }

    @Test(arguments: [Spool.State.pending, .sent, .dead])
    func enteringTheSameDeliveryAgainChangesNothing(state: Spool.State) async throws {
        try await withSpool { spool in
            let delivery = Samples.delivery()
            try put(delivery, state, in: spool)
            #expect(try spool.enqueue(delivery) == false)
            #expect(try spool.state(of: delivery.id) == state)
            #expect(try all(spool) == 1)
        }
    }

    @Test(arguments: [Spool.State.sent, .dead])
    func aReplayEntersWhatWasSentOrGivenUp(state: Spool.State) async throws {
        try await withSpool { spool in
            let delivery = Samples.delivery()
            try put(delivery, state, in: spool)
            #expect(try spool.enqueue(delivery, replaying: true))
            #expect(try spool.pending() == [delivery])
            #expect(try all(spool) == 1)
        }
    }

    @Test func twoThreadsThatEnterTheSameDeliveryEnterOne() async throws {
        try await withSpool { spool in
            let folder = spool.folder
            let delivery = Samples.delivery()
            let entered = try await withThrowingTaskGroup(of: Bool.self) { group in
                for _ in 0..<8 {
                    group.addTask { try Spool(folder: folder).enqueue(delivery) }
                }
                return try await group.reduce(into: 0) { $0 += $1 ? 1 : 0 }
            }
            #expect(entered == 1)
            #expect(try all(spool) == 1)
        }
    }

    @Test func aDraftThatACrashLeftIsNeverADelivery() async throws {
        try await withSpool { spool in
            try spool.folder.appending("tmp/half.json.1").write("{\"id\":")
            let again = try Spool(folder: spool.folder)
            #expect(try again.pending() == [])
            #expect(try spool.folder.appending("tmp").names() == [])
        }
    }

    @Test func aCrashInTheMiddleOfAReplayLeavesThePendingOne() async throws {
        try await withSpool { spool in
            let delivery = Samples.delivery()
            try put(delivery, .sent, in: spool)
            let name = "\(delivery.id).json"
            try FileManager.default.copyItem(
                atPath: spool.folder.appending("sent").appending(name).string,
                toPath: spool.folder.appending("pending").appending(name).string)
            let again = try Spool(folder: spool.folder)
            #expect(try again.state(of: delivery.id) == .pending)
            #expect(try all(again) == 1)
        }
    }

    @Test(arguments: ["", "{", "[]", "{\"id\":\"other\"}"])
    func aDamagedFileIsSetAsideAndTheOthersGoOn(text: String) async throws {
        try await withSpool { spool in
            try spool.enqueue(Samples.delivery())
            try spool.folder.appending("pending/0.json").write(text)
            #expect(try spool.pending() == [Samples.delivery()])
            #expect(try spool.damaged() == ["0.json"])
        }
    }

    @Test func waitsDoubleUpToAnHour() {
        let waits = (1...12).map { Backoff().wait(failures: $0, jitter: 0) }
        #expect(
            waits.map(\.seconds) == [
                10, 20, 40, 80, 160, 320, 640, 1280, 2560, 3600, 3600, 3600,
            ])
        #expect(Backoff().wait(failures: .max, jitter: 0) == .seconds(3600))
        #expect(Backoff().wait(failures: 1, jitter: 1) == .seconds(12))
        #expect(Backoff().wait(failures: 1, jitter: -7) == .seconds(8))
    }

    @Test func aFailedDeliveryComesBackWhenItsWaitIsOver() async throws {
        try await withSpool { spool in
            let id = try entered(spool)
            try spool.retryLater(id, error: "no answer", now: now)
            let delivery = try #require(try spool.pending().first)
            #expect(delivery.attempts == 1)
            #expect(delivery.lastError == "no answer")
            #expect(delivery.notBefore == now.addingTimeInterval(10))
            #expect(try spool.pending(due: now.addingTimeInterval(9)) == [])
            #expect(try spool.pending(due: now.addingTimeInterval(10)) == [delivery])
        }
    }

    @Test func aReceiverCanAskForALongerWaitAndNotForAShorter() async throws {
        try await withSpool { spool in
            let id = try entered(spool)
            try spool.retryLater(id, error: "busy", now: now, after: .seconds(300))
            #expect(try spool.pending().first?.notBefore == now.addingTimeInterval(300))
            try spool.retryLater(id, error: "busy", now: now, after: .seconds(1))
            #expect(try spool.pending().first?.notBefore == now.addingTimeInterval(20))
        }
    }

    @Test func aDeliveryIsGivenUpADayAfterItsFirstFailure() async throws {
        try await withSpool { spool in
            let id = try entered(spool)
            // The watcher was off for a week: what counts is when an attempt first failed.
            let start = now.addingTimeInterval(7 * 86_400)
            try spool.retryLater(id, error: "first", now: start)
            try spool.retryLater(id, error: "then", now: start.addingTimeInterval(86_399))
            #expect(try spool.state(of: id) == .pending)
            try spool.retryLater(id, error: "no answer", now: start.addingTimeInterval(86_400))
            #expect(try spool.pending() == [])
            let dead = try #require(try spool.dead().first)
            #expect(dead.lastError == "given up after 3 attempts; the last: no answer")
        }
    }

    @Test func aDeadDeliveryCanBeRevivedAndKeepsWhoHasItAlready() async throws {
        try await withSpool { spool in
            let id = try entered(spool)
            try spool.record(
                .undeliverable(reason: "kim@x: refused", delivered: ["jane@x"]), of: id, now: now)
            #expect(try spool.dead().first?.lastError == "kim@x: refused")
            try spool.revive(id, now: now)
            let delivery = try #require(try spool.pending(due: now).first)
            #expect(delivery.delivered == ["jane@x"])
            #expect(delivery.attempts == 0)
            #expect(try spool.dead() == [])
        }
    }

    @Test func whatWasDeliveredIsInSent() async throws {
        try await withSpool { spool in
            let id = try entered(spool)
            try spool.record(.delivered, of: id, now: now)
            #expect(try spool.sent().map(\.id) == [id])
            #expect(try spool.pending() == [])
            #expect(throws: NotificationError.unknownDelivery(id)) { try spool.markSent(id) }
        }
    }

    @Test func aTargetThatIsGoneIsStoppedUntilAPersonLetsItGoOn() async throws {
        try await withSpool { spool in
            let id = try entered(spool)
            try spool.record(.gone(reason: "answered 410"), of: id, now: now)
            #expect(try spool.dead().first?.lastError == "answered 410")
            #expect(try spool.stopped("mail") == "answered 410")
            #expect(try spool.stoppedTargets() == ["mail"])
            #expect(try Spool(folder: spool.folder).stopped("mail") == "answered 410")
            try spool.resume("mail")
            #expect(try spool.stopped("mail") == nil)
        }
    }

    @Test func aPassAttemptsWhatIsDueInOrderAndGivesUpWhatGoesToAStoppedTarget() async throws {
        try await withSpool { spool in
            let now = now
            for (index, target) in ["mail", "mail", "chat", "late"].enumerated() {
                let created = now.addingTimeInterval(Double(index) + (target == "late" ? 60 : 0))
                let event = Samples.event(id: "\(index)")
                try spool.enqueue(Delivery(event: event, target: target, created: created))
            }
            try spool.stop("chat", reason: "answered 410")
            let due = try spool.pending(due: now.addingTimeInterval(10))
            let attempts = try await spool.attempt(due, now: { now }, jitter: { 0 }) {
                $0.event.id == "0" ? .retry(reason: "busy") : .delivered
            }
            let mails = attempts.filter { $0.delivery.target == "mail" }
            #expect(mails.map(\.delivery.event.id) == ["0", "1"])
            #expect(mails.map(\.outcome) == [.retry(reason: "busy"), .delivered])
            #expect(try spool.dead().map(\.lastError) == ["the target is stopped: answered 410"])
            #expect(try spool.pending().map(\.event.id) == ["0", "3"])
            #expect(try spool.sent().map(\.event.id) == ["1"])
        }
    }

    @Test func aNameThatIsNoTargetCantBecomeAPath() async throws {
        try await withSpool { spool in
            #expect(throws: NotificationError.self) { try spool.stop("../x", reason: "x") }
        }
    }

    @Test func theOldestIsFirst() async throws {
        try await withSpool { spool in
            for (id, age) in [("b", 1.0), ("a", 2.0), ("c", 3.0)] {
                let created = now.addingTimeInterval(-age)
                try spool.enqueue(
                    Delivery(event: Samples.event(id: id), target: "mail", created: created))
            }
            #expect(try spool.pending().map(\.event.id) == ["c", "a", "b"])
        }
    }

    @Test func aFolderThatCantBeMadeIsNamed() async throws {
        try await TemporaryFolder.with { folder in
            try folder.appending("file").write("x")
            let wanted = NotificationError.unwritable(
                folder.appending("file/spool"), reason: "Not a directory")
            #expect(throws: wanted) { try Spool(folder: folder.appending("file/spool")) }
        }
    }

    private func withSpool(_ body: (Spool) async throws -> Void) async throws {
        try await TemporaryFolder.with { folder in
            try await body(try Spool(folder: folder.appending("spool")))
        }
    }

    private func entered(_ spool: Spool) throws -> String {
        try spool.enqueue(Samples.delivery())
        return Samples.delivery().id
    }

    private func put(_ delivery: Delivery, _ state: Spool.State, in spool: Spool) throws {
        try spool.enqueue(delivery)
        switch state {
        case .pending: break
        case .sent: try spool.markSent(delivery.id)
        case .dead: try spool.bury(delivery.id, reason: "refused", now: now)
        }
    }

    private func all(_ spool: Spool) throws -> Int {
        try spool.pending().count + spool.sent().count + spool.dead().count
    }

    private func digest(of delivery: Delivery) -> String {
        Delivery.hexDigest(of: ["signet:0123456789abcdef", delivery.event.id, "mail"], length: 16)
    }
}
