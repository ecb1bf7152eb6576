import GitStore

extension Judge {
    /// The model signature in a registration's folder, which must sign exactly its artifacts.
    func modelSignature(
        in folder: TreeEntry, of description: ModelDescription
    ) throws -> ModelSignature? {
        guard let bytes = try repository.blob(at: ModelSignature.name, in: folder.id) else {
            return nil
        }
        let file = "\(description.model.modelPath)/\(ModelSignature.name)"
        let signature = try ModelSignature.parse(bytes, file: file)
        try signature.demandCovers(description.artifacts)
        return signature
    }

    /// A model signature that is registered must be by a key that main's policy names.
    func demandModelSignature(
        _ facts: RegistrationFacts, under policy: Policy, into verdict: inout Verdict
    ) {
        guard let signature = facts.modelSignature else {
            return verdict.skip(.modelSignature, "there is none")
        }
        answer(
            signature, of: facts.version, among: policy.modelSigners,
            hint: "register without it, or have its key added to 'modelSigners': "
                + "signet policy propose FILE", into: &verdict)
    }

    /// The model signature that the environment asks for.
    func demandModelSignature(
        _ facts: ProposalFacts, _ rule: EnvironmentRule, into verdict: inout Verdict
    ) {
        let signers = rule.requires.modelSigners
        guard !signers.isEmpty else {
            return verdict.skip(.modelSignature, "the policy does not ask for one")
        }
        let again =
            "register it anew, signed by \(signers.names): "
            + "signet register \(facts.version.model) --model-signature FILE …"
        guard let signature = facts.registration.modelSignature else {
            return verdict.refuse(
                .modelSignature, "\(facts.version) has no model signature", hint: again)
        }
        answer(signature, of: facts.version, among: signers, hint: again, into: &verdict)
    }

    private func answer(
        _ signature: ModelSignature, of version: ModelVersion, among signers: [ModelSigner],
        hint: String, into verdict: inout Verdict
    ) {
        guard let signer = signature.signer(among: signers) else {
            return verdict.refuse(
                .modelSignature,
                signers.isEmpty
                    ? "\(version) has a model signature, but the policy has no modelSigners"
                    : "the model signature of \(version) is by none of: \(signers.names)",
                hint: hint)
        }
        verdict.answer(.modelSignature, true, "\(version) is signed by \(signer.name)")
    }
}
