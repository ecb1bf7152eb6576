import GitStore
import Glibc
import SystemPackage

/// How far each environment was verified, and the approvals found on the way; remade at will.
package struct VerifiedTips {
    package let folder: FilePath

    package struct Approval: Hashable, Sendable {
        package let commit: ObjectID
        /// Who made the merge that moved the environment.
        package let principal: PrincipalID
        package let received: Timestamp
        /// All whose signatures were counted, that one the last.
        package let approvers: [PrincipalID]
    }

    package func tip(of environment: Environment) throws -> ObjectID? {
        try fields(folder.appending(environment.name).appending("tip")).first
            .flatMap { ObjectID($0) }
    }

    package func approval(of model: ModelName, in environment: Environment) throws -> Approval? {
        let fields = try fields(path(of: model, in: environment))
        guard fields.count == 4, let commit = ObjectID(fields[0]),
            let received = Timestamp(fields[2])
        else { return nil }
        return Approval(
            commit: commit, principal: try PrincipalID(fields[1]), received: received,
            approvers: try fields[3].split(separator: ",").map { try PrincipalID(String($0)) })
    }

    package func note(
        _ approval: Approval, of model: ModelName, in environment: Environment
    ) throws {
        try write(
            [
                approval.commit.hex, approval.principal.text, approval.received.description,
                approval.approvers.map(\.text).joined(separator: ","),
            ],
            to: path(of: model, in: environment))
    }

    package func note(tip: ObjectID, of environment: Environment) throws {
        try write([tip.hex], to: folder.appending(environment.name).appending("tip"))
    }

    private func path(of model: ModelName, in environment: Environment) -> FilePath {
        folder.appending(environment.name)
            .appending("model-" + model.text.replacing("/", with: "%2F"))
    }

    private func fields(_ path: FilePath) throws -> [String] {
        let bytes: [UInt8]?
        do {
            bytes = try DurableFile.read(path)
        } catch Errno.permissionDenied {
            return []  // others' notes are not needed: all is judged again
        }
        guard let bytes else { return [] }
        return String(decoding: bytes, as: UTF8.self).split(whereSeparator: \.isWhitespace)
            .map(String.init)
    }

    /// A folder that can't be written costs the note, never the answer.
    private func write(_ fields: [String], to path: FilePath) throws {
        do {
            let line = Array((fields.joined(separator: " ") + "\n").utf8)
            try DurableFile.write(line, to: path, synced: false)
        } catch is GitError {
            return
        }
    }
}

extension Registry {
    var verifiedTips: VerifiedTips { VerifiedTips(folder: folder.appending("verified")) }

    /// The environment's tip, every step up to it judged.
    ///
    /// - Throws: `RegistryError.refused` at the first step that does not hold.
    package func verifiedTip(of environment: Environment) throws -> Commit {
        guard try ledger.tip() != nil || Self.isKept(in: repository) else {
            throw RegistryError.invalid(
                "this copy has no ledger, so nothing says what was accepted",
                hint: "make one that has: git clone --mirror URL")
        }
        let (tip, entered) = try settledTip(of: environment)
        guard entered == tip.id else {
            throw RegistryError.invalid(
                "env/\(environment) is at \(tip.id.short), but the ledger left it at \(entered?.short ?? "nothing"): "
                    + "it was moved around the registry",
                hint:
                    "`signet repair` judges the move, enters it if it is valid, and undoes it if not"
            )
        }
        let known = access == .local ? try verifiedTips.tip(of: environment) : nil
        if tip.id == known { return tip }
        var steps: [Commit] = []
        var step = tip
        while step.id != known, try !judge.history.isRoot(step) {
            steps.append(step)
            step = try judge.commits.commit(step.parents[0])
        }
        if step.id != known { try demandRoot(step, of: environment) }
        let standing = judge.tipAsOf
        defer { judge.tipAsOf = standing }
        judge.tipAsOf = { _ in .unknown }
        for (index, next) in steps.reversed().enumerated() {
            try verify(next, onto: step, environment)
            step = next
            // So that a long first walk that is interrupted goes on from here.
            if access == .local, index % 256 == 255 {
                try verifiedTips.note(tip: step.id, of: environment)
            }
        }
        if access == .local { try verifiedTips.note(tip: tip.id, of: environment) }
        return tip
    }

