import GitStore
import Signatures
import SystemPackage
import Testing

@testable import ModelRegistry

/// What `signet ledger verify` finds in the chain, and in the references beside it.
struct LedgerCheckTests {
    private let dev = TemporaryRegistry.dev

    /// The trial's chain with its last entry replaced by `change`'s, signed by the registry.
    private func replaceLast(
        _ trial: TemporaryRegistry, bytes: (LedgerEntry) throws -> [UInt8],
        extra: [TreeEntry] = [], parents: ([ObjectID]) -> [ObjectID] = { $0 }
    ) throws -> ObjectID {
        let links = try trial.registry.ledger.entries(after: nil)
        let (base, last) = (links[links.count - 2], links[links.count - 1])
        let blob = try trial.repository.write(.blob, bytes(last.entry))
        let tree = try trial.repository.writeTree(
            [TreeEntry(name: LedgerEntry.path, mode: .file, id: blob)] + extra)
        let commit = try trial.craft(
            tree: tree, parents: parents([base.commit]),
            by: trial.registry.serviceKey(.registry))
        try trial.moveAround(Ledger.reference, to: commit)
        return commit
    }

    @Test func anUntouchedLedgerHolds() throws {
        try TemporaryRegistry.with { trial in
            try trial.promote()
            let found = try trial.registry.verifyLedger()
            #expect(found.findings.map(\.saw) == [])
            #expect(found.holds)
            #expect(found.tip == (try trial.registry.ledger.tip()))
        }
    }

