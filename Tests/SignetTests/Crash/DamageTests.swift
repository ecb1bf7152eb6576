import Foundation
import Testing

/// Damage of every kind, before every command: exit 1 with the place, never a crash, never a pass
/// that an undamaged registry would not give.
struct DamageTests {
    private static let commands = [
        ["verify"], ["ledger", "verify"], ["resolve", "tumour", "--env", "dev"], ["status"],
        ["log", "--env", "dev"], ["audit", "--env", "dev"], ["watch", "--once"], ["repair"],
    ]

    @Test func ofObjects() throws { try table(Damage.ofObjects) }
    @Test func ofPacks() throws { try table(Damage.ofPacks) }
    @Test func ofReferences() throws { try table(Damage.ofReferences) }
    @Test func ofSignetsOwnFiles() throws { try table(Damage.ofOwnFiles) }

    private func table(_ rows: [Damage]) throws {
        try Fixture.with(environments: "dev,test") { fixture in
            try fixture.approvedInDev()
            try #require(try fixture.watchOnce().status == 0)
            var sound: [[String]: String] = [:]
            for command in Self.commands {
                let outcome = try fixture.signet(command)
                try #require(outcome.status == 0, "\(outcome)")
                sound[command] = outcome.output
            }
            try fixture.keep()
            defer { fixture.forgetKept() }
            var faults: [String] = []
            for row in rows {
                try fixture.restore()
                var named = try row.spoil(fixture)
                for command in Self.commands {
                    if ["watch", "repair"].contains(command[0]) {
                        try fixture.restore()
                        named = try row.spoil(fixture)
                    }
                    let outcome = try fixture.signet(command)
                    if let fault = fault(outcome, of: command, row, named, sound[command] ?? "") {
                        faults.append(
                            "\(row.name), signet \(command.joined(separator: " ")): \(fault)\n\(outcome)"
                        )
                    }
                }
                if row.isRepairable, let fault = try fixture.faultsForSignet() {
                    faults.append("\(row.name), after repair: \(fault)")
                }
            }
            #expect(faults.isEmpty, "\(faults.count):\n\(faults.joined(separator: "\n----\n"))")
        }
    }

    private func fault(
        _ outcome: Outcome, of command: [String], _ row: Damage, _ named: String, _ sound: String
    ) -> String? {
        let name = command[0] == "ledger" ? "ledger verify" : command[0]
        if let place = row.caughtBy[name] {
            guard outcome.status == 1 else { return "not found" }
            let words = outcome.errors + outcome.output
            let isNamed = words.contains(place.isEmpty ? named : place)
            return named.isEmpty && place.isEmpty || isNamed ? nil : "the place is not named"
        }
        switch outcome.status {
        case 0:
            let isAnswer = ["verify", "ledger", "resolve", "status", "log"].contains(command[0])
            return isAnswer && outcome.output != sound ? "another answer than before" : nil
        case 1: return outcome.errors.isEmpty && outcome.output.isEmpty ? "not a word" : nil
        default: return "exit \(outcome.status)"
        }
    }
}
