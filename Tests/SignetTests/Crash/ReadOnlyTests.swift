import Foundation
import Testing

/// A registry in a folder that can't be written: reading works, writing says so.
struct ReadOnlyTests {
    @Test(arguments: [false, true])
    func readingWorksAndWritingSaysSo(withoutCaches: Bool) throws {
        try Fixture.with(environments: "dev,test") { fixture in
            try fixture.approvedInDev()
            let reading = [
                ["resolve", "tumour", "--env", "dev", "--format", "json"], ["status"],
                ["ledger", "verify"], ["verify"], ["show", "tumour@1"],
                ["log", "--env", "dev"], ["policy", "check"], ["keys", "list"],
                ["audit", "--env", "dev"], ["review", "tumour@1", "--env", "test"],
            ]
            let before = try reading.map { try fixture.signet($0) }
            if withoutCaches {
                try FileManager.default.removeItem(
                    at: fixture.registry.appending(path: "signet/verified"))
            }
            try fixture.readOnly {
                for (arguments, before) in zip(reading, before) {
                    let outcome = try fixture.signet(arguments)
                    #expect(outcome.status == before.status, "\(arguments): \(outcome)")
                    #expect(outcome.errors == before.errors, "\(arguments)")
                    if arguments[0] != "audit" {
                        #expect(outcome.output == before.output, "\(arguments)")
                    }
                }
                let writing: [([String], Fixture.Person?)] = [
                    (Fixture.registration(example: 3), .ravi),
                    (["propose", "tumour@1", "--env", "test"], .ravi),
                    (["params", "set", "tumour", "--env", "dev", "inference.batchSize=8"], .ravi),
                    (["withdraw", "tumour", "--env", "dev"], .ravi),
                    (["keys", "revoke", "kim", "--reason", "left"], .ada),
                    (["watch", "--once"], nil), (["repair"], nil), (["ledger", "attest"], nil),
                ]
                for (arguments, person) in writing {
                    let outcome = try fixture.signet(arguments, as: person)
                    #expect(outcome.status == 1, "\(arguments): \(outcome)")
                    #expect(outcome.output == "", "\(arguments)")
                    #expect(
                        outcome.errors.localizedCaseInsensitiveContains("read-only file system"),
                        "\(arguments): \(outcome)")
                    #expect(
                        outcome.errors.contains("\(fixture.registry.path)"),
                        "\(arguments): \(outcome)")
                }
            }
            #expect(try fixture.watchOnce().status == 0)
            #expect(try fixture.faultsForSignet() == nil)
        }
    }
}
