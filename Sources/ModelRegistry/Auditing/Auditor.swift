import GitStore
import SystemPackage

/// One thread's means to judge history again: a handle on the repository, a judge and caches of its
/// own, since neither libgit2's handles nor the judge may be shared.
final class Auditor {
    let repository: GitRepository
    let judge: Judge
    let map: LedgerMap

    init(_ crew: AuditCrew, _ facts: LedgerFacts) throws {
        let repository = try GitRepository.open(at: crew.gitDirectory)
        let access = crew.access
        // Every step asks for main, which an audit takes as it finds it.
        let main = try repository.reference(Registry.localName(Judge.main, access))
        let reference: (String) throws -> ObjectID? = { name in
            name == Judge.main
                ? main : try repository.reference(Registry.localName(name, access))
        }
        self.repository = repository
        map = LedgerMap(repository: repository, facts: facts, reference: reference)
        judge = Judge(
            repository: repository, founding: crew.founding, receipts: map, artifacts: nil,
            configurationChecks: crew.configurationChecks,
            signatures: SignatureChecker(results: crew.results), reference: reference)
    }
}

/// The threads of an audit.
struct AuditCrew: Sendable {
    let gitDirectory: FilePath
    let access: Registry.Access
    let founding: ObjectID
    let configurationChecks: [String: @Sendable ([UInt8]) throws -> Void]
    /// What is known of signatures from earlier audits.
    let results: SignatureResults?
    /// How many threads.
    let size: Int

    /// Has each thread do the work with an auditor of its own, and waits for all of them.
    ///
    /// - Throws: the error of one that failed.
    func run<Part: Sendable>(
        _ facts: LedgerFacts, _ work: @escaping @Sendable (Auditor) throws -> Part
    ) throws -> [Part] {
        try WorkThreads.run(size) { try work(Auditor(self, facts)) }
    }
}