    /// The environment's tip, and where the ledger left it: looked at again while a move is on its way
    /// from the one to the other.
    private func settledTip(
        of environment: Environment
    ) throws -> (tip: Commit, entered: ObjectID?) {
        for _ in 0..<100 {
            let tip = try tip(of: environment)
            let entered = try receipts.last(environment.branch)
            // The index has the branch before the receipt, which comes last.
            let isWhole =
                try entered == tip.id
                && receipts.receipt(of: tip.id, on: environment.branch) != nil
            let isOnItsWay =
                try !isWhole
                && (self.tip(of: environment).id != tip.id
                    || judge.isUnderWay(environment.branch, tip.id)
                    || receipts.last(environment.branch) != entered)
            guard isOnItsWay else { return (tip, entered) }
            usleep(20_000)
        }
        return (try tip(of: environment), try receipts.last(environment.branch))
    }

    private func demandRoot(_ root: Commit, of environment: Environment) throws {
        let verdict = try judgedRoot(root, of: environment, by: judge)
        guard verdict.isAccepted else { throw RegistryError.refused(verdict) }
    }

    /// Judges an environment's first commit as it was when it came in.
    func judgedRoot(
        _ root: Commit, of environment: Environment, by judge: Judge
    ) throws -> Verdict {
        let update = ReferenceUpdate(name: environment.branch, old: nil, new: root.id)
        guard let below = root.parents.first, try judge.isOnMain(below) else {
            return judge.refusal(
                update, rule: .parents, "the first commit of env/\(environment) is not on main")
        }
        if let fault = try judge.fault(ofMainUpTo: below) { return fault }
        let receipt = try judge.receipts.receipt(of: root.id, on: environment.branch)
        return try judge.asEntered(receipt?.number) {
            try judge.environmentRoot(
                update, of: root, on: judge.commits.commit(below), environment,
                receipt?.received ?? root.committed)
        }
    }

    private func verify(_ step: Commit, onto tip: Commit, _ environment: Environment) throws {
        guard let receipt = try receipts.receipt(of: step.id, on: environment.branch) else {
            throw RegistryError.invalid(
                "the ledger does not have \(step.id.short) of env/\(environment)",
                hint: "`signet repair` makes the ledger's index again")
        }
        judge.entryJudged = receipt.number
        defer { judge.entryJudged = nil }
        var verdict = try judge.environmentStep(
            step, onto: tip, environment: environment, receipt.received, isHistoric: true)
        if verdict.denials.contains(where: { $0.rule == .after || $0.rule == .soak }) {
            // Without evidence, only the ledger can tell how the other branch was at that time; and
            // since when, it alone can.
            judge.tipAsOf = { [unowned self] in
                .known(try self.tip(of: $0, before: receipt.number))
            }
            verdict = try judge.environmentStep(
                step, onto: tip, environment: environment, receipt.received, isHistoric: true)
            judge.tipAsOf = { _ in .unknown }
        }
        guard verdict.isAccepted else { throw RegistryError.refused(verdict) }
        guard access == .local, let model = verdict.model, let principal = verdict.principal else {
            return
        }
        try verifiedTips.note(
            .init(
                commit: step.id, principal: principal, received: receipt.received,
                approvers: verdict.approvers), of: model, in: environment)
    }

    /// Where an environment was before an entry of the ledger.
    ///
    /// Near its tip the receipts tell, one for each step: no approval is to wait for the whole ledger to
    /// be read.
    private func tip(of environment: Environment, before number: Int) throws -> ObjectID? {
        var next = try reference(environment.branch)
        for _ in 0..<Self.stepsNearTip {
            guard let id = next,
                let receipt = try receipts.receipt(of: id, on: environment.branch)
            else { break }
            if receipt.number < number { return id }
            next = try judge.commits.commit(id).parents.first
        }
        return try wholeLedger().tip(of: environment.branch, before: number)
    }

    private static let stepsNearTip = 64
}
