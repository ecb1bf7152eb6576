import Foundation
import Testing

/// A file system without room, for real: said with the place and the remedy, and nothing is lost.
struct FullDiskTests {
    @Test func everyCommandThatWritesSaysSoAndWorksOnceThereIsRoom() throws {
        try Fixture.with(environments: "dev,test") { fixture in
            try fixture.configure()
            try #require(try fixture.register().status == 0)
            let clone = try fixture.clone()
            try fixture.git("switch", "-q", "--detach", "origin/env/dev", in: clone)
            try fixture.git(
                "merge", "-q", "--no-ff", "-S", "-m", "x", "origin/promote/dev/tumour/v1",
                in: clone, as: .jane)
            try fixture.onSmallDisk("12m") {
                let filler = try fixture.fillDisk()
                let before = try fixture.state()
                let files = try fixture.files(in: ".").filter { !$0.contains("/index/") }
                let out = fixture.registry.appending(path: "out").path
                let kit = fixture.registry.appending(path: "kit").path
                let commands: [(name: String, run: () throws -> Outcome)] = [
                    ("register", { try fixture.register(example: 3) }),
                    (
                        "propose",
                        { try fixture.signet("propose", "tumour@1", "--env", "test", as: .ravi) }
                    ),
                    (
                        "approve",
                        {
                            try fixture.signet(
                                "approve", "tumour", "--env", "dev", "--reason", "x", as: .jane)
                        }
                    ),
                    (
                        "reject",
                        {
                            try fixture.signet(
                                "reject", "tumour", "--env", "dev", "--reason", "x", as: .jane)
                        }
                    ),
                    ("watch", { try fixture.signet("watch", "--once") }),
                    ("audit kit", { try fixture.signet("audit", "kit", kit) }),
                    ("push", { try fixture.push(["HEAD:env/dev"], from: clone) }),
                ]
                for (name, run) in commands {
                    let outcome = try run()
                    #expect(outcome.status == 1, "\(name): \(outcome)")
                    if name != "push" {
                        #expect(
                            outcome.errors.contains("the disk is full\nhint: make room"),
                            "\(name): \(outcome)")
                        #expect(
                            outcome.errors.contains("can't write '\(fixture.registry.path)"),
                            "\(name): \(outcome)")
                    }
                    #expect(try fixture.state() == before, "\(name)")
                    let now = try fixture.files(in: ".").filter { !$0.contains("/index/") }
                    #expect(
                        Set(now).subtracting(files).filter { !$0.hasSuffix("lock") }.isEmpty,
                        "\(name)")
                    #expect(try fixture.leftovers() == nil, "\(name)")
                }
                #expect(try fixture.signet("status").status == 0)
                #expect(try fixture.faultsForSignet() == nil)
                try FileManager.default.removeItem(at: filler)
                #expect(try fixture.push(["HEAD:env/dev"], from: clone).status == 0)
                #expect(try fixture.register(example: 3).status == 0)
                #expect(try fixture.watchOnce().status == 0)
                #expect(try fixture.faultsForSignet() == nil)
                #expect(try fixture.faultsForGit() == nil)
                try fetches(fixture, to: out)
            }
        }
    }

    /// Fetching writes to the full disk too.
    private func fetches(_ fixture: Fixture, to out: String) throws {
        let filler = try fixture.fillDisk()
        let fetch = ["fetch", "tumour", "--env", "dev", "--to", out]
        let refused = try fixture.signet(fetch)
        #expect(refused.status == 1, "\(refused)")
        #expect(refused.errors.contains("the disk is full\nhint: make room"), "\(refused)")
        let left = try fixture.files(in: "out")
        #expect(left.isEmpty, "\(left)")
        try FileManager.default.removeItem(at: filler)
        #expect(try fixture.signet(fetch).status == 0)
    }
}
