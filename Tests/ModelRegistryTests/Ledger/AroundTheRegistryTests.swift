import GitStore
import Testing

@testable import ModelRegistry

/// References that somebody with a shell moved without the hooks.
struct AroundTheRegistryTests {
    private let dev = TemporaryRegistry.dev

    /// A commit that puts a policy of mallory's own on top of `parent`, signed by mallory.
    private func takeover(_ trial: TemporaryRegistry, of parent: ObjectID) throws -> ObjectID {
        let policy = try trial.policy().replacing("ada", with: "mallory")
            .replacing("[jane, kim, ravi]", with: "[mallory]")
        let signers = try trial.file(".signet/allowed_signers", of: parent)
        let tree = try trial.tree(
            trial.tree(of: parent),
            with: [
                ".signet/policy.yaml": policy,
                ".signet/allowed_signers": signers + Person.mallory.line + "\n",
            ])
        return try trial.craft(tree: tree, parents: [parent], by: Person.mallory.key)
    }

    @Test func aRewoundEnvironmentIsNotActedOn() throws {
        try TemporaryRegistry.with { trial in
            try trial.promote()
            let before = try trial.tip(dev)
            let (_, tip) = try trial.promote()
            try trial.moveAround(dev.branch, to: before)
            #expect(throws: RegistryError.self) { try trial.resolve() }
            let strays = try trial.registry.reconcile()
            #expect(strays.map(\.reference) == [dev.branch])
            #expect(strays.map(\.ledger) == [tip])
            #expect(strays.map(\.found) == [before])
            #expect(try trial.tip(dev) == before)
            #expect(try trial.registry.verify().findings.map(\.rule) == [.presentTip])
            #expect(try trial.registry.repair().count == 1)
            #expect(try trial.tip(dev) == tip)
            #expect(try trial.resolve()?.version == 2)
        }
    }

    @Test func anUnapprovedCommitIsReportedAndSetAside() throws {
        try TemporaryRegistry.with { trial in
            let (_, tip) = try trial.promote()
            let evil = try trial.craft(
                tree: trial.tree(
                    trial.tree(of: tip), with: ["parameters/churn.yaml": "gates: {}\n"]),
                parents: [tip], by: Person.mallory.key)
            try trial.moveAround(dev.branch, to: evil)
            #expect(throws: RegistryError.self) { try trial.resolve() }
            let strays = try trial.registry.reconcile()
            #expect(strays.map(\.found) == [evil])
            #expect(strays.first?.refusal.contains("parents: ") == true)
            _ = try trial.registry.repair()
            #expect(try trial.tip(dev) == tip)
            let kept = "refs/signet/quarantine/env/dev/\(evil.short)"
            #expect(try trial.registry.reference(kept) == evil)
            #expect(try trial.resolve()?.version == 1)
            #expect(try trial.registry.verify().holds)
        }
    }

    @Test func aValidMoveIsEntered() throws {
        try TemporaryRegistry.with { trial in
            let proposal = try trial.propose(trial.register())
            let merge = try trial.merge(proposal)
            try trial.moveAround(dev.branch, to: merge)
            #expect(throws: RegistryError.self) { try trial.resolve() }
            #expect(try trial.registry.reconcile().isEmpty)
            #expect(try trial.resolve()?.commit == merge)
            #expect(try trial.registry.verify().holds)
        }
    }

    @Test func aReferenceThatIsGoneComesBack() throws {
        try TemporaryRegistry.with { trial in
            let (_, tip) = try trial.promote()
            try trial.moveAround(dev.branch, to: nil)
            #expect(try trial.registry.reconcile().map(\.found) == [nil])
            _ = try trial.registry.repair()
            #expect(try trial.tip(dev) == tip)
        }
    }

    @Test func aPushOnTopOfAForgedTipDoesNotCoverIt() throws {
        try TemporaryRegistry.with { trial in
            let version = try trial.register()
            let evil = try takeover(trial, of: trial.tip(dev))
            try trial.moveAround(dev.branch, to: evil)
            // By the forged policy mallory may approve, and the step itself is well-formed.
            let merge = try trial.merge(trial.proposal(of: version), by: .mallory)
            try trial.expectRefused(dev.branch, merge, by: .presentTip)
            _ = try trial.registry.repair()
            #expect(try trial.registry.verify().holds)
        }
    }

    @Test func aForgedMainAdmitsNothing() throws {
        try TemporaryRegistry.with { trial in
            let version = try trial.register()
            let main = try #require(try trial.registry.reference("refs/heads/main"))
            let evil = try takeover(trial, of: main)
            try trial.moveAround("refs/heads/main", to: evil)
            let change = try trial.craft(
                tree: trial.tree(
                    trial.tree(of: evil),
                    with: [
                        ".signet/policy.yaml": trial.policy().replacing(
                            "serial: 1", with: "serial: 2")
                    ]),
                parents: [evil], by: Person.mallory.key)
            let merge = try trial.craft(
                tree: trial.tree(of: change), parents: [evil, change], by: Person.mallory.key)
            try trial.expectRefused("refs/heads/main", merge, by: .presentTip)
            try trial.expectRefused("refs/heads/policy/2", change, by: .presentTip)
            let proposal = try trial.proposal(of: version)
            try trial.expectRefused(dev.proposalBranch(version), proposal, by: .presentTip)
            let root = try trial.craft(
                tree: trial.tree(trial.tree(of: evil), with: [".signet/environment": "qa\n"]),
                parents: [evil], by: Person.mallory.key)
            try trial.expectRefused("refs/heads/env/qa", root, by: .presentTip)
            _ = try trial.registry.repair()
            #expect(try trial.registry.reference("refs/heads/main") == main)
            try trial.submit(dev.proposalBranch(version), proposal)
        }
    }
}
