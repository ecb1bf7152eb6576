import Foundation
import Testing

/// The ledger as evidence: what the program keeps, prints and finds.
struct LedgerTests {
    private func refused(_ fixture: Fixture) throws -> [String] {
        try fixture.git("log", "--format=%s", "refs/signet/ledger").output
            .split(separator: "\n").filter { $0.contains(": refused ") }.map(String.init)
    }

    @Test func refusedPushesAndCommandsAreInTheLedger() throws {
        try Fixture.with(environments: "dev") { fixture in
            try #require(try fixture.register().status == 0)
            let before = try fixture.state()
            let clone = try fixture.clone()
            try fixture.git("switch", "-q", "--detach", "origin/env/dev", in: clone)
            try fixture.git(
                "merge", "-q", "--no-ff", "-S", "-m", "x", "origin/promote/dev/tumour/v1",
                in: clone, as: .ravi)
            let asked = try fixture.git("rev-parse", "HEAD", in: clone).output
                .trimmingCharacters(in: .newlines)
            #expect(try fixture.push(["HEAD:env/dev"], from: clone).status == 1)
            #expect(try refused(fixture) == ["5: refused env/dev"])
            let receipt = try JSON(fixture.signet("ledger", "receipt", "show", asked).output)
            let entry = try JSON(#require(receipt["entry"]?.text))
            let verdict = try #require(entry["verdict"])
            #expect(verdict["attempted"]?.text == "approval")
            #expect(verdict["principal"]?.text == "ravi")
            #expect(verdict["new"]?.text == asked)
            // A command, and a shell on the server.
            #expect(
                try fixture.signet(
                    "approve", "tumour", "--env", "dev", "--reason", "x", as: .ravi
                ).status == 1)
            let tip = try fixture.commit("env/dev")
            #expect(try fixture.git("update-ref", "refs/heads/feature", tip).status != 0)
            #expect(try fixture.git("update-ref", "-d", "refs/signet/ledger").status != 0)
            #expect(
                try Set(refused(fixture).map { $0.drop { $0 != ":" } }) == [
                    ": refused env/dev", ": refused feature", ": refused refs/signet/ledger",
                ])
            #expect(try refused(fixture).count == 4)
            #expect(try fixture.state() == before)
            #expect(try fixture.signet("verify").status == 0)
            #expect(try fixture.signet("watch", "--once").status == 0)
        }
    }

    @Test func aPushIsAnsweredWithAReceiptThatACopyIsHeldTo() throws {
        try Fixture.with(environments: "dev") { fixture in
            try #require(try fixture.register().status == 0)
            let mirror = fixture.folder.appending(path: "mirror.git").path
            try fixture.run("git", "clone", "-q", "--mirror", fixture.registry.path, mirror)
            let clone = try fixture.clone()
            try fixture.git("switch", "-q", "--detach", "origin/env/dev", in: clone)
            try fixture.git(
                "merge", "-q", "--no-ff", "-S", "-m", "x", "origin/promote/dev/tumour/v1",
                in: clone, as: .jane)
            let pushed = try fixture.push(["HEAD:env/dev"], from: clone)
            #expect(
                fixture.scrubbed(pushed.errors).contains(
                    "remote: signet: receipt: entry 5, <time>, env/dev <short>, ledger <id>"),
                "\(pushed)")
            let saved = try fixture.write("push.txt", pushed.errors)
            fixture.expect(
                try fixture.signet("ledger", "receipt", "check", saved),
                "entry 5, <id>: held\nthis copy has 5 entries")
            let older = try fixture.signet(
                "ledger", "receipt", "check", saved, "--registry", mirror)
            #expect(older.status == 1)
            #expect(
                fixture.scrubbed(older.output).hasPrefix(
                    "entry 5: this copy is older than the receipt, or another history: "))
            let verified = try fixture.signet("ledger", "verify", "--receipt", saved)
            #expect(verified.status == 0, "\(verified)")
            #expect(
                verified.output.hasSuffix(
                    "the chain is whole, signed by the registry, and every reference stands where it says\n"
                ))
            #expect(
                try fixture.signet(["ledger", "verify", "--registry", mirror, "--receipt", saved])
                    .status == 1)
            #expect(try fixture.signet("ledger", "verify", "--registry", mirror).status == 0)
        }
    }

    @Test func commandsKeepReceipts() throws {
        try Fixture.with(environments: "dev") { fixture in
            let file = fixture.folder.appending(path: "receipt.json").path
            try #require(try fixture.register("tumour", example: 1, "--receipt", file).status == 0)
            let both = try JSON(String(contentsOfFile: file, encoding: .utf8))
            #expect(both.count == 2)
            let approved = try fixture.json(
                "approve", "tumour", "--env", "dev", "--reason", "ok", "--receipt", file,
                as: .jane)
            let receipt = try JSON(String(contentsOfFile: file, encoding: .utf8))
            #expect(receipt["kind"]?.text == "LedgerReceipt")
            #expect(receipt["number"]?.number == approved["ledgerEntry"]?.number)
            #expect(receipt["ledgerCommit"]?.text == approved["ledgerCommit"]?.text)
            #expect(receipt["new"]?.text == approved["commit"]?.text)
            fixture.expect(
                try fixture.signet("ledger", "receipt", "check", file),
                "entry 5, <id>: held\nthis copy has 5 entries")
            let wrong = try fixture.signet(
                "approve", "tumour", "--env", "dev", "--reason", "ok", "--receipt",
                fixture.folder.path, as: .jane)
            #expect(wrong.status == 64)
            let none = try fixture.write("none.txt", "Everything up-to-date\n")
            fixture.expect(
                try fixture.signet("ledger", "receipt", "check", none),
                complaint: """
                    error: '<folder>/none.txt' holds no receipt
                    hint: give what `signet ledger receipt show` printed, what --receipt wrote, or the \
                    output of a git push with its lines 'signet: receipt: …'
                    """)
        }
    }

    @Test func aCloneNoticesThatTheRegistryWasSetBack() throws {
        try Fixture.with(environments: "dev") { fixture in
            try #require(try fixture.register().status == 0)
            let backup = fixture.folder.appending(path: "backup.git").path
            try fixture.run("cp", "-r", fixture.registry.path, backup)
            let clone = try fixture.clone().path
            try fixture.signet(
                "approve", "tumour", "--env", "dev", "--reason", "ok", "--registry", clone,
                as: .jane)
            try #require(try fixture.signet("status", "--registry", clone).status == 0)
            let seen = try fixture.commit("refs/signet/ledger")
            try fixture.run("rm", "-r", fixture.registry.path)
            try fixture.run("cp", "-r", backup, fixture.registry.path)
            for _ in 1...2 {
                let told = try fixture.signet("status", "--registry", clone)
                #expect(told.status == 1)
                #expect(
                    fixture.scrubbed(told.errors).hasPrefix(
                        "error: the registry 'origin' is older than this clone, or has another history: "
                    ), "\(told)")
                let kept = try fixture.run("git", "-C", clone, "rev-parse", "refs/signet/ledger")
                #expect(kept.output == seen + "\n")
            }
            // The same when somebody set the clone's references back too.
            try fixture.run("git", "-C", clone, "update-ref", "-d", "refs/signet/ledger")
            #expect(try fixture.signet("status", "--registry", clone).status == 1)
            try fixture.run("rm", clone + "/.git/signet/seen-ledger")
            try fixture.run("git", "-C", clone, "update-ref", "-d", "refs/signet/ledger")
            #expect(try fixture.signet("status", "--registry", clone).status == 0)
        }
    }

    @Test func aDamagedRegistryIsNamedAndRepaired() throws {
        try Fixture.with(environments: "dev") { fixture in
            try #require(try fixture.register().status == 0)
            let main = fixture.registry.appending(path: "refs/heads/main")
            for name in ["refs/heads/main", "refs/signet/ledger", "refs/tags/tumour/v1"] {
                let file = fixture.registry.appending(path: name)
                let before = try fixture.commit(name)
                try Data().write(to: file)
                let told = try fixture.signet("ledger", "verify")
                #expect(told.status == 1, "\(told)")
                #expect((told.errors + told.output).contains(name), "\(told)")
                let repaired = try fixture.signet("repair")
                #expect(repaired.status == 0, "\(repaired)")
                #expect(
                    repaired.errors.hasPrefix("put back \(name): its file was unreadable"),
                    "\(repaired)")
                #expect(try fixture.commit(name) == before)
            }
            #expect(try !Data(contentsOf: main).isEmpty)
            #expect(try fixture.signet("verify").status == 0)
        }
    }

    @Test func theWatcherAttests() throws {
        try Fixture.with(environments: "dev") { fixture in
            try fixture.configure()
            try #require(try fixture.register().status == 0)
            let commit = try fixture.commit("env/dev")
            let none = try fixture.signet("ledger", "attestation", commit)
            #expect(none.status == 1, "\(none)")
            try fixture.signet("watch", "--once")
            let envelope = try JSON(fixture.signet("ledger", "attestation", commit).output)
            #expect(envelope["payloadType"]?.text == "application/vnd.in-toto+json")
            fixture.expect(try fixture.signet("ledger", "attest"), "attested 0 commits")
            let verified = try fixture.signet("ledger", "verify")
            #expect(verified.output.contains("\nattestations: 1\n"), "\(verified)")
            #expect(verified.status == 0)
        }
    }
}
