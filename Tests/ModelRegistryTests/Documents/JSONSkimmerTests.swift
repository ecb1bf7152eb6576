import GitStore
import Testing

@testable import ModelRegistry

/// Entries of the ledger are skimmed: little is read, and all of it must be JSON.
struct JSONSkimmerTests {
    private static let whole = #"""
        {
          "apiVersion" : "signet/v1",
          "effects" : [],
          "number" : 7,
          "received" : "2026-01-05T09:00:00Z",
          "verdict" : {
            "answers" : [{"saw" : "a \"quoted\" \u00e9 – word", "x" : [1, -2.5e3, true, null]}],
            "kind" : "rejection",
            "new" : "1111111111111111111111111111111111111111",
            "proposal" : "2222222222222222222222222222222222222222",
            "reference" : "refs/heads/promote/dev/churn/v1"
          }
        }

        """#

    @Test func theEssenceIsReadAndTheRestSkipped() throws {
        let essence = try LedgerEntry.Essence(Self.whole.bytes, file: "entry")
        #expect(essence.number == 7)
        #expect(essence.received == Timestamp("2026-01-05T09:00:00Z"))
        #expect(essence.reference == "refs/heads/promote/dev/churn/v1")
        #expect(essence.kind == .rejection)
        #expect(essence.new?.hex == String(repeating: "1", count: 40))
        #expect(essence.proposal?.hex == String(repeating: "2", count: 40))
    }

    @Test func effectsAndNamesWithEscapesAreRead() throws {
        let zeros = String(repeating: "0", count: 40)
        let text = Self.whole.replacing(
            "\"effects\" : []",
            with: #"""
                "effects" : [
                  {"kind" : "tag", "reference" : "refs/tags/a/v1", "target" : "\#(zeros)"},
                  {"keptAs" : "refs/signet/closed/a", "kind" : "close",
                   "reference" : "refs/heads/promote/a", "target" : "\#(zeros)", "why" : "stale"},
                  {"keptAs" : "refs/signet/closed/b", "kind" : "close",
                   "reference" : "", "target" : "\#(zeros)", "why" : "merged"}]
                """#
        ).replacing("promote/dev/churn", with: #"promote/\"dev\"\u00e9/churn"#)
            .replacing("\"rejection\"", with: "\"refused\"")
        let essence = try LedgerEntry.Essence(text.bytes, file: "entry")
        #expect(essence.reference == "refs/heads/promote/\"dev\"é/churn/v1")
        #expect(
            essence.effects.map(\.keeper)
                == ["refs/tags/a/v1", "refs/signet/closed/a", "refs/signet/closed/b"])
        #expect(essence.effects.map(\.closed) == [nil, "refs/heads/promote/a", nil])
        // A refusal names a commit, and moved nothing.
        #expect(essence.new != nil && essence.moved == nil)
    }

    @Test(arguments: [
        ("\"number\" : 7", "\"number\" : 7, \"number\" : 8"),
        ("\"number\" : 7", "\"number\" : -7"),
        ("\"number\" : 7", "\"number\" : 7.5"),
        ("\"number\" : 7", "\"number\" : 07"),
        ("\"number\" : 7,", ""),
        ("\"number\"", "\"n\\u0075mber\""),
        ("\"effects\" : []", "\"effects\" : {}"),
        ("\"effects\" : [],", ""),
        ("[1, -2.5e3, true, null]", "[1, -2.5e, true, null]"),
        ("[1, -2.5e3, true, null]", "[1, -2.5e3, True, null]"),
        ("[1, -2.5e3, true, null]", "[1,, null]"),
        ("\\u00e9", "\\u00g9"),
        ("\\u00e9", "\\e"),
        ("– word", "– \tword"),
        ("\"kind\" : \"rejection\"", "\"kind\" : \"rejected\""),
        ("\"1111", "\"g111"),
        ("Z\"", "\""),
        ("}\n}", "}\n} x"),
        ("}\n}", "}"),
    ])
    func anEntryThatIsNotAsWrittenIsRefused(_ part: String, _ replacement: String) throws {
        let text = Self.whole.replacing(part, with: replacement)
        #expect(text != Self.whole, "\(part)")
        #expect(throws: DocumentError.self, "\(replacement)") {
            _ = try LedgerEntry.Essence(text.bytes, file: "entry")
        }
    }

    @Test func bytesThatAreNotTextAreRefused() throws {
        var bytes = Self.whole.bytes
        let place = try #require(bytes.firstIndex(of: 0xE2))
        bytes[place] = 0xFF
        #expect(throws: DocumentError(file: "entry", problem: "is not UTF-8 text")) {
            _ = try LedgerEntry.Essence(bytes, file: "entry")
        }
    }

    @Test func anEntryNestedTooDeeplyIsRefused() {
        let deep = String(repeating: "[", count: 100_000)
        #expect(throws: DocumentError.self) {
            _ = try LedgerEntry.Essence("{\"effects\" : \(deep)".bytes, file: "entry")
        }
    }

    @Test func everyEntryOfALedgerIsSkimmedAsItIsDecoded() throws {
        try TemporaryRegistry.with { trial in
            try trial.promote()
            let version = try trial.register("fraud")
            try trial.propose(version)
            try trial.reject(version)
            let ledger = trial.registry.ledger
            for link in try ledger.entries(after: nil) {
                let commit = try trial.judge.commits.commit(link.commit)
                let essence = try LedgerEntry.Essence(of: commit, in: trial.repository)
                let verdict = link.entry.verdict
                #expect(essence.number == link.entry.number)
                #expect(essence.received == link.entry.received)
                #expect(essence.reference == verdict.reference)
                #expect(essence.new == verdict.new)
                #expect(essence.moved == link.entry.moved)
                #expect(essence.effects.map(\.keeper) == link.entry.effects.map(\.keeper))
                #expect(essence.effects.map(\.target) == link.entry.effects.map(\.target))
                #expect(essence.kind == verdict.kind)
                #expect(essence.proposal == verdict.proposal)
            }
        }
    }
}