    @Test func anEntryWrittenAnotherWayIsFound() throws {
        try TemporaryRegistry.with { trial in
            try trial.promote()
            let commit = try replaceLast(trial) { try CanonicalJSON.encode($0) + [0x0A] }
            let findings = try trial.registry.verifyLedger().findings
            #expect(findings.map(\.commit) == [commit])
            #expect(
                findings.first?.saw.contains("is not written as the registry writes it") == true)
        }
    }

    @Test func aLayoutThatIsNotTheRegistrysIsFoundByVerifyToo() throws {
        try TemporaryRegistry.with { trial in
            try trial.promote()
            let tip = try #require(try trial.registry.ledger.tip())
            let changes: [([UInt8]) -> [UInt8]] = [
                { $0 + [0x0A] },
                { String(decoding: $0, as: UTF8.self).replacing(" : ", with: ": ").bytes },
                { String(decoding: $0, as: UTF8.self).replacing("\n", with: "").bytes },
            ]
            for change in changes {
                let commit = try replaceLast(trial) { try change(CanonicalJSON.encode($0)) }
                for findings in try [
                    trial.registry.verify().findings, trial.registry.verifyLedger().findings,
                ] {
                    #expect(findings.map(\.commit) == [commit])
                    #expect(
                        findings[0].saw.contains("is not written as the registry writes it"))
                }
                try trial.moveAround(Ledger.reference, to: tip)
            }
            #expect(try trial.registry.verify().holds)
        }
    }

    /// What only writing the entry again shows.
    @Test func anEntryThatSaysMoreThanTheRegistryWritesIsFound() throws {
        try TemporaryRegistry.with { trial in
            try trial.promote()
            let commit = try replaceLast(trial) {
                let text = String(decoding: try CanonicalJSON.encode($0), as: UTF8.self)
                return text.replacing("{\n  \"api", with: "{\n  \"aaa\" : 1,\n  \"api").bytes
            }
            #expect(try trial.registry.verifyLedger().findings.map(\.commit) == [commit])
        }
    }

    @Test func aSecondFileBesideAnEntryIsFound() throws {
        try TemporaryRegistry.with { trial in
            try trial.promote()
            let blob = try trial.repository.write(.blob, [])
            let commit = try replaceLast(
                trial, bytes: { try CanonicalJSON.encode($0) },
                extra: [TreeEntry(name: "more", mode: .file, id: blob)])
            #expect(try trial.registry.verifyLedger().findings.map(\.commit) == [commit])
            #expect(try trial.registry.verify().findings.map(\.commit) == [commit])
        }
    }

    @Test func anEntryWithASecondParentIsFound() throws {
        try TemporaryRegistry.with { trial in
            try trial.promote()
            let founding = trial.registry.founding
            let commit = try replaceLast(
                trial, bytes: { try CanonicalJSON.encode($0) }, parents: { $0 + [founding] })
            let findings = try trial.registry.verifyLedger().findings
            #expect(findings.map(\.commit) == [commit])
            #expect(findings.first?.saw.hasSuffix(" has 2 parents") == true)
            #expect(try trial.registry.verify().findings.map(\.commit) == [commit])
        }
    }

    @Test func aMissingObjectIsFoundWithItsPlace() throws {
        try TemporaryRegistry.with { trial in
            try trial.promote()
            let links = try trial.registry.ledger.entries(after: nil)
            let broken = links[3]
            let tree = try trial.tree(of: broken.commit)
            let blob = try #require(try trial.repository.entry(at: LedgerEntry.path, in: tree)).id
            let file = trial.path.appending(blob.looseFile)
            let whole = try #require(try DurableFile.read(file))
            for bytes in [nil, Array(whole.prefix(whole.count / 2)), [UInt8](), whole] {
                try DurableFile.remove(file)
                if let bytes { try DurableFile.write(bytes, to: file) }
                let fresh = try Registry(
                    GitRepository.open(at: trial.path), .init(now: { Clock().now }))
                let (ledger, all) = (try fresh.verifyLedger(), try fresh.verify())
                #expect(ledger.holds == (bytes == whole))
                #expect(all.holds == (bytes == whole))
                guard bytes != whole else { continue }
                #expect(ledger.findings.map(\.commit) == [broken.commit])
                #expect(
                    ledger.findings.first?.saw.hasPrefix("the one before entry 5 can't be read: ")
                        == true)
                #expect(all.findings.map(\.commit) == [broken.commit])
            }
        }
    }

    @Test func aReferenceThatIsGoneIsFound() throws {
        try TemporaryRegistry.with { trial in
            let version = try trial.register()
            try trial.propose(version)
            try trial.moveAround(dev.proposalBranch(version), to: nil)
            let findings = try trial.registry.verifyLedger().findings
            #expect(findings.map(\.reference) == [dev.proposalBranch(version)])
            #expect(try !trial.registry.verify().holds)
        }
    }

    @Test func aTagThatIsMovedOrGoneOrNewIsFoundAndPutBack() throws {
        try TemporaryRegistry.with { trial in
            let (version, tip) = try trial.promote()
            let tag = version.tagReference
            let target = try #require(try trial.registry.reference(tag))
            let unknown = "refs/tags/churn/v9"
            let changes: [(String, ObjectID?, ObjectID?)] = [
                (tag, tip, target), (tag, nil, target), (unknown, tip, nil),
            ]
            for (name, moved, ledger) in changes {
                try trial.moveAround(name, to: moved)
                #expect(try trial.registry.verifyLedger().findings.map(\.reference) == [name])
                // Without its tag, or with another, a version is not what was proposed, either.
                #expect(try trial.registry.verify().findings.first?.reference == name)
                let strays = try trial.reopened().reconcile()
                #expect(strays.map(\.reference) == [name])
                #expect(strays.map(\.found) == [moved])
                #expect(strays.map(\.ledger) == [ledger])
                #expect(try trial.registry.repair().count == 1)
                #expect(try trial.registry.reference(name) == ledger)
                #expect(try trial.registry.verify().holds)
            }
        }
    }

    @Test func aKeptProposalThatIsGoneIsFoundAndPutBack() throws {
        try TemporaryRegistry.with { trial in
            try trial.promote()
            let kept = try #require(
                try trial.repository.references(prefix: "refs/signet/closed/").first)
            try trial.moveAround(kept.name, to: nil)
            #expect(try trial.registry.verify().findings.map(\.reference) == [kept.name])
            #expect(try trial.registry.repair().map(\.reference) == [kept.name])
            #expect(try trial.registry.reference(kept.name) == kept.target)
            #expect(try trial.registry.reconcile().isEmpty)
        }
    }

    @Test func theWatcherLooksAtTagsAgainAfterAMinute() throws {
        try TemporaryRegistry.with { trial in
            let (version, tip) = try trial.promote()
            #expect(try trial.registry.reconcile().isEmpty)
            try trial.moveAround(version.tagReference, to: tip)
            trial.clock.advance(60)
            #expect(try trial.registry.reconcile().count == 1)
            // And what is mended is over at once.
            #expect(try trial.registry.reconcile().count == 1)
            _ = try trial.reopened().repair()
            #expect(try trial.registry.reconcile().isEmpty)
        }
    }

    @Test func anIndexOfAnEarlierVersionIsMadeAgain() throws {
        try TemporaryRegistry.with { trial in
            try trial.promote()
            try DurableFile.removeTree(trial.registry.folder.appending("index").appending("kept"))
            #expect(try trial.reopened().reconcile().isEmpty)
        }
    }
}
