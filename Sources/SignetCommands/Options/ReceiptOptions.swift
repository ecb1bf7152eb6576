import ArgumentParser
import Foundation
import GitStore
import ModelRegistry
import SystemPackage

/// Where the receipt of what was written is kept.
struct ReceiptOptions: ParsableArguments {
    @Option(help: "Keep the ledger's receipt in this file, as JSON.")
    var receipt: FilePath?

    func validate() throws {
        guard let receipt else { return }
        var isFolder: ObjCBool = false
        let folder = receipt.removingLastComponent()
        let exists = FileManager.default.fileExists(
            atPath: receipt.string, isDirectory: &isFolder)
        if exists, isFolder.boolValue {
            throw ValidationError("--receipt '\(receipt)' is a folder; name a file")
        }
        let hasFolder = folder.isEmpty || FileManager.default.fileExists(atPath: folder.string)
        if !hasFolder { throw ValidationError("--receipt '\(receipt)': there is no such folder") }
    }

    /// Writes the receipts of commits that came onto branches: one alone, several as a list.
    func write(
        _ moves: [(commit: ObjectID, reference: String)], in registry: Registry
    ) throws {
        guard let receipt else { return }
        let receipts = try moves.compactMap { move in
            try registry.receipt(of: move.commit, on: move.reference).map {
                try registry.ledgerReceipt(of: $0.entry)
            }
        }
        guard receipts.count == moves.count else {
            throw RegistryError.invalid(
                "the ledger does not have the move yet, so there is no receipt for '\(receipt)'",
                hint: "later: signet ledger receipt show \(moves.first?.commit.hex ?? "COMMIT")")
        }
        let bytes =
            try receipts.count == 1
            ? CanonicalJSON.encode(receipts[0]) : CanonicalJSON.encode(receipts)
        do {
            try DurableFile.write(bytes, to: receipt)
        } catch let error as Errno {
            throw RegistryError.invalid(
                "the receipt can't be written to '\(receipt)': \(error)",
                hint: "the move is made; get the receipt again: signet ledger receipt show "
                    + (moves.first?.commit.hex ?? "COMMIT"))
        }
    }
}
