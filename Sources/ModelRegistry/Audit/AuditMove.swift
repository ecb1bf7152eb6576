import GitStore

/// One entry of the ledger as an auditor reads it: who did what, when, why, and by which rules.
package struct AuditMove: Codable, Sendable {
    /// The ledger entry's number.
    package var entry: Int
    /// The ledger's own commit for the entry, signed by the registry.
    package var entryCommit: ObjectID
    package var received: Timestamp
    package var reference: String
    package var kind: UpdateKind
    package var action: Action?
    package var environment: Environment?
    package var model: ModelName?
    package var version: Int?
    package var previousVersion: Int?
    /// Where the reference was, and what it was moved to.
    package var old: ObjectID?
    package var commit: ObjectID?
    package var proposal: ObjectID?
    /// The tree whose policy judged.
    package var policyTree: ObjectID?
    package var payloadSHA256: String?
    /// Who signed the commit that moved the reference.
    package var signer: AuditSignature?
    /// The signatures that count towards what the policy asks for, recomputed from the commits, each
    /// with the roles it counts in; empty where the move gathers and approves nothing.
    package var approvals: [AuditSignature] = []
    /// Signed merges below the move that count for nothing; `fault` says why.
    package var discounted: [AuditSignature] = []
    /// The roles that still have to sign, with who may; nil where no signatures are gathered.
    package var missing: [AuditMissing]?
    /// Who registered, who proposed and, where a service proposed, whose proposals led to it.
    package var authors: [AuditSignature] = []
    package var fourEyes: AuditFourEyes?
    /// The parameters that the move changes, or proposes to.
    package var parameters: [ParameterChange] = []
    package var policy: AuditPolicyStep?
    /// What the move set aside in an emergency.
    package var breakGlass: AuditEmergency?
    /// The entries whose approval was in doubt and which this approval puts right.
    package var reapproves: [Int] = []
    package var revocation: AuditRevocation?
    /// In a refusal: what the attempt would have been, and the commit that was refused.
    package var attempted: UpdateKind?
    package var step: ObjectID?
    package var evidence: [AuditEvidence] = []
    /// Every rule's answer, as the ledger has it.
    package var answers: [RuleAnswer]
    /// What the registry did in consequence.
    package var effects: [LedgerEntry.Effect]

    init(_ link: Ledger.Link) {
        let (entry, verdict) = (link.entry, link.entry.verdict)
        self.entry = entry.number
        entryCommit = link.commit
        received = entry.received
        reference = verdict.reference
        kind = verdict.kind
        action = verdict.action
        environment = verdict.environment
        model = verdict.model
        version = verdict.version
        previousVersion = verdict.previousVersion
        old = verdict.old
        commit = verdict.new
        proposal = verdict.proposal
        policyTree = verdict.policyTree
        payloadSHA256 = verdict.payloadSHA256
        attempted = verdict.attempted
        step = verdict.step
        answers = verdict.answers
        effects = entry.effects
    }

    package var isRefused: Bool { kind == .refused }
}

/// Whether those who made it and those who approved it are different people, by their signatures.
package struct AuditFourEyes: Codable, Hashable, Sendable {
    /// Whether the policy in force asked for it.
    package var asked: Bool
    /// The human signers of registration and proposal.
    package var authors: [PrincipalID]
    package var approvers: [PrincipalID]
    package var differ: Bool
}

/// A role that still has to sign.
package struct AuditMissing: Codable, Hashable, Sendable {
    package var role: RoleName
    package var count: Int
    /// The printed names of those who may.
    package var waitsFor: [String]
}

/// An approval that broke the glass.
package struct AuditEmergency: Codable, Hashable, Sendable {
    package var reason: String
    /// The rules that did not hold: overridden ones, and signatures that were bypassed.
    package var setAside: [RuleAnswer]
    /// By when it was, or is, to be approved again.
    package var reapproveBy: Timestamp
    /// The entry of the ordinary approval that followed, and when it came.
    package var reapprovedBy: Int?
    package var reapproved: Timestamp?
    /// Whether it was approved again too late, or is not yet although the time is over.
    package var isOverdue: Bool
}

/// What a change of configuration changes.
package struct AuditPolicyStep: Codable, Hashable, Sendable {
    package var serialBefore: Int
    package var serialAfter: Int
    /// Principals by id, roles by environment, environments by name, keys by fingerprint, files.
    package var changes: [ParameterChange]
}

/// A run: the evidence for a promotion, or a record that came in.
package struct AuditEvidence: Codable, Sendable {
    package var environment: Environment
    /// The environment's commit that ran.
    package var environmentCommit: String
    /// The run's own commit on `runs/<environment>`.
    package var run: ObjectID?
    package var status: RunRecord.Status
    package var reason: String?
    /// The parameters' gates, as the run found them.
    package var gates: [GateResult]
    /// The policy's gates for the environment asked for, judged again.
    package var policyGates: [GateResult]
}
