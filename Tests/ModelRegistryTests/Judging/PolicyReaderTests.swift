import GitStore
import Testing

@testable import ModelRegistry

struct PolicyReaderTests {
    /// A submodule may name any object: that of a policy's folder, known or not, is no policy.
    @Test(arguments: [true, false])
    func aFolderIsNotTakenForAnotherKindOfEntry(isKnown: Bool) throws {
        try TemporaryRegistry.with { trial in
            let tree = try trial.tree(of: trial.tip(TemporaryRegistry.dev))
            let folder = try #require(try trial.repository.tree(tree).named(".signet"))
            let policies = PolicyReader(trial.repository)
            if isKnown {
                _ = try policies.snapshot(of: tree)
                #expect(try policies.environment(of: tree) == TemporaryRegistry.dev)
            }
            for mode in [GitStore.FileMode.submodule, .file, .symlink] {
                let forged = try trial.repository.writeTree(
                    [TreeEntry(name: ".signet", mode: mode, id: folder.id)])
                #expect(throws: DocumentError.self) { try policies.snapshot(of: forged) }
                #expect(try policies.environment(of: forged) == nil)
            }
            _ = try policies.snapshot(of: tree)
            #expect(try policies.environment(of: tree) == TemporaryRegistry.dev)
        }
    }
}
