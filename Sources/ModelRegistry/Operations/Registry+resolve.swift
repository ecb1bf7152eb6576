import GitStore
import SystemPackage

/// What is approved for an environment: the answer that pipelines act on.
package struct Resolution: Codable, Sendable {
    package var registry: ObjectID
    package var model: ModelName
    package var environment: Environment
    package var version: Int
    /// The environment's commit that put the model's scope there.
    package var commit: ObjectID
    package var versionCommit: ObjectID
    package var ledgerEntry: Int?
    package var format: ModelDescription.Format
    package var artifacts: [Artifact]
    package var parameters: DocumentValue
    /// Whose signature moved the environment.
    package var approvedBy: PrincipalID
    /// All whose signatures were counted, that one the last.
    package var approvers: [PrincipalID]
    package var approvedAt: Timestamp

    package struct Artifact: Codable, Hashable, Sendable {
        package var name: String
        package var path: String
        package var sha256: String
        package var size: Int
    }
}

extension Registry {
    /// What a model is in an environment now, judged; nil when nothing is approved there.
    ///
    /// Every step since the last one that this registry verified is judged again, and one that does
    /// not hold refuses: being in the branch, or in the ledger, allows nothing.
    package func resolve(
        _ model: ModelName, in environment: Environment, at commit: ObjectID? = nil
    ) throws -> Resolution? {
        let tip = try verifiedTip(of: environment)
        let point = try commit.map { try judge.commits.commit($0) } ?? tip
        if let commit, try !receipts.isAccepted(commit, on: environment) {
            throw RegistryError.invalid(
                "\(commit.short) is not on env/\(environment)",
                hint: "what is: signet log --env \(environment)")
        }
        let scope = try Scope(model, in: point.tree, of: repository)
        guard let number = try judge.versionNumber(scope) else {
            _ = try newestVersion(of: model)
            return nil
        }
        let version = try ModelVersion(model: model, number: number)
        let facts = try registration(of: version)
        guard facts.files == scope.files else {
            throw RegistryError.damaged(
                what: "\(version) in \(environment)", why: "it is not what was registered")
        }
        let approval = try approval(of: model, environment, at: point, isTip: commit == nil)
        let parameters = try scope.parameters.flatMap { try repository.read($0.id)?.bytes }
            .map { try DocumentNode(yaml: $0, file: model.parametersPath).value() }
        return Resolution(
            registry: founding, model: model, environment: environment, version: number,
            commit: approval.commit, versionCommit: facts.commit.id,
            ledgerEntry: try receipts.receipt(of: approval.commit, on: environment.branch)?.number,
            format: facts.description.format,
            artifacts: facts.description.artifacts.map {
                Resolution.Artifact(
                    name: $0.name, path: artifacts.path(of: $0.sha256).string, sha256: $0.sha256,
                    size: $0.size)
            },
            parameters: parameters ?? .mapping([:]), approvedBy: approval.principal,
            approvers: approval.approvers, approvedAt: approval.received)
    }

    /// The artifacts of an answer that are not where it says: the store is another one.
    package func missing(from resolution: Resolution) -> [Resolution.Artifact] {
        resolution.artifacts.filter { !artifacts.hasFile(for: $0.sha256) }
    }

    /// Copies what is approved into `folder`: the artifacts, their digests checked, the model
    /// signature where there is one, and the answer. What an earlier answer there brought and this one
    /// doesn't is removed; files of others stay.
    package func fetch(_ resolution: Resolution, to folder: FilePath) throws {
        try DurableFile.naming(folder) { try DurableFile.makeDirectory(folder, mode: 0o777) }
        let answer = folder.appending(Self.answerName)
        var earlier = try fetched(by: answer)
        for artifact in resolution.artifacts {
            try artifacts.export(artifact.sha256, to: folder.appending(artifact.name))
            earlier.remove(artifact.name)
        }
        if let signature = try judge.registration(of: resolution.versionCommit).modelSignature {
            try DurableFile.write(
                signature.bytes, to: folder.appending(ModelSignature.name), mode: Self.readable)
            earlier.remove(ModelSignature.name)
        }
        var fetched = resolution
        for index in fetched.artifacts.indices {
            fetched.artifacts[index].path = fetched.artifacts[index].name
        }
        try DurableFile.write(CanonicalJSON.encode(fetched), to: answer, mode: Self.readable)
        for name in earlier { try DurableFile.remove(folder.appending(name)) }
    }

    private static let answerName = "signet.json"
    /// As the artifacts beside it.
    private static let readable: FilePermissions = [.ownerReadWrite, .groupRead, .otherRead]

    /// The files that an earlier `fetch` wrote beside its answer.
    private func fetched(by answer: FilePath) throws -> Set<String> {
        guard let bytes = try DurableFile.read(answer) else { return [] }
        // Nil for what is no answer of ours: nothing is known to be ours then.
        guard let earlier = try? CanonicalJSON.decode(Resolution.self, from: bytes, file: "") else {
            return []
        }
        let names = earlier.artifacts.map(\.name)
            .filter { FilePath.Component($0)?.kind == .regular }
        return Set(names + [ModelSignature.name])
    }

    private func approval(
        of model: ModelName, _ environment: Environment, at point: Commit, isTip: Bool
    ) throws -> VerifiedTips.Approval {
        if isTip, let known = try verifiedTips.approval(of: model, in: environment) { return known }
        guard let step = try judge.history.lastChange(of: model, from: point.id) else {
            throw RegistryError.damaged(
                what: "env/\(environment)", why: "\(model) has no approval in it")
        }
        let parent = try judge.commits.commit(step.parents[0])
        let receipt = try receipts.receipt(of: step.id, on: environment.branch)
        let received = receipt?.received ?? now
        // As it came in: what was revoked since then is told by `status`, and approved again.
        let verdict = try judge.asEntered(receipt?.number) {
            try judge.environmentStep(
                step, onto: parent, environment: environment, received, isHistoric: true)
        }
        guard let principal = verdict.principal else { throw RegistryError.refused(verdict) }
        return VerifiedTips.Approval(
            commit: step.id, principal: principal, received: received,
            approvers: verdict.approvers)
    }
}
