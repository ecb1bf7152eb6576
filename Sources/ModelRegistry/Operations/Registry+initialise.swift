import GitStore
import Signatures
import SystemPackage

/// What a new registry begins with.
package struct Foundation {
    package var name: String
    package var policy: [UInt8]
    package var signers: [UInt8]
    /// Further files of the founding commit: rules.yaml, templates, by path.
    package var files: [(path: String, bytes: [UInt8])]
    /// The hooks by name, and the program they run.
    package var hooks: [(name: String, bytes: [UInt8])]
    package var program: FilePath
    /// The starter of `signet/config.yaml`.
    package var configuration: [UInt8]

    package init(
        name: String, policy: [UInt8], signers: [UInt8], files: [(path: String, bytes: [UInt8])],
        hooks: [(name: String, bytes: [UInt8])], program: FilePath, configuration: [UInt8]
    ) {
        self.name = name
        self.policy = policy
        self.signers = signers
        self.files = files
        self.hooks = hooks
        self.program = program
        self.configuration = configuration
    }
}

extension Registry {
    /// Limits and safeguards that git itself keeps.
    static let gitConfiguration: [(String, String)] = [
        ("receive.fsckObjects", "true"), ("transfer.fsckObjects", "true"),
        ("receive.maxInputSize", "268435456"), ("receive.denyDeletes", "true"),
        ("receive.autogc", "false"), ("core.bigFileThreshold", "16m"), ("core.fsync", "all"),
        ("core.logAllRefUpdates", "true"), ("core.packedRefsTimeout", "10000"), ("gc.auto", "0"),
        ("gc.reflogExpire", "never"),
        ("gc.reflogExpireUnreachable", "never"), ("uploadpack.allowReachableSHA1InWant", "true"),
    ]

    /// Makes a registry at `path`, which must not exist or be empty.
    ///
    /// Everything is checked before anything is written, and made beside `path` and renamed into
    /// place, so that a failure leaves nothing.
    package static func initialise(
        at path: FilePath, _ foundation: Foundation, signer: any CommitSigner,
        _ surroundings: Surroundings
    ) throws -> Registry {
        guard try DurableFile.names(in: path).isEmpty else {
            throw RegistryError.alreadyExists(path: path.string)
        }
        let services = (
            registry: try ServiceKey.generate(comment: "registry"),
            runner: try ServiceKey.generate(comment: "runner")
        )
        let signers = try enrol(services, in: foundation.signers)
        let policy = try Policy.parse(foundation.policy, file: "policy.yaml")
        let keys = try AllowedSigners.parse(signers, file: "allowed_signers")
        let time = surroundings.now()
        let live = try keys.entries.filter { $0.isValid(at: time.seconds) }
            .map { try PrincipalID($0.principal) }
        try policy.check(signers: live)
        guard let owner = keys.entry(for: signer.publicKey).map(\.principal),
            let founder = policy.principal(try PrincipalID(owner)),
            policy.policyChange.keys.contains(where: { policy.holds(founder.id, $0, in: nil) })
        else {
            throw RegistryError.invalid(
                "the key \(signer.publicKey.fingerprint) may not found the registry: it is no admin's",
                hint: "sign with the key of a principal whom policyChange names, by --key FILE")
        }
        let staging = path.removingLastComponent()
            .appending(
                ".\(path.lastComponent?.string ?? "registry")-\(UInt32.random(in: 0 ... .max))")
        do {
            let registry = try build(
                at: staging, foundation, policy, signers, services,
                Author(principal: founder, signer: signer), surroundings)
            _ = registry
            try DurableFile.replaceDirectory(path, with: staging)
        } catch {
            try DurableFile.removeTree(staging)
            throw error
        }
        return try Registry(at: path, surroundings)
    }

