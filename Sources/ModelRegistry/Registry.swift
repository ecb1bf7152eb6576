import GitStore
import Glibc
import Signatures
import SystemPackage

/// A git repository kept as a model registry: the one door to everything in it.
///
/// It is opened on the bare repository, where updates are judged in process, or on a clone, where
/// they go through `git push` and the hooks judge them. Not `Sendable`: one per thread.
package final class Registry {
    /// What the registry is given by whoever opens it.
    package struct Surroundings {
        package var now: () -> Timestamp
        /// The environment for the programs that it starts (git).
        package var environment: [String: String]
        /// Checks of configuration files that other targets own, by path.
        package var configurationChecks: ConfigurationChecks

        package init(
            now: @escaping () -> Timestamp, environment: [String: String] = [:],
            configurationChecks: ConfigurationChecks = [:]
        ) {
            self.now = now
            self.environment = environment
            self.configurationChecks = configurationChecks
        }
    }

    /// Where references are read and moved.
    package enum Access: Hashable, Sendable {
        case local
        /// A clone, by the name of its remote.
        case clone(remote: String)
    }

    package let repository: GitRepository
    package let access: Access
    package let founding: ObjectID
    package let description: RegistryDescription
    package let surroundings: Surroundings
    package let artifacts: ArtifactStore
    package let judge: Judge
    package let receipts: any Receipts

    /// When all tags and kept commits were last compared with the ledger, and what was found.
    var keptComparison: (time: Timestamp, strays: [Stray])?
    private var readLedger: (tip: ObjectID?, map: LedgerMap)?

    /// The whole ledger, read once for as long as it stays the same.
    func wholeLedger() throws -> LedgerMap {
        let tip = try ledger.tip()
        if let readLedger, readLedger.tip == tip { return readLedger.map }
        let map = LedgerMap(repository: repository, reference: reference)
        readLedger = (tip, map)
        return map
    }

    /// The registry's own files: `signet/` in the repository's folder.
    package var folder: FilePath { repository.gitDirectory.appending("signet") }
    package var ledger: Ledger { Ledger(repository: repository) }
    var inbox: Inbox { Inbox(folder: folder.appending("inbox")) }

    /// Opens the registry at `path`.
    ///
    /// - Parameters:
    ///   - store: the folder of artifacts, where it isn't the repository's own.
    ///   - indexed: whether the ledger's index is to be brought up to date.
    package convenience init(
        at path: FilePath, store: FilePath? = nil, indexed: Bool = true,
        _ surroundings: Surroundings
    ) throws {
        let repository: GitRepository
        do {
            repository = try Self.repository(at: path, surroundings)
        } catch GitError.notARepository {
            throw RegistryError.notARegistry(path: path.string, why: "there is no git repository")
        }
        try self.init(repository, store: store, surroundings)
        guard let index = receipts as? LedgerIndex, Self.isWritable(repository) else { return }
        if indexed { try keepOwnHooks() }
        let isBehind = try indexed && index.head()?.commit != ledger.tip()
        if try isBehind || !inbox.stored().isEmpty || hasRefusalsWaiting() { try settle() }
    }

    /// Opens the registry around a repository, changing nothing: for hooks, which see a push's
    /// objects in quarantine.
    package init(
        _ repository: GitRepository, store: FilePath? = nil, _ surroundings: Surroundings
    ) throws {
        self.repository = repository
        self.surroundings = surroundings
        let access = try Self.access(of: repository)
        self.access = access
        // In a clone, git pushes what is written, and must find it.
        repository.gathersObjects = access == .local
        let resolve: (String) throws -> ObjectID? = { name in
            try repository.reference(Self.localName(name, access))
        }
        guard let main = try resolve("refs/heads/main") else {
            throw RegistryError.notARegistry(
                path: repository.gitDirectory.string, why: "it has no branch 'main'")
        }
        let commits = CommitReader(repository)
        let file = ".signet/registry.yaml"
        let found = try RegistryError.placing(at: "main, or its \(file),") {
            try repository.blob(at: file, in: commits.commit(main).tree)
        }
        guard let bytes = found else {
            throw RegistryError.notARegistry(
                path: repository.gitDirectory.string, why: "main has no \(file)")
        }
        description = try RegistryDescription.parse(bytes, file: file)
        founding = try RegistryError.placing(at: "main, or its history,") {
            try Self.founding(from: main, commits)
        }
        artifacts = ArtifactStore(
            root: store ?? repository.gitDirectory.appending("lfs"))
        receipts =
            try (access == .local ? Self.index(of: repository) : nil)
            ?? LedgerMap(repository: repository, reference: resolve)
        judge = Judge(
            repository: repository, founding: founding, receipts: receipts, artifacts: artifacts,
            configurationChecks: surroundings.configurationChecks, reference: resolve)
        let inbox = Inbox(folder: repository.gitDirectory.appending("signet").appending("inbox"))
        judge.isUnderWay = { [receipts] name, tip in
            // What can't be written can't be under way.
            guard receipts is LedgerIndex else { return false }
            let isAdmitted = try inbox.stored().map(\.intent).contains { intent in
                intent.reference == name && intent.verdicts.contains { $0.new == tip }
            }
            guard isAdmitted, let present = try resolve(name) else { return false }
            return try present == tip || repository.isAncestor(tip, of: present)
        }
    }

    /// The ledger's index; nil where it can neither be kept nor is up to date, for who may only read.
    private static func index(of repository: GitRepository) throws -> LedgerIndex? {
        let ledger = Ledger(repository: repository)
        let index = LedgerIndex(
            folder: repository.gitDirectory.appending("signet").appending("index"), ledger: ledger)
        if isWritable(repository) { return index }
        do {
            return try index.head()?.commit == ledger.tip() ? index : nil
        } catch is Errno {
            return nil  // not even readable
        }
    }

    /// Whether the registry's own files may be written here.
    private static func isWritable(_ repository: GitRepository) -> Bool {
        let folder = repository.gitDirectory.appending("signet")
        let place = Glibc.access(folder.string, F_OK) == 0 ? folder : repository.gitDirectory
        return Glibc.access(place.string, R_OK | W_OK | X_OK) == 0
    }

    /// Opens a repository, another user's too if git trusts it.
    package static func repository(
        at path: FilePath, _ surroundings: Surroundings
    ) throws -> GitRepository {
        do {
            return try GitRepository.open(at: path)
        } catch GitError.notOwned(let owned) {
            let answer = try git(["rev-parse", "--git-dir"], in: path, surroundings.environment)
            guard answer.status == 0 else { throw GitError.notOwned(path: owned) }
            return try GitRepository.open(at: path, trustingOwner: true)
        }
    }

    /// The commit a reference of the registry is at.
    package func reference(_ name: String) throws -> ObjectID? {
        try repository.reference(Self.localName(name, access))
    }

    /// The references below a prefix, by the names they have in the registry.
    package func references(prefix: String) throws -> [(name: String, target: ObjectID)] {
        let local = Self.localName(prefix, access)
        return try repository.references(prefix: local).map {
            (prefix + $0.name.dropFirst(local.count), $0.target)
        }
    }

    package var now: Timestamp { surroundings.now() }

    static func localName(_ name: String, _ access: Access) -> String {
        guard case .clone(let remote) = access, name.hasPrefix("refs/heads/") else { return name }
        return "refs/remotes/\(remote)/" + name.dropFirst("refs/heads/".count)
    }

    private static func access(of repository: GitRepository) throws -> Access {
        // A copy without files to work on is judged as it stands, whatever it says of an origin.
        if repository.isBare || isKept(in: repository) { return .local }
        guard try repository.config("remote.origin.url") != nil else { return .local }
        return try repository.reference("refs/remotes/origin/main") == nil
            ? .local : .clone(remote: "origin")
    }

    private static func founding(from main: ObjectID, _ commits: CommitReader) throws -> ObjectID {
        var id = main
        while let parent = try commits.commit(id).parents.first { id = parent }
        return id
    }
}
