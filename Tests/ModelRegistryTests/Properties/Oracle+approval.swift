import GitStore

@testable import ModelRegistry

/// A step that merges a proposal.
struct Approval {
    let review: StepReview
    /// The step, then the partial approvals it merges.
    let merges: [Reading]
    let proposal: Reading
    let registration: Reading
    let policy: TestPolicy
    let rung: TestPolicy.Rung

    private var world: World { review.world }
    private var environment: String { review.environment }

    func faults() throws -> [String] {
        guard let (model, number) = try version(of: registration, in: proposal) else {
            return ["its proposal is of no registered version"]
        }
        var faults = try authorFaults(model, number)
        faults += try treeFaults(model)
        faults += try decisionFaults(model)
        faults += try signatureFaults(model, number)
        faults += try requirementFaults(model, number)
        return faults.map { "\($0) (\(model)@\(number))" }
    }

    /// The version that a commit registered: on its model's branch, and tagged.
    private func version(
        of registration: Reading, in proposal: Reading
    ) throws -> (String, Int)? {
        for (name, target) in world.references where target == registration.id {
            guard name.hasPrefix("refs/tags/") else { continue }
            let parts = name.dropFirst("refs/tags/".count).split(separator: "/")
            guard let last = parts.last, let number = Int(last.dropFirst()) else { continue }
            return (parts.dropLast().joined(separator: "/"), number)
        }
        return nil
    }

    private func paths(_ model: String) -> [String] {
        ["models/\(model)", "parameters/\(model).yaml", "evidence/\(model)"]
    }

    private func scope(_ model: String, _ commit: Reading) throws -> [TreeEntry?] {
        try paths(model).map { try review.entry($0, commit) }
    }

    /// Whether all but the model's scope is the same in two commits.
    private func isElsewhereEqual(_ model: String, _ one: Reading, _ other: Reading) throws -> Bool
    {
        try world.trial.repository.changes(from: one.tree, to: other.tree).allSatisfy { change in
            paths(model).contains { change.path == $0 || change.path.hasPrefix($0 + "/") }
        }
    }

    private func authorFaults(_ model: String, _ number: Int) throws -> [String] {
        var faults: [String] = []
        let registrar = try review.counted(registration, on: "refs/heads/models/\(model)")
        if registrar.map({ policy.registrars.contains($0) }) != true {
            faults.append("registered by \(registrar ?? "nobody")")
        }
        let proposer = try review.counted(proposal, on: promotion(model, number))
        if proposer.map({ policy.proposers.contains($0) || $0 == "registry" }) != true {
            faults.append("proposed by \(proposer ?? "nobody")")
        }
        return faults
    }

    private func promotion(_ model: String, _ number: Int) -> String {
        "refs/heads/promote/\(environment)/\(model)/v\(number)"
    }

    /// The environment's tree changes as proposed, and the proposal holds what was registered.
    private func treeFaults(_ model: String) throws -> [String] {
        var faults: [String] = []
        if try scope(model, review.step) != scope(model, proposal) {
            faults.append("its scope is not the proposed one")
        }
        if try !isElsewhereEqual(model, review.old, review.step) {
            faults.append("it changes more than the scope")
        }
        let base = try world.read(proposal.parents[0])
        if try !isElsewhereEqual(model, base, proposal) {
            faults.append("the proposal changes more than the scope")
        }
        let files = try scope(model, proposal)[0]
        if let files, try files.id != review.entry("models/\(model)", registration)?.id {
            faults.append("the proposal's files are not the registered ones")
        }
        return faults
    }

    /// Not rejected, not merged before, and nothing touched the scope since.
    private func decisionFaults(_ model: String) throws -> [String] {
        var faults: [String] = []
        for move in world.moves where move.action < review.action {
            guard move.reference.hasPrefix("refs/heads/promote/\(environment)/") else { continue }
            let commit = try world.read(move.commit)
            guard commit.parents.count == 1, commit.message.contains("Decision: rejected") else {
                continue
            }
            var below = try world.read(commit.parents[0])
            while below.id != proposal.id, below.parents.count == 2 {
                below = try world.read(below.parents[1])
            }
            if below.payload == proposal.payload { faults.append("it was rejected before") }
        }
        var step = review.old
        let wanted = try scope(model, world.read(proposal.parents[0]))
        while step.id != proposal.parents[0] {
            if try scope(model, step) != wanted { faults.append("stale since \(step.id.short)") }
            if step.parents.dropFirst().first == proposal.id { faults.append("merged before") }
            guard let parent = step.parents.first else {
                return faults + ["not proposed on this environment"]
            }
            step = try world.read(parent)
        }
        return faults
    }

    /// As many different people as asked, in their roles, and none of them an author.
    private func signatureFaults(_ model: String, _ number: Int) throws -> [String] {
        let authors = Set([registration.signer, proposal.signer].compactMap { $0 })
        var people: Set<String> = []
        for merge in merges {
            guard let person = try review.counted(merge, on: promotion(model, number)),
                try isComposed(merge, model), policy.mayDecide(person, model),
                !(rung.fourEyes && authors.contains(person))
            else {
                if merge.id == review.step.id { return ["its own signature does not count"] }
                continue
            }
            people.insert(person)
        }
        if policy.fills(rung.approvals, by: people, in: environment) { return [] }
        if isEmergency, let quorum = rung.emergency,
            policy.fills(quorum, by: people, in: environment)
        {
            return []
        }
        return ["approved by \(people.sorted()), asked were \(rung.approvals)"]
    }

    private var isEmergency: Bool { review.step.message.contains("\nBreak-glass: ") }

    /// Whether a partial approval merges the proposal as it is onto a tip of the environment.
    private func isComposed(_ merge: Reading, _ model: String) throws -> Bool {
        guard merge.parents.count == 2 else { return false }
        let tip = try world.read(merge.parents[0])
        return try scope(model, merge) == scope(model, proposal)
            && isElsewhereEqual(model, tip, merge)
    }
}
