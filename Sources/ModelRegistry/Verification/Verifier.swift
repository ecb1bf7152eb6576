import GitStore
import SystemPackage

/// One thread's means to judge history again: a handle on the repository, a judge and caches of its
/// own, since neither libgit2's handles nor the judge may be shared.
final class Verifier {
    let repository: GitRepository
    let judge: Judge
    let facts: LedgerFacts
    let map: LedgerMap

    init(_ crew: VerifierCrew, _ facts: LedgerFacts) throws {
        let repository = try GitRepository.open(at: crew.gitDirectory)
        try repository.lookInPacksFirst()
        let access = crew.access
        // Every step asks for these, which a verification takes as it finds them.
        var fixed: [String: ObjectID?] = [:]
        for name in [Judge.main, RevocationReader.reference] {
            fixed[name] = .some(try repository.reference(Registry.localName(name, access)))
        }
        let found = fixed
        let reference: (String) throws -> ObjectID? = { name in
            if let target = found[name] { return target }
            // That these are where the ledger left them is checked for all of them.
            if LedgerFacts.keptPrefixes.contains(where: name.hasPrefix),
                let target = facts.kept(name)
            {
                return target
            }
            return try repository.reference(Registry.localName(name, access))
        }
        self.repository = repository
        self.facts = facts
        map = LedgerMap(repository: repository, facts: facts, reference: reference)
        judge = Judge(
            repository: repository, founding: crew.founding, receipts: map, artifacts: nil,
            configurationChecks: crew.configurationChecks,
            signatures: SignatureChecker(results: crew.results), reference: reference)
        judge.hasLedger = facts.count > 0
        judge.isTerse = true
    }
}

/// The threads of a verification.
struct VerifierCrew: Sendable {
    let gitDirectory: FilePath
    let access: Registry.Access
    let founding: ObjectID
    let configurationChecks: ConfigurationChecks
    /// What is known of signatures from earlier verifications.
    let results: SignatureResults?
    /// How many threads.
    let size: Int

    init(for registry: Registry, results: SignatureResults? = nil, size: Int) {
        gitDirectory = registry.repository.gitDirectory
        access = registry.access
        founding = registry.founding
        configurationChecks = registry.surroundings.configurationChecks
        self.results = results
        self.size = max(1, size)
    }

    /// Has each thread do the work with a verifier of its own, and waits for all of them.
    ///
    /// - Throws: the error of one that failed.
    func run<Part: Sendable>(
        _ facts: LedgerFacts, _ work: @escaping @Sendable (Verifier) throws -> Part
    ) throws -> [Part] {
        try WorkThreads.run(size) { try work(Verifier(self, facts)) }
    }
}
