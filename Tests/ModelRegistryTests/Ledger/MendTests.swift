import GitStore
import SystemPackage
import Testing

@testable import ModelRegistry

/// Reference files that the disk lost.
struct MendTests {
    private func spoil(_ name: String, _ text: String, in trial: TemporaryRegistry) throws {
        try DurableFile.write(text.bytes, to: trial.path.appending(name))
    }

    @Test func anUnreadableReferenceIsPutBackFromTheLedger() throws {
        try TemporaryRegistry.with { trial in
            let version = try trial.register()
            try trial.propose(version)
            let (_, _) = try trial.promote()
            let names = [
                "refs/heads/main", "refs/heads/env/dev", version.tagReference, Ledger.reference,
                "refs/heads/models/churn",
            ]
            for name in names {
                for text in ["", "garbage\n", "1234\n"] {
                    let target = try #require(try trial.registry.reference(name))
                    try spoil(name, text, in: trial)
                    let mended = try Registry.mend(at: trial.path)
                    #expect(mended.map(\.reference) == [name])
                    #expect(mended.map(\.target) == [target])
                    #expect(try trial.registry.reference(name) == target)
                    let kept = try #require(mended.first?.keptAs)
                    #expect(try DurableFile.read(.init(kept)) == text.bytes)
                }
            }
            #expect(try Registry.mend(at: trial.path).isEmpty)
            #expect(try trial.registry.verify().holds)
        }
    }

    @Test func severalAtOnceAndOneThatIsPackedComeBack() throws {
        try TemporaryRegistry.with { trial in
            let (_, first) = try trial.promote()
            try Git(home: trial.folder, repository: trial.path)("pack-refs", "--all")
            let (_, second) = try trial.promote()
            let dev = TemporaryRegistry.dev.branch
            let ledger = try trial.registry.ledger.tip()
            for name in [dev, Ledger.reference] { try spoil(name, "", in: trial) }
            #expect(first != second)
            #expect(try Registry.mend(at: trial.path).count == 2)
            #expect(try trial.registry.reference(dev) == second)
            #expect(try trial.registry.ledger.tip() == ledger)
        }
    }

    @Test func theComplaintNamesTheFileAndTheRemedy() throws {
        try TemporaryRegistry.with { trial in
            try spoil("refs/heads/env/dev", "", in: trial)
            #expect {
                try trial.reopened().reconcile()
            } throws: { error in
                let words = "\(error)"
                return words.hasPrefix("can't read ref 'refs/heads/env/dev': ")
                    && words.contains("hint: in a registry, `signet repair` puts the file")
            }
        }
    }

    @Test func aFullDiskIsSaidWithTheFile() {
        for full in [Errno.noSpace, .diskQuotaExceeded] {
            #expect {
                try DurableFile.naming("/srv/models.git/signet/inbox/1.json") { throw full }
            } throws: { error in
                "\(error)".hasPrefix(
                    "can't write '/srv/models.git/signet/inbox/1.json': the disk is full\n"
                        + "hint: make room on its file system (`df -h '/srv/models.git/signet/inbox'`)"
                )
            }
        }
        #expect(
            throws: GitError.files(
                operation: "write '/srv/models.git'", why: "\(Errno.permissionDenied)")
        ) {
            try DurableFile.naming("/srv/models.git") { throw Errno.permissionDenied }
        }
    }
}
