import ArgumentParser
import GitStore
import ModelRegistry
import Notifications
import Signatures
import SystemPackage

/// `signet init`: a new registry.
struct InitCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "init", abstract: "Make a registry.",
        discussion: """
            Without --policy, a starter policy is written for you (name, e-mail and signing key as \
            git knows them) and the principals you name.
            """)

    @Argument(help: "Where: a path that does not exist, or an empty folder.")
    var path: FilePath
    @Option(help: "The environments, lowest first.")
    var environments = "dev,test,uat,prod"
    @Option(
        help: ArgumentHelp(
            "A principal; may be given several times.", valueName: "id,name,email,keyfile"))
    var principal: [String] = []
    @Option(help: "A policy of your own; needs --allowed-signers.")
    var policy: FilePath?
    @Option(name: .customLong("allowed-signers"), help: "The keys that go with --policy.")
    var allowedSigners: FilePath?
    @Option(help: "The registry's name. Default: the path's last part.")
    var name: String?
    @OptionGroup var keys: KeyOptions
    @Option(help: "How the answer is written.")
    var format: OutputFormat = .text

    func validate() throws {
        guard (policy == nil) == (allowedSigners == nil) else {
            throw ValidationError("--policy and --allowed-signers go together")
        }
    }

    func run() throws {
        let signer = try keys.signer()
        let files = try ProgramFiles()
        let resources = try files.resources()
        let start = try starter(signer)
        let foundation = Foundation(
            name: name ?? path.lastComponent?.stem ?? "registry", policy: start.policy,
            signers: start.signers,
            files: [(".signet/rules.yaml", Array(StarterRules.yaml.utf8))]
                + (try ProgramFiles.files(
                    in: resources.appending("templates").appending("email"),
                    below: "templates/email"
                )),
            hooks: try files.hooks(),
            program: files.program, configuration: Array(StarterConfiguration.yaml.utf8))
        let registry = try Registry.initialise(
            at: path, foundation, signer: signer, .live)
        for warning in start.warnings { Terminal.say("warning: \(warning)") }
        try report(registry)
    }

    private func starter(
        _ signer: any CommitSigner
    ) throws -> (policy: [UInt8], signers: [UInt8], warnings: [String]) {
        if let policy, let allowedSigners {
            return (try contents(of: policy), try contents(of: allowedSigners), [])
        }
        let ladder = try environments.split(separator: ",").map { try Environment(String($0)) }
        let others = try principal.map(NamedPrincipal.init)
        let owner = try others.first { $0.key == signer.publicKey }?.principal ?? administrator()
        let made = StarterPolicy.make(
            environments: ladder, administrator: owner, principals: others.map(\.principal))
        var lines = others.map { AllowedSigners.line(principal: $0.principal.id.text, key: $0.key) }
        if !others.contains(where: { $0.key == signer.publicKey }) {
            lines.insert(
                AllowedSigners.line(principal: owner.id.text, key: signer.publicKey), at: 0)
        }
        return (
            Array(made.yaml.utf8), Array((lines.joined(separator: "\n") + "\n").utf8), made.warnings
        )
    }

    /// The person in git's configuration.
    private func administrator() throws -> Principal {
        guard let name = try GitIdentity.name(), let email = try GitIdentity.email() else {
            throw RegistryError.invalid(
                "git does not know who you are",
                hint:
                    "git config --global user.name \"Your Name\"; git config --global user.email you@example.com"
            )
        }
        let local = email.prefix { $0 != "@" }.lowercased()
        let id = String(
            local.filter { $0.isASCII && ($0.isLetter || $0.isNumber || "._-+".contains($0)) })
        return Principal(id: try PrincipalID(id.isEmpty ? "admin" : id), name: name, email: email)
    }

    private func report(_ registry: Registry) throws {
        let path = Terminal.folder.pushing(path).lexicallyNormalized()
        let made = Made(
            registry: path.string, founding: registry.founding,
            environments: try registry.environments(),
            principals: try registry.mainSnapshot().policy.principals.map(\.id))
        try Renderer(format: format).render(made) {
            """
            made the registry \(path)
              founding commit  \(made.founding.hex)
                               (note it: `signet verify --founding` proves the history against it)
              environments     \(made.environments.map(\.name).joined(separator: " → "))
              principals       \(made.principals.map(\.text).joined(separator: ", "))
              policy           git -C \(path) show main:.signet/policy.yaml
              settings         \(path)/signet/config.yaml
            next: export SIGNET_REGISTRY=\(path)
                  signet register MODEL --artifact FILE --metrics FILE --card FILE
            """
        }
    }

    private struct Made: Encodable {
        let registry: String
        let founding: ObjectID
        let environments: [Environment]
        let principals: [PrincipalID]
    }
}

/// A principal as `--principal id,name,email,keyfile` names it.
struct NamedPrincipal {
    let principal: Principal
    let key: PublicKey

    init(_ text: String) throws {
        let fields = text.split(separator: ",", omittingEmptySubsequences: false).map(String.init)
        guard fields.count == 4 else {
            throw ValidationError("--principal '\(text)' must be id,name,email,keyfile")
        }
        principal = Principal(id: try PrincipalID(fields[0]), name: fields[1], email: fields[2])
        key = try Self.key(in: FilePath(KeyOptions.expandingHome(fields[3])))
    }

    /// The public key in a file, or beside a private key's file.
    static func key(in file: FilePath) throws -> PublicKey {
        let beside = FilePath(file.string + ".pub")
        let isPublic = file.extension == "pub"
        let bytes = try contents(
            of: isPublic ? file : try DurableFile.read(beside) == nil ? file : beside)
        let line = String(decoding: bytes, as: UTF8.self).split(separator: "\n").first ?? ""
        do {
            return try PublicKey(openSSHLine: String(line))
        } catch {
            throw RegistryError.invalid(
                "'\(file)' holds no public SSH key: \(error)",
                hint: "name the .pub file of a key made by ssh-keygen")
        }
    }
}
