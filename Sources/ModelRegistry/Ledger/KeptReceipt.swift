import GitStore

/// A receipt as somebody kept it: complete, or the line that a push was answered with.
package enum KeptReceipt: Hashable, Sendable {
    case complete(LedgerReceipt)
    case pushed(PushedReceipt)

    package var number: Int {
        switch self {
        case .complete(let receipt): receipt.number
        case .pushed(let receipt): receipt.number
        }
    }

    package var ledgerCommit: ObjectID {
        switch self {
        case .complete(let receipt): receipt.ledgerCommit
        case .pushed(let receipt): receipt.ledgerCommit
        }
    }

    /// The receipts in a file: one in JSON, a list of them, or any text with the lines of pushes.
    package static func all(in bytes: [UInt8], file: String) throws -> [KeptReceipt] {
        let text = String(decoding: bytes, as: UTF8.self)
        switch text.first(where: { !$0.isWhitespace }) {
        case "{":
            return [
                .complete(try CanonicalJSON.decode(LedgerReceipt.self, from: bytes, file: file))
            ]
        case "[":
            let receipts = try CanonicalJSON.decode([LedgerReceipt].self, from: bytes, file: file)
            if !receipts.isEmpty { return receipts.map { .complete($0) } }
        default:
            let lines = PushedReceipt.all(in: text)
            if !lines.isEmpty { return lines.map { .pushed($0) } }
        }
        throw RegistryError.invalid(
            "'\(file)' holds no receipt",
            hint: "give what `signet ledger receipt show` printed, what --receipt wrote, or the "
                + "output of a git push with its lines 'signet: receipt: …'")
    }
}
