/// What the policy asks of one environment.
package struct EnvironmentRule: Hashable, Sendable {
    /// The environment this is about.
    package let environment: Environment
    /// The environment that must have accepted a version before.
    package let after: Environment?
    /// How many distinct principals of each role must approve.
    package let approvals: [RoleName: Int]
    /// Whether no approver may be among the human signers of registration and proposal.
    package let fourEyes: Bool
    /// What must be there beside the approvals.
    package let requires: Requirements
    /// How long a version must have stood unchanged in `after`.
    package let soak: PolicyDuration?
    /// When nothing may be approved.
    package let freeze: [FreezeWindow]
    /// How old an approval may be when it is counted.
    package let approvalMaxAge: PolicyDuration?
    /// What overrides the requirements in an emergency.
    package let breakGlass: BreakGlass?

    package init(
        environment: Environment, after: Environment? = nil, approvals: [RoleName: Int],
        fourEyes: Bool = true, requires: Requirements = Requirements(),
        soak: PolicyDuration? = nil, freeze: [FreezeWindow] = [],
        approvalMaxAge: PolicyDuration? = nil, breakGlass: BreakGlass? = nil
    ) {
        self.environment = environment
        self.after = after
        self.approvals = approvals
        self.fourEyes = fourEyes
        self.requires = requires
        self.soak = soak
        self.freeze = freeze
        self.approvalMaxAge = approvalMaxAge
        self.breakGlass = breakGlass
    }

    /// A way past the requirements, never past the signatures: another quorum, and a second look.
    package struct BreakGlass: Hashable, Sendable {
        /// How many distinct principals of each role must approve instead.
        package let approvals: [RoleName: Int]
        /// How soon afterwards it must be approved as usual.
        package let reapproveWithin: PolicyDuration

        package init(approvals: [RoleName: Int], reapproveWithin: PolicyDuration) {
            self.approvals = approvals
            self.reapproveWithin = reapproveWithin
        }
    }

    /// What must be there before a version can be approved.
    package struct Requirements: Hashable, Sendable {
        /// Whether a run in the environment before must have passed.
        package let run: Bool
        /// The headings of the model card's sections that must not be empty.
        package let card: [String]
        /// The thresholds that the run's metrics must meet.
        package let gates: [String: Gate]
        /// By one of whom the version must have a model signature; empty where none is asked for.
        package let modelSigners: [ModelSigner]

        package init(
            run: Bool = false, card: [String] = [], gates: [String: Gate] = [:],
            modelSigners: [ModelSigner] = []
        ) {
            self.run = run
            self.card = card
            self.gates = gates
            self.modelSigners = modelSigners
        }
    }
}
