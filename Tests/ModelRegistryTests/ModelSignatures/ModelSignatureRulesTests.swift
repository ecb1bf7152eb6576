import GitStore
import SystemPackage
import Testing

@testable import ModelRegistry

/// The judge on model signatures: at registration, and where an environment asks for one.
struct ModelSignatureRulesTests {
    private let branch = "refs/heads/models/churn"
    private let dev = TemporaryRegistry.dev
    private let test = TemporaryRegistry.test

    private static let signers = """
        modelSigners:
          - {name: training, key: \(ModelKey.training.text)}
          - {name: vendor, key: \(ModelKey.vendor.text)}

        """
    /// Two signers are known, and nothing asks for them.
    private static let known = TemporaryRegistry.standardPolicy + signers
    /// Dev asks for a signature by anybody, test for the vendor's.
    private static let required = known.replacing(
        "{name: dev, approvals: {approver: 1}}",
        with: "{name: dev, approvals: {approver: 1}, requires: {modelSignature: true}}"
    ).replacing(
        "requires: {run: passed, gates:",
        with: "requires: {modelSignature: [vendor], run: passed, gates:")

    /// A registration by hand of the file `model.onnx`, with this signature beside it.
    private func crafted(
        _ trial: TemporaryRegistry, _ signature: [UInt8]?, more: [String: String?] = [:]
    ) throws -> ObjectID {
        let artifact = trial.folder.appending("model.onnx")
        try DurableFile.write("m".bytes, to: artifact)
        let stored = try trial.registry.artifacts.ingest(artifact)
        let description = ModelDescription(
            model: try ModelName("churn"), version: 1, format: .other,
            artifacts: [.init(name: "model.onnx", sha256: stored.sha256, size: stored.size)])
        let pointer = try LFSPointer(sha256: stored.sha256, size: stored.size).serialise()
        let base = trial.registry.founding
        var files: [String: String?] = [
            "models/churn/model.yaml": String(decoding: description.serialise(), as: UTF8.self),
            "models/churn/metrics.json": "{\"accuracy\": 0.9}\n",
            "models/churn/CARD.md": "# Churn\n",
            "models/churn/artifacts/model.onnx": String(decoding: pointer, as: UTF8.self),
        ]
        if let signature {
            files["models/churn/signature.json"] = String(decoding: signature, as: UTF8.self)
        }
        files.merge(more) { $1 }
        return try trial.craft(
            tree: trial.tree(trial.tree(of: base), with: files), parents: [base],
            by: Person.ravi.key)
    }

    private func signature(
        by key: ModelKey, content: String, file: String = "model.onnx"
    ) throws -> ModelSignature {
        try ModelSignature.parse(key.bundle([(file, content)]), file: "sig.json")
    }

    private func register(
        _ trial: TemporaryRegistry, signedBy key: ModelKey?, content: String = "m"
    ) throws -> ModelVersion {
        try trial.register(
            content: content,
            modelSignature: key.map { try signature(by: $0, content: content) })
    }