    private static func build(
        at path: FilePath, _ foundation: Foundation, _ policy: Policy, _ signers: [UInt8],
        _ services: (registry: ServiceKey, runner: ServiceKey), _ founder: Author,
        _ surroundings: Surroundings
    ) throws -> Registry {
        let repository = try GitRepository.create(
            at: path, config: gitConfiguration)
        try DurableFile.makeDirectory(path.appending("signet").appending("keys"), mode: 0o700)
        for (name, key) in [("registry", services.registry), ("runner", services.runner)] {
            try DurableFile.write(
                Array(key.privateKeyFile().utf8),
                to: path.appending("signet").appending("keys").appending(name),
                mode: [.ownerReadWrite])
        }
        try DurableFile.link(
            foundation.program, at: path.appending("signet").appending(programLink))
        try DurableFile.makeDirectory(path.appending("lfs"))
        try DurableFile.write(
            foundation.configuration, to: path.appending("signet").appending("config.yaml"),
            mode: [.ownerReadWrite])
        for (name, bytes) in foundation.hooks {
            try DurableFile.write(
                bytes, to: path.appending("hooks").appending(name),
                mode: .hook)
        }
        let root = try foundingCommit(in: repository, foundation, signers, founder, surroundings)
        try repository.update(
            [ReferenceUpdate(name: "refs/heads/main", old: nil, new: root)], log: "found",
            whileLocked: {})
        let registry = try Registry(repository, surroundings)
        try registry.enterFounding(root, by: founder)
        for rule in policy.environments {
            _ = try registry.beginEnvironment(rule.environment, by: founder)
        }
        return registry
    }

    private static func foundingCommit(
        in repository: GitRepository, _ foundation: Foundation, _ signers: [UInt8],
        _ founder: Author, _ surroundings: Surroundings
    ) throws -> ObjectID {
        let attributes = "models/**/artifacts/** filter=lfs diff=lfs merge=lfs -text\n"
        let description = RegistryDescription(name: foundation.name)
        let contents: [(path: String, bytes: [UInt8])] =
            [
                (".gitattributes", Array(attributes.utf8)),
                (".lfsconfig", Array("[lfs]\n\tfetchexclude = *\n".utf8)),
                (".signet/registry.yaml", description.serialise()),
                (PolicyReader.policyPath, foundation.policy), (PolicyReader.signersPath, signers),
            ] + foundation.files
        let empty = try repository.writeTree([])
        let tree = try repository.composed(
            contents.map { path, bytes in
                let id = try repository.write(.blob, bytes)
                return (path, TreeEntry(name: path, mode: .file, id: id))
            }, over: empty, writing: true)
        let identity = try Identity(
            name: founder.principal.name, email: founder.principal.email,
            seconds: surroundings.now().seconds, offset: 0)
        let draft = try sayable {
            try CommitDraft(
                tree: tree.hex, parents: [], author: identity, committer: identity,
                message: "Found the registry \(foundation.name)\n\n"
                    + "Signed-by: \(founder.principal.name)\n")
        }
        return try repository.write(
            .commit, draft.signed(armor: founder.signer.sign(draft.payload())))
    }

    private func enterFounding(_ root: ObjectID, by founder: Author) throws {
        var verdict = Verdict(ReferenceUpdate(name: "refs/heads/main", old: nil, new: root))
        verdict.kind = .founding
        verdict.principal = founder.principal.id
        verdict.fingerprint = founder.signer.publicKey.fingerprint
        verdict.payloadSHA256 = try judge.commits.commit(root).payloadSHA256
        verdict.answer(.reference, true, "the founding commit")
        _ = try admit(
            ReferenceUpdate(name: "refs/heads/main", old: nil, new: root), [verdict], now)
        try settle()
    }

    /// Adds the service principals' lines to the keys.
    private static func enrol(
        _ services: (registry: ServiceKey, runner: ServiceKey), in signers: [UInt8]
    ) throws -> [UInt8] {
        var text = String(decoding: signers, as: UTF8.self)
        if !text.isEmpty && !text.hasSuffix("\n") { text += "\n" }
        for (principal, key) in [("registry", services.registry), ("runner", services.runner)] {
            text += AllowedSigners.line(principal: principal, key: key.publicKey) + "\n"
        }
        return Array(text.utf8)
    }
}
