import GitStore

/// Whether what an update builds on came in through the registry itself.
extension Judge {
    static let main = "refs/heads/main"

    /// The refusal of an update whose branch, or main, was moved around the registry before.
    ///
    /// A step is judged by the policy in the tip below it. Were a forged tip taken as it stands,
    /// its own policy would judge what is pushed on top, and that push's entry would cover it.
    func forgery(below update: ReferenceUpdate, received: Timestamp) throws -> Verdict? {
        for name in Set([Self.main, RevocationReader.reference, update.name]).sorted() {
            let present = name == update.name ? update.old : try reference(name)
            guard let entered = try receipts.last(name) else { continue }
            guard let present else {
                return refusal(
                    update, rule: .presentTip,
                    "\(ReferenceTarget.short(name)) is gone: the ledger left it at \(entered.short)",
                    hint: "`signet repair` puts it back")
            }
            guard try !stands(name, at: present) else { continue }
            let missing = ReferenceUpdate(name: name, old: entered, new: present)
            guard
                let fault = try route(missing, received: received).first(where: { !$0.isAccepted })
            else { continue }
            return refusal(
                update, rule: .presentTip,
                "\(ReferenceTarget.short(name)) was moved to \(present.short) around the registry: "
                    + (fault.denials.first?.saw ?? "it can't be judged"),
                hint: "`signet repair` sets aside what is not valid")
        }
        return nil
    }

    /// Whether the registry itself brought a reference to where it is: entered in the ledger, or
    /// admitted, moved, and not entered yet.
    package func stands(_ name: String, at present: ObjectID) throws -> Bool {
        // What is entered between the first two questions, the third one sees.
        try receipts.last(name) == present || isUnderWay(name, present)
            || receipts.last(name) == present
    }

    /// Whether `commit` came onto the environment's branch through the registry itself, be it that
    /// the ledger doesn't have it yet.
    func cameIn(_ commit: ObjectID, on environment: Environment) throws -> Bool {
        // As above.
        try receipts.isAccepted(commit, on: environment)
            || isUnderWay(environment.branch, commit)
            || receipts.isAccepted(commit, on: environment)
    }

    /// The first step of main up to `tip` that does not hold, judged from the founding commit on.
    func fault(ofMainUpTo tip: ObjectID) throws -> Verdict? {
        var steps: [Commit] = []
        var step = try commits.commit(tip)
        while !soundMain.contains(step.id), let parent = step.parents.first {
            steps.append(step)
            step = try commits.commit(parent)
        }
        for next in steps.reversed() {
            let receipt = try receipts.receipt(of: next.id, on: Self.main)
            let verdict = try asEntered(receipt?.number) {
                try configuration(next, onto: step, receipt?.received ?? next.committed)
            }
            guard verdict.isAccepted else { return verdict }
            soundMain.insert(next.id)
            step = next
        }
        return nil
    }

    /// Judges again what the ledger has as an entry: what was revoked since then is not known yet.
    func asEntered<Answer>(_ number: Int?, _ judge: () throws -> Answer) rethrows -> Answer {
        let before = entryJudged
        entryJudged = number
        defer { entryJudged = before }
        return try judge()
    }
}
