import GitStore
import SystemPackage
import Testing

@testable import ModelRegistry

/// Receipts: what they prove, and what a changed one is told.
struct ReceiptTests {
    private let dev = TemporaryRegistry.dev

    private func receipt(_ trial: TemporaryRegistry) throws -> LedgerReceipt {
        let (_, commit) = try trial.promote()
        return try trial.registry.ledgerReceipt(of: trial.registry.ledgerLink(commit.hex).commit)
    }

    private func fault(_ receipt: LedgerReceipt, _ registry: Registry) throws -> String? {
        try ReceiptCheck(registry).fault(of: .complete(receipt))
    }

    @Test func aReceiptIsHeldByTheRegistryThatGaveIt() throws {
        try TemporaryRegistry.with { trial in
            let receipt = try receipt(trial)
            #expect(try fault(receipt, trial.registry) == nil)
            let bytes = try CanonicalJSON.encode(receipt)
            #expect(try KeptReceipt.all(in: bytes, file: "r") == [.complete(receipt)])
            try trial.promote()
            #expect(try fault(receipt, trial.registry) == nil)
        }
    }

    @Test func aCopyOfAnEarlierTimeIsFoundOut() throws {
        try TemporaryRegistry.with { trial in
            try trial.promote()
            let git = Git(home: trial.folder, repository: trial.path)
            let mirror = trial.folder.appending("mirror")
            try git("clone", "--quiet", "--mirror", trial.path.string, mirror.string)
            let receipt = try receipt(trial)
            let clock = trial.clock
            let copy = try Registry(at: mirror, .init(now: { clock.now }))
            #expect(
                try fault(receipt, copy)?.hasPrefix(
                    "this copy is older than the receipt, or another history: ") == true)
            let link = try trial.registry.ledgerLink("\(receipt.number)")
            let line = "remote: signet: " + PushedReceipt(link).line + "        \n"
            let pushed = try KeptReceipt.all(in: "To x\n\(line)done\n".bytes, file: "push")
            #expect(pushed.map(\.ledgerCommit) == [receipt.ledgerCommit])
            #expect(
                try ReceiptCheck(copy).fault(of: pushed[0])?.hasPrefix("this copy is older") == true
            )
            #expect(try ReceiptCheck(trial.registry).fault(of: pushed[0]) == nil)
            var verification = try copy.verifyLedger()
            #expect(verification.holds)
            try verification.check([.complete(receipt)], from: "r.json", in: copy)
            #expect(!verification.holds)
        }
    }

    @Test func aReceiptThatWasChangedIsNotGenuine() throws {
        try TemporaryRegistry.with { trial in
            let genuine = try receipt(trial)
            let changes: [(inout LedgerReceipt) -> Void] = [
                { $0.number += 1 }, { $0.received = Timestamp(seconds: 1) },
                { $0.reference = "refs/heads/env/prod" }, { $0.new = nil },
                { $0.entry = $0.entry.replacing("jane", with: "kim") },
                { $0.commit += "x" }, { $0.ledgerCommit = trial.registry.founding },
                { $0.kind = "Receipt" },
            ]
            for change in changes {
                var receipt = genuine
                change(&receipt)
                #expect(
                    try fault(receipt, trial.registry)?.hasPrefix("the receipt is not genuine: ")
                        == true)
            }
            var other = genuine
            other.registry = genuine.ledgerCommit
            #expect(
                try fault(other, trial.registry)?.hasPrefix("the receipt is of the registry ")
                    == true)
        }
    }

    @Test func aReceiptThatTheRegistryDidNotSignIsNotGenuine() throws {
        try TemporaryRegistry.with { trial in
            let genuine = try receipt(trial)
            let tree = try trial.tree(of: genuine.ledgerCommit)
            for signer in [Person.ada.key, Person.mallory.key, nil] {
                let forged = try trial.craft(tree: tree, parents: [], by: signer)
                var receipt = genuine
                receipt.ledgerCommit = forged
                receipt.commit = String(
                    decoding: try trial.repository.read(forged, as: .commit), as: UTF8.self)
                #expect(
                    try fault(receipt, trial.registry)?.hasPrefix("the receipt is not genuine: ")
                        == true)
            }
        }
    }

    @Test func aLineOfAPushThatSaysOtherwiseIsFound() throws {
        try TemporaryRegistry.with { trial in
            let link = try trial.registry.ledgerLink("\(receipt(trial).number)")
            let line = "signet: " + PushedReceipt(link).line
            for (word, other) in [
                ("env/dev", "env/prod"), ("Z, ", "Z,  "), ("entry \(link.entry.number)", "entry 1"),
            ] {
                let text = line.replacing(word, with: other)
                guard let kept = try? KeptReceipt.all(in: text.bytes, file: "push").first else {
                    continue  // no receipt at all
                }
                #expect(try ReceiptCheck(trial.registry).fault(of: kept) != nil, "\(text)")
            }
        }
    }

    @Test func aFileWithoutAReceiptIsSaid() {
        for text in ["", "Everything up-to-date\n", "[]"] {
            #expect(throws: RegistryError.self) {
                try KeptReceipt.all(in: text.bytes, file: "push.txt")
            }
        }
        #expect(throws: DocumentError.self) { try KeptReceipt.all(in: "{}".bytes, file: "r.json") }
    }

    @Test func aRefusalHasAReceiptToo() throws {
        try TemporaryRegistry.with { trial in
            let proposal = try trial.propose(trial.register())
            let merge = try trial.merge(proposal, by: .ravi)
            #expect(throws: RegistryError.self) { try trial.submit(dev.branch, merge) }
            let link = try trial.registry.ledgerLink(merge.hex)
            #expect(link.entry.verdict.kind == .refused)
            #expect(try fault(trial.registry.ledgerReceipt(of: link.commit), trial.registry) == nil)
        }
    }
}