    @Test func aPushedRegistrationIsJudgedByMainsModelSigners() throws {
        try TemporaryRegistry.with(policy: Self.known) { trial in
            let wrong = try crafted(trial, ModelKey.stray.bundle([("model.onnx", "m")]))
            let verdict = try trial.expectRefused(branch, wrong, by: .modelSignature)
            #expect(
                verdict.denials[0].saw
                    == "the model signature of churn@1 is by none of: training, vendor")
            let right = try crafted(trial, ModelKey.vendor.bundle([("model.onnx", "m")]))
            let answers = try trial.submit(branch, right)[0].answers
            #expect(
                answers.first { $0.rule == .modelSignature }?.saw == "churn@1 is signed by vendor")
        }
    }

    @Test func aSignatureThatNobodyCanJudgeIsRefused() throws {
        try TemporaryRegistry.with { trial in
            let commit = try crafted(trial, ModelKey.training.bundle([("model.onnx", "m")]))
            let verdict = try trial.expectRefused(branch, commit, by: .modelSignature)
            #expect(verdict.denials[0].hint?.contains("signet policy propose FILE") == true)
        }
    }

    @Test func aSignatureOfOtherFilesIsNoRegistrationThoughItsKeyIsKnown() throws {
        try TemporaryRegistry.with(policy: Self.known) { trial in
            for files in [
                [("model.onnx", "n")], [("other.onnx", "m")], [],
                [("model.onnx", "m"), ("second", "m")],
            ] {
                try trial.expectRefused(
                    branch, crafted(trial, ModelKey.training.bundle(files)), by: .registration)
            }
            try trial.expectRefused(branch, crafted(trial, "{}".bytes), by: .registration)
            let huge = [UInt8](repeating: 0x20, count: ModelSignature.sizeLimit + 1)
            try trial.expectRefused(branch, crafted(trial, huge), by: .registration)
        }
    }

    @Test func aRefusedSignatureLeavesNoVersion() throws {
        try TemporaryRegistry.with(policy: Self.known) { trial in
            let error = #expect(throws: RegistryError.self) {
                try register(trial, signedBy: .stray)
            }
            #expect(
                "\(error, default: "")".contains("model-signature: the model signature of churn@1"))
            let other = try signature(by: .training, content: "other")
            let fault = #expect(throws: DocumentError.self) {
                try trial.register(content: "m", modelSignature: other)
            }
            #expect(
                fault?.description.split(separator: "\n").first
                    == "sig.json: does not sign what is registered: another SHA-256: 'model.onnx'")
            #expect(try trial.registry.reference(branch) == nil)
            #expect(try register(trial, signedBy: .training).number == 1)
        }
    }

    @Test func anEnvironmentThatAsksForASignatureTakesNoVersionWithout() throws {
        try TemporaryRegistry.with(policy: Self.required) { trial in
            let one = try register(trial, signedBy: nil)
            let proposal = try trial.propose(one)
            let verdict = try trial.expectRefused(
                dev.branch, trial.merge(proposal), by: .modelSignature)
            #expect(verdict.denials[0].saw == "churn@1 has no model signature")
            try trial.propose(register(trial, signedBy: .training, content: "two"))
            try trial.approve(ModelVersion(model: one.model, number: 2))
            #expect(try trial.resolve()?.version == 2)
        }
    }

    @Test func anEnvironmentThatNamesSignersTakesNoOthers() throws {
        try TemporaryRegistry.with(policy: Self.required) { trial in
            let one = try register(trial, signedBy: .training)
            try trial.propose(one)
            try trial.run(one, at: trial.approve(one))
            let proposal = try trial.propose(one, to: test)
            let verdict = try trial.expectRefused(
                test.branch, trial.merge(proposal, into: test), by: .modelSignature)
            #expect(
                verdict.denials[0].saw == "the model signature of churn@1 is by none of: vendor")
            let two = try register(trial, signedBy: .vendor, content: "two")
            try trial.propose(two)
            try trial.run(two, at: trial.approve(two))
            try trial.propose(two, to: test)
            try trial.approve(two, in: test)
            #expect(try trial.resolve(in: test)?.version == 2)
        }
    }

    @Test func theEnvironmentsOwnPolicyJudgesAndNotMains() throws {
        try TemporaryRegistry.with(policy: Self.required) { trial in
            // In main the key is unknown from now on; dev has the policy that knows it until the roll-out.
            let version = try register(trial, signedBy: .training)
            try trial.changePolicy {
                $0.replacing(
                    "  - {name: training, key: \(ModelKey.training.text)}\n", with: "")
            }
            let proposal = try trial.propose(version)
            let merge = try trial.merge(proposal)
            #expect(
                try trial.judge.judge(
                    trial.update(dev.branch, to: merge), received: trial.clock.now
                )
                .allSatisfy(\.isAccepted))
            _ = try trial.registry.rollOut(to: dev, reason: "agreed", by: trial.author(.ada))
            let verdict = try trial.expectRefused(
                dev.branch, trial.merge(proposal), by: .modelSignature)
            #expect(
                verdict.denials[0].saw == "the model signature of churn@1 is by none of: vendor")
        }
    }

    @Test func aRollbackSkipsTheSignature() throws {
        try TemporaryRegistry.with(policy: Self.known) { trial in
            let one = try trial.promote().version
            try trial.promote()
            try trial.changePolicy { _ in Self.required }
            _ = try trial.registry.rollOut(to: dev, reason: "agreed", by: trial.author(.ada))
            trial.clock.advance(1)
            let back = try trial.registry.proposeRollback(
                one.model, in: dev, to: nil, by: trial.author(.ravi))
            try trial.approve(back.version)
            #expect(try trial.resolve()?.version == 1)
        }
    }

    @Test func reviewAndFetchTellOfTheSignature() throws {
        try TemporaryRegistry.with(policy: Self.known) { trial in
            let one = try register(trial, signedBy: nil)
            try trial.propose(one)
            let open = try trial.registry.openProposal(ModelSelector("churn"), in: dev)
            #expect(try trial.registry.review(open).modelSignature == nil)
            let two = try register(trial, signedBy: .vendor, content: "two")
            try trial.propose(two)
            let next = try trial.registry.openProposal(ModelSelector("churn@2"), in: dev)
            #expect(try trial.registry.review(next).modelSignature?.signer == "vendor")
            try trial.approve(two)
            let target = trial.folder.appending("out")
            try trial.registry.fetch(#require(try trial.resolve()), to: target)
            #expect(
                try DurableFile.names(in: target) == [
                    "model.onnx", "signature.json", "signet.json",
                ])
            let fetched = try DurableFile.read(target.appending("signature.json"))
            let facts = try trial.registry.registration(of: two)
            #expect(fetched == facts.modelSignature?.bytes)
        }
    }
}
