import GitStore
import Signatures

/// The policy engine: says of every update of a reference whether it is accepted, and why.
///
/// It reads and never writes, so that a hook can run it on objects in quarantine. Whoever moves a
/// reference (hook, command, watcher) asks it with the reference locked; there is no other engine.
package final class Judge {
    /// How far a committer's clock may run ahead of the registry's.
    static let clockTolerance: Int64 = 300
    /// The most steps that one push may bring onto a branch.
    static let stepLimit = 1000
    /// The most registrations that are kept as read.
    static let registrationCapacity = 1024
    /// The most trees of which a scope is kept.
    private static let scopeCapacity = 64

    let repository: GitRepository
    let reference: (String) throws -> ObjectID?
    let receipts: any Receipts
    /// The artifacts' contents; nil where there are none to look at (an auditor's clone).
    let artifacts: ArtifactStore?
    let founding: ObjectID
    /// Checks of configuration files that other targets own, by path.
    let configurationChecks: ConfigurationChecks

    package let commits: CommitReader
    package let policies: PolicyReader
    let descriptions: DescriptionReader
    let signatures: SignatureChecker
    package let revocations: RevocationReader
    /// The ledger entry that is judged again; nil for what comes in now.
    package var entryJudged: Int?
    package let history: EnvironmentHistory
    /// An environment's tip at the time that is judged: today's, unless an audit looks back.
    package var tipAsOf: (Environment) throws -> TipAsOf
    /// Whether verdicts on steps of environments leave out words about what is satisfied.
    package var isTerse = false
    /// Whether there is a ledger, without which nobody knows when anything came in.
    package var hasLedger = true
    /// Whether a move of a reference was admitted and made, and is on its way into the ledger.
    package var isUnderWay: (_ reference: String, _ tip: ObjectID) throws -> Bool = { _, _ in false
    }
    /// Contents that this process has just hashed into the store.
    package var ingested: Set<ArtifactStore.Stored> = []
    /// The commits of main up to `mainTip`.
    var mainChain: Set<ObjectID> = []
    var mainTip: ObjectID?
    /// The commits of main that were judged and hold.
    var soundMain: Set<ObjectID> = []
    var registrations: [ObjectID: RegistrationFacts] = [:]
    private var scopes: [ObjectID: Scope] = [:]

    package init(
        repository: GitRepository, founding: ObjectID, receipts: any Receipts,
        artifacts: ArtifactStore?,
        configurationChecks: ConfigurationChecks = [:],
        signatures: SignatureChecker = SignatureChecker(),
        reference: @escaping (String) throws -> ObjectID?
    ) {
        self.repository = repository
        self.founding = founding
        self.receipts = receipts
        self.artifacts = artifacts
        self.configurationChecks = configurationChecks
        self.signatures = signatures
        self.reference = reference
        commits = CommitReader(repository)
        policies = PolicyReader(repository)
        descriptions = DescriptionReader(repository)
        history = EnvironmentHistory(
            repository: repository, commits: commits, receipts: receipts)
        revocations = RevocationReader(repository, commits)
        // The ledger's view: a tip that was moved around the registry makes nothing true.
        tipAsOf = { .known(try receipts.last($0.branch)) }
    }

    /// The scope of a model in a tree; one of each tree is kept, which is asked for again and again.
    func scope(of model: ModelName, in tree: ObjectID) throws -> Scope {
        if let scope = scopes[tree], scope.model == model { return scope }
        let scope = try Scope(model, in: tree, of: repository)
        if scopes.count >= Self.scopeCapacity { scopes.removeAll(keepingCapacity: true) }
        scopes[tree] = scope
        return scope
    }

    /// What is known of an environment's tip at some time.
    package enum TipAsOf {
        case known(ObjectID?)
        /// There is no ledger to tell, or it was not asked.
        case unknown
    }

    /// The verdicts on an update, one for each step that it brings onto the branch, oldest first.
    ///
    /// The update stands when all of them accept. What can't be read denies.
    package func judge(_ update: ReferenceUpdate, received: Timestamp) -> [Verdict] {
        do {
            let verdicts = try route(update, received: received)
            // No verdict at all must not be taken for one that accepts.
            return verdicts.isEmpty ? [refusal(update, "moves nothing")] : verdicts
        } catch {
            return [unanswerable(update, error)]
        }
    }

    func route(_ update: ReferenceUpdate, received: Timestamp) throws -> [Verdict] {
        guard let target = ReferenceTarget(update.name) else {
            return [
                refusal(update, "references of this name are not kept here", hint: Self.kept)
            ]
        }
        if target == .engineOnly {
            return [
                refusal(
                    update, "is written by the registry alone",
                    hint: "push a branch: the registry writes tags and refs/signet/* for it")
            ]
        }
        guard let new = update.new else {
            return [
                refusal(
                    update, "must not be deleted: accepted history is kept",
                    hint: Self.insteadOfDeleting(target))
            ]
        }
        guard new != update.old else { return [refusal(update, "moves nothing")] }
        if let refusal = try forgery(below: update, received: received) { return [refusal] }
        if update.old == nil, !target.isProposal,
            let entry = try receipts.receipt(of: new, on: update.name)
        {
            return [
                refusal(
                    update, rule: .open,
                    "\(new.short) was there before, and was closed: entry \(entry.number)",
                    hint: "make a new one on what is there now")
            ]
        }
        switch target {
        case .engineOnly: return []
        case .main:
            return try steps(of: update, new: new) { try configuration($0, onto: $1, received) }
        case .policy(let serial):
            return [try configurationProposal(update, new: new, serial: serial, received)]
        case .models(let model):
            return try steps(of: update, new: new, root: founding) {
                try registration($0, onto: $1, model: model, received)
            }
        case .environment(let environment):
            guard update.old != nil else {
                return [try environmentRoot(update, new: new, environment: environment, received)]
            }
            return try steps(of: update, new: new) {
                try environmentStep($0, onto: $1, environment: environment, received)
            }
        case .proposal(let environment, let version):
            return try promotion(
                update, new: new, environment: environment, version: version, received)
        case .rollout(let environment, let serial):
            return [
                try partialRollout(
                    update, new: new, environment: environment, serial: serial, received)
            ]
        case .revocations:
            let number = try revocations.items(upTo: update.old, founding: founding).count + 1
            return try steps(of: update, new: new, root: founding) {
                // Each is judged by what is revoked before it.
                guard $1.id == update.old ?? founding else {
                    return refusal(
                        update, rule: .revocation, "one push revokes one key; this revokes several",
                        hint: "push them one after the other")
                }
                return try revocation($0, onto: $1, number: number, received)
            }
        case .runs(let environment):
            var subjects: Set<ObjectID> = []
            return try steps(of: update, new: new, root: founding) { step, tip in
                let subject = step.parents.dropFirst().first
                if let subject, !subjects.insert(subject).inserted {
                    return refusal(
                        update, rule: .record, "it records the run of \(subject.short) twice",
                        hint: "push the second record after the first, if that ended in error")
                }
                return try run(step, onto: tip, environment: environment, received)
            }
        }
    }

    private static let kept =
        "kept are main, policy/*, models/*, env/*, promote/*, rollout/*, runs/* and, by the registry, tags"

    private static func insteadOfDeleting(_ target: ReferenceTarget) -> String {
        switch target {
        case .proposal(let environment, let version):
            "close it: signet reject \(version) --env \(environment) --reason TEXT"
        case .environment(let environment):
            "take a model out of it: signet withdraw MODEL --env \(environment)"
        case .policy(let serial): "close it: signet policy reject \(serial) --reason TEXT"
        case .main, .models, .runs, .rollout, .revocations, .engineOnly:
            "leave it: what is wrong is put right by a later commit"
        }
    }

    /// Judges each first-parent step from the old tip to the new one.
    ///
    /// `root` is the parent of the first commit of branches that begin at the founding commit.
    private func steps(
        of update: ReferenceUpdate, new: ObjectID, root: ObjectID? = nil,
        judge: (_ step: Commit, _ tip: Commit) throws -> Verdict
    ) throws -> [Verdict] {
        guard let base = update.old ?? root else {
            return [refusal(update, "must exist before it can be moved")]
        }
        var chain: [Commit] = []
        var id = new
        while id != base {
            let step = try commits.commit(id)
            guard let parent = step.parents.first, chain.count < Self.stepLimit else {
                return [
                    refusal(
                        update, rule: .presentTip,
                        "\(new.short) does not continue the present tip \(base.short)",
                        hint: "fetch, and make the merge again on the present tip: "
                            + "git fetch && git switch --detach origin/\(ReferenceTarget.short(update.name))"
                    )
                ]
            }
            chain.append(step)
            id = parent
        }
        // A new branch at the very commit that such branches begin on.
        guard !chain.isEmpty else { return [refusal(update, "moves nothing")] }
        var tip = try commits.commit(base)
        var verdicts: [Verdict] = []
        for (index, step) in chain.reversed().enumerated() {
            var verdict = try judge(step, tip)
            verdict.reference = update.name
            verdict.old = index == 0 ? update.old : tip.id
            verdict.new = step.id
            verdicts.append(verdict)
            guard verdict.isAccepted else { return verdicts }
            tip = step
        }
        return verdicts
    }

    func refusal(
        _ update: ReferenceUpdate, rule: Rule = .reference, _ saw: String, hint: String? = nil
    ) -> Verdict {
        var verdict = Verdict(update)
        verdict.refuse(rule, saw, hint: hint)
        return verdict
    }

    private func unanswerable(_ update: ReferenceUpdate, _ error: any Error) -> Verdict {
        var verdict = Verdict(update)
        let words = "\(error)".split(separator: "\n", maxSplits: 1)
        verdict.answers.append(
            RuleAnswer(
                rule: Rule(stoppedBy: error), status: .error,
                saw: words.first.map(String.init) ?? "can't be judged",
                hint: words.count > 1 ? String(words[1]).replacing("hint: ", with: "") : nil))
        return verdict
    }
}
