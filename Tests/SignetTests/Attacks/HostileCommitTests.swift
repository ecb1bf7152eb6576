import Foundation
import Testing

/// Attacks 6, 7 and 17: commits that two readers could read differently, and what is too large.
struct HostileCommitTests {
    @Test func aCommitHasOneReading() throws {
        try AttackField.with { field in
            let tip = try field.id("env/dev")
            let good = try field.merge(
                tip, field.id("promote/dev/tumour/v1"), "fine", by: field.key(.jane))
            let raw = try field.fixture.run([
                "git", "-C", field.clone.path, "cat-file", "commit", good,
            ])
            .output
            let signature = try #require(
                raw.firstMatch(of: /gpgsig (?s:.*?)-----END SSH SIGNATURE-----\n/)
            )
            .output
            let unsigned = raw.replacing(signature, with: "")
            let rows: [(String, String, String)] = [
                (
                    "a signature in the message", unsigned + "\n" + signature,
                    "signature: commit <short> is not signed"
                ),
                (
                    "two signatures", raw.replacing(signature, with: signature + signature),
                    "canonical-commit: "
                ),
                (
                    "another header's signature",
                    raw.replacing("gpgsig ", with: "gpgsig-sha256 "), "canonical-commit: "
                ),
                (
                    "a header of its own", raw.replacing("gpgsig ", with: "x-header y\ngpgsig "),
                    "canonical-commit: "
                ),
                (
                    "a tag merged",
                    raw.replacing("gpgsig ", with: "mergetag object x\n type commit\ngpgsig "),
                    "canonical-commit: "
                ),
                (
                    "another encoding",
                    raw.replacing("gpgsig ", with: "encoding ISO-8859-1\ngpgsig "),
                    "canonical-commit: "
                ),
                (
                    "text after the signature",
                    raw.replacing(
                        "-----END SSH SIGNATURE-----\n",
                        with: "-----END SSH SIGNATURE-----\n more\n"),
                    "signature: the signature of <short> is bad"
                ),
                (
                    "a PGP signature", raw.replacing("SSH SIGNATURE", with: "PGP SIGNATURE"),
                    "signature: the signature of <short> is "
                ),
                (
                    "a changed message", raw.replacing("\nfine", with: "\nfime"),
                    "signature: the signature of <short> is bad"
                ),
                (
                    "a control character", raw.replacing("\nfine", with: "\n\u{1B}[2Jfine"),
                    "canonical-commit: "
                ),
                (
                    "a carriage return", raw.replacing("\nfine", with: "\nfi\rne"),
                    "canonical-commit: "
                ),
                (
                    "a long message", raw + String(repeating: "x", count: 1 << 20),
                    "canonical-commit: "
                ),
            ]
            for (what, text, rule) in rows {
                let commit = try field.object("commit", Data(text.utf8))
                #expect(commit != good, "\(what)")
                try field.expectRefused(commit, to: "env/dev", by: rule)
            }
            let noText = try field.object("commit", Data(raw.utf8) + Data([0xFF, 0xFE, 0x0A]))
            try field.expectRefused(noText, to: "env/dev", by: "canonical-commit: ")
            // Git refuses this one itself, as it reads it.
            let withNUL = try field.object("commit", Data(raw.utf8) + Data([0]) + Data("x\n".utf8))
            let pushed = try field.push([(withNUL, "env/dev")])
            #expect(pushed.status != 0, "\(pushed)")
            #expect(pushed.errors.contains("nulInCommit: "), "\(pushed)")
            #expect(try field.fixture.state() == field.before)
        }
    }

    @Test func whatGitItselfFindsBrokenIsNotUnpacked() throws {
        try AttackField.with { field in
            let tip = try field.id("env/dev")
            let tree = try field.tree(of: tip)
            let person = "Jane <jane@example.com>"
            let rows: [(String, String)] = [
                (
                    "tree \(tree)\nparent \(tip)\nauthor \(person) 1 +0000\n\nx\n",
                    "missingCommitter"
                ),
                (
                    "tree \(tree)\nparent \(tip)\nauthor x\ncommitter \(person) 1 +0000\n\nx\n",
                    "missingEmail"
                ),
                (
                    "tree \(tree)\nparent \(tip)\nauthor \(person) 1 +0000\ncommitter \(person) 99999999999999999999 +0000\n\nx\n",
                    "badDateOverflow"
                ),
                (
                    "parent \(tip)\ntree \(tree)\nauthor \(person) 1 +0000\ncommitter \(person) 1 +0000\n\nx\n",
                    "invalid commit"
                ),
            ]
            for (text, reason) in rows {
                let commit = try field.object("commit", Data(text.utf8))
                let sent = try field.send([commit], commit, to: "refs/heads/env/dev", from: tip)
                #expect(sent.output.contains("ng refs/heads/env/dev "), "\(sent)")
                #expect(sent.errors.contains(reason), "wanted \(reason): \(sent)")
                #expect(try field.fixture.state() == field.before)
            }
        }
    }

    @Test func aPushThatIsTooLargeEndsBeforeItIsRead() throws {
        try AttackField.with { field in
            // The limit is the registry's; lowered, so that the test need not send 256 MiB.
            #expect(
                try field.fixture.git("config", "receive.maxInputSize").output == "268435456\n")
            try field.fixture.git("config", "receive.maxInputSize", "65536")
            let noise = Data((0..<200_000).map { _ in UInt8.random(in: 0...255) })
            let blob = try field.object("blob", noise)
            let main = try field.id("main")
            let tree = try field.shell(
                "export GIT_INDEX_FILE=.git/attack-index; rm -f $GIT_INDEX_FILE; git read-tree main; "
                    + "git update-index --add --cacheinfo 100644,\(blob),templates/big; git write-tree"
            )
            let commit = try field.commit(tree: tree, parents: [main], by: field.key(.ada))
            let pushed = try field.push([(commit, "policy/2")])
            #expect(pushed.status != 0, "\(pushed)")
            #expect(pushed.errors.contains("pack exceeds maximum allowed size"), "\(pushed)")
            #expect(try field.fixture.state() == field.before)
        }
    }
}
