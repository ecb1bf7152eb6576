import GitStore
import Signatures
import SystemPackage

/// What `signet audit kit` wrote.
package struct AuditKit {
    package var founding: ObjectID
    package var commits: Int
    package var branches: Int
    /// The histories, judged again: a kit of what doesn't hold is written all the same, and shows it.
    package var verification: Verification
}

extension Registry {
    /// Writes the folder that an outside auditor checks with git alone; all of it or nothing.
    ///
    /// - Parameters:
    ///   - folder: an absolute path: git, which writes the bundle, runs in the registry's folder.
    ///   - script: check.sh.
    ///   - readme: what README.txt says below the registry's name.
    package func auditKit(
        at folder: FilePath, script: [UInt8], readme: [UInt8]
    ) throws -> AuditKit {
        guard try DurableFile.names(in: folder).isEmpty else {
            throw RegistryError.alreadyExists(path: folder.string)
        }
        guard access == .local else {
            throw RegistryError.invalid(
                "a kit is made from the registry or a mirror of it, which this clone is not",
                hint: "git clone --mirror URL, then --registry that mirror")
        }
        try demandLedger()
        let staging = folder.removingLastComponent()
            .appending(
                ".\(folder.lastComponent?.string ?? "kit")-\(UInt32.random(in: 0 ... .max))")
        do {
            try DurableFile.makeDirectory(staging)
            let (table, verification) = try bundled(at: staging.appending("registry.bundle"))
            try write(table, to: staging)
            let title = "Audit kit of the registry '\(description.name)', made \(now)\n"
            try write(Array(title.utf8) + readme, to: staging.appending("README.txt"))
            try write(script, to: staging.appending("check.sh"))
            try DurableFile.replaceDirectory(folder, with: staging)
            return AuditKit(
                founding: founding, commits: table.rows.count,
                branches: Set(table.rows.compactMap(\.reference)).count,
                verification: verification)
        } catch {
            try DurableFile.removeTree(staging)
            throw error
        }
    }

    private static let attempts = 8

    /// The bundle and the table of one state: made again when a reference moved meanwhile.
    private func bundled(at file: FilePath) throws -> (KitTable, Verification) {
        for _ in 0..<Self.attempts {
            let before = try repository.references(prefix: "refs/")
            let verification = try verify()
            guard !verification.isUnreadable else {
                throw RegistryError.damaged(
                    what: "the ledger",
                    why: verification.findings.map(\.saw).joined(separator: "; "))
            }
            let table = try KitTableBuilder(Auditor(self)).build(before)
            let made = try git(["bundle", "create", "--quiet", file.string, "--all"])
            guard made.status == 0 else {
                if DurableFile.isFull(file.removingLastComponent()) {
                    throw GitError.diskFull(path: file)
                }
                throw RegistryError.invalid(
                    "git can't make the bundle: \(made.words)",
                    hint: "`git bundle create` must work in the registry")
            }
            let after = try repository.references(prefix: "refs/")
            if before.elementsEqual(after, by: { $0 == $1 }) { return (table, verification) }
        }
        throw RegistryError.invalid(
            "the registry moved each time its state was read", hint: "try again when it is quieter")
    }

    private func write(_ table: KitTable, to folder: FilePath) throws {
        var signers = KitSigners()
        let main = try reference(Judge.main)
        let states = try main.map { try repository.firstParents(from: $0) } ?? []
        for id in states.reversed() {
            signers.take(try judge.policies.snapshot(of: judge.commits.commit(id).tree).signers)
        }
        var revoked: [PublicKey: Int64] = [:]
        for item in try revocations() {
            let receipt = try receipts.receipt(of: item.commit, on: RevocationReader.reference)
            let came = try receipt?.received ?? judge.commits.commit(item.commit).committed
            // A key given up twice is so from the first time on.
            revoked[item.revocation.key] = revoked[item.revocation.key] ?? came.seconds
        }
        let current = try main.flatMap {
            try repository.blob(at: PolicyReader.signersPath, in: judge.commits.commit($0).tree)
        }
        try write(current ?? [], to: folder.appending("allowed_signers"))
        try write(
            Array(signers.text(admitting: table.used, revoked: revoked).utf8),
            to: folder.appending("allowed_signers.historical"))
        try write(Array(table.text.utf8), to: folder.appending("required-signers.tsv"))
        var known: [String: ObjectID] = [:]
        for row in table.rows {
            if let name = row.reference, known[name] == nil { known[name] = row.commit }
        }
        let lines = try everyEnvironment().compactMap { environment in
            known[environment.branch].map { "\($0.hex) \(environment.branch)\n" }
        }
        try write(
            Array(("\(founding.hex) \(Judge.main)\n" + lines.joined()).utf8),
            to: folder.appending("founding.txt"))
    }

    private func write(_ bytes: [UInt8], to file: FilePath) throws {
        try DurableFile.write(
            bytes, to: file, mode: [.ownerReadWrite, .groupRead, .otherRead], synced: false)
    }
}
