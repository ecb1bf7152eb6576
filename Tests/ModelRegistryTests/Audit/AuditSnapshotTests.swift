import GitStore
import Testing

@testable import ModelRegistry

/// What was where at a time.
struct AuditSnapshotTests {
    private let dev = TemporaryRegistry.dev

    @Test func eachMomentHasItsVersionItsPolicyAndItsParameters() throws {
        try TemporaryRegistry.with { trial in
            let began = trial.clock.now
            trial.clock.advance(100)
            let one = try trial.register()
            try trial.propose(one, parameters: "gates: {accuracy: {min: 0.5}}\n")
            let first = try trial.approve(one)
            let firstTime = trial.clock.now
            trial.clock.advance(100)
            let two = try trial.register()
            try trial.propose(two, parameters: "gates: {accuracy: {min: 0.6}}\n")
            let second = try trial.approve(two, by: .kim)
            trial.clock.advance(100)
            try trial.changePolicy { $0.replacing("min: 0.8", with: "min: 0.7") }
            _ = try trial.registry.rollOut(to: dev, reason: "agreed", by: trial.author(.ada))

            let empty = try trial.registry.snapshot(
                at: Timestamp(seconds: began.seconds - 1))
            #expect(empty.entry == nil)
            #expect(empty.environments.isEmpty)
            let start = try trial.registry.snapshot(at: began)
            #expect(start.entry == 4)
            #expect(start.environments.map(\.environment.name) == ["dev", "test", "prod"])
            #expect(start.environments.map(\.models.count) == [0, 0, 0])

            let before = try trial.registry.snapshot(
                at: Timestamp(seconds: firstTime.seconds + 99), of: dev)
            let place = try #require(before.environments.first)
            #expect(before.environments.count == 1)
            #expect(place.tip == first)
            #expect(place.received == firstTime)
            #expect(place.policySerial == 1)
            let model = try #require(place.models.first)
            #expect(model.version == 1)
            #expect(model.commit == first)
            #expect(model.entry == 7)
            #expect(model.approvals.map(\.name) == ["Jane Doe"])
            #expect(model.parameters.value(at: "gates.accuracy.min") == .number(0.5))

            let now = try #require(
                try trial.registry.snapshot(at: trial.clock.now, of: dev).environments.first)
            #expect(now.policySerial == 2)
            #expect(now.policy != place.policy)
            #expect(now.models.map(\.version) == [2])
            #expect(now.models.map(\.commit) == [second])
            #expect(now.models[0].approvals.map(\.name) == ["Kim Kern"])
        }
    }

    @Test func theFutureIsNotAnswered() throws {
        try TemporaryRegistry.with { trial in
            let later = Timestamp(seconds: trial.clock.now.seconds + 1)
            #expect {
                try trial.registry.snapshot(at: later)
            } throws: { error in
                "\(error)".hasPrefix("\(later) is still to come: it is \(trial.clock.now)\nhint: ")
            }
        }
    }
}
