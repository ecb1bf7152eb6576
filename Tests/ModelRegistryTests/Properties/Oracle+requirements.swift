import GitStore

@testable import ModelRegistry

/// What is asked for besides signatures: the environment before, and a run there.
extension Approval {
    func requirementFaults(_ model: String, _ number: Int) throws -> [String] {
        let files = try review.entry("models/\(model)", proposal)
        guard files != nil, try !isRollback(model), let after = rung.after else { return [] }
        var faults: [String] = []
        if try !stood(model, number, files, in: after) {
            faults.append("not accepted in \(after) before")
        }
        let isEmergency = review.step.message.contains("\nBreak-glass: ") && rung.emergency != nil
        if rung.needsRun, !isEmergency, try !ran(model, number, in: after) {
            faults.append("without a passed run in \(after)")
        }
        return faults
    }

    /// Whether the environment had exactly this before.
    private func isRollback(_ model: String) throws -> Bool {
        let wanted = try scopeEntries(model, proposal)
        var step = review.old
        while true {
            if try scopeEntries(model, step) == wanted { return true }
            guard let parent = step.parents.first else { return false }
            step = try review.world.read(parent)
        }
    }

    private func scopeEntries(_ model: String, _ commit: Reading) throws -> [TreeEntry?] {
        try ["models/\(model)", "parameters/\(model).yaml", "evidence/\(model)"]
            .map { try review.entry($0, commit) }
    }

    /// Whether the version was in an environment by then, and nothing older since.
    private func stood(
        _ model: String, _ number: Int, _ files: TreeEntry?, in after: String
    ) throws -> Bool {
        let branch = "refs/heads/env/\(after)"
        let moves = review.world.moves.filter {
            $0.reference == branch && $0.action < review.action
        }
        guard let tip = moves.last?.commit else { return false }
        var step = try review.world.read(tip)
        while let version = try version(model, step), version >= number {
            if try review.entry("models/\(model)", step)?.id == files?.id { return true }
            guard let parent = step.parents.first else { return false }
            step = try review.world.read(parent)
        }
        return false
    }

    private func version(_ model: String, _ commit: Reading) throws -> Int? {
        let bytes = try review.world.trial.repository.blob(
            at: "models/\(model)/model.yaml", in: commit.tree)
        return String(decoding: bytes ?? [], as: UTF8.self).split(separator: "\n")
            .first { $0.hasPrefix("version: ") }.flatMap { Int($0.dropFirst("version: ".count)) }
    }

    /// Whether the evidence is a record that the runner signed, of a passed run of this version.
    private func ran(_ model: String, _ number: Int, in after: String) throws -> Bool {
        guard
            let evidence = try review.world.trial.repository.blob(
                at: "evidence/\(model)/\(after).json", in: proposal.tree)
        else { return false }
        let text = String(decoding: evidence, as: UTF8.self)
        guard text.contains("\"status\": \"passed\""),
            text.contains("\"version\": \(number)\n")
                || text.contains("\"version\": \(number),")
        else { return false }
        var next = review.world.references["refs/heads/runs/\(after)"]
        while let id = next {
            let run = try review.world.read(id)
            let record = try review.world.trial.repository.blob(at: "run.json", in: run.tree)
            if record == evidence, run.signer == "runner" { return true }
            next = run.parents.first
        }
        return false
    }
}
