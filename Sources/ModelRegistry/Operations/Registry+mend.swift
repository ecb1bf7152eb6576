import GitStore
import SystemPackage

/// Putting back references whose files can't be read: without them no registry opens.
extension Registry {
    /// A reference whose file was unreadable.
    package struct Mended: Codable, Sendable {
        package var reference: String
        /// Where it is now; nil when the ledger knows of none.
        package var target: ObjectID?
        /// Where the unreadable file was put.
        package var keptAs: String
    }

    /// Sets unreadable files of references aside, below `signet/damaged/`, and puts the references
    /// back to where the ledger left them; the ledger itself to the last entry of its index.
    package static func mend(at path: FilePath) throws -> [Mended] {
        let repository = try GitRepository.open(at: path)
        guard isKept(in: repository) else { return [] }
        let broken = try repository.unreadableReferences()
        guard !broken.isEmpty else { return [] }
        let folder = repository.gitDirectory.appending("signet")
        let ledger = Ledger(repository: repository)
        let index = LedgerIndex(folder: folder.appending("index"), ledger: ledger)
        var mended: [Mended] = []
        // The ledger first, since it says where the others go.
        for name in broken.filter({ $0 == Ledger.reference }) {
            guard let head = try index.head(), repository.contains(head.commit) else {
                throw RegistryError.damaged(
                    what: "the file '\(name)'", why: "and its index does not name the last entry")
            }
            mended.append(try put(name, to: head.commit, in: repository, folder))
        }
        let facts = try LedgerFacts.read(repository)
        let branches = facts.branches()
        for name in broken where name != Ledger.reference {
            let target = branches[name] ?? facts.kept(name)
            mended.append(try put(name, to: target, in: repository, folder))
        }
        return mended
    }

    /// Removes the ledger's index; whoever opens the registry next makes it again.
    package static func forgetIndex(at path: FilePath) throws {
        let repository = try GitRepository.open(at: path)
        let folder = repository.gitDirectory.appending("signet").appending("index")
        try LedgerIndex(folder: folder, ledger: Ledger(repository: repository)).reset()
    }

    private static func put(
        _ name: String, to target: ObjectID?, in repository: GitRepository, _ folder: FilePath
    ) throws -> Mended {
        let file = repository.gitDirectory.appending(name)
        let damaged = folder.appending("damaged")
            .appending("\(name.replacing("/", with: "%2F"))-\(UInt32.random(in: 0 ... .max))")
        try DurableFile.write(try DurableFile.read(file, limit: 1 << 20) ?? [], to: damaged)
        try DurableFile.remove(file)
        // What was packed long ago shows again.
        let old = try repository.reference(name)
        if old != target {
            try repository.update(
                [ReferenceUpdate(name: name, old: old, new: target)], log: "repair")
        }
        return Mended(reference: name, target: target, keptAs: damaged.string)
    }
}
