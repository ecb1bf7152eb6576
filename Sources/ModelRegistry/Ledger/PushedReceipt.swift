import GitStore

/// The line that a push is answered with: enough to recognise the entry again.
package struct PushedReceipt: Hashable, Sendable {
    package let number: Int
    package let received: Timestamp
    /// The branch, without `refs/heads/`.
    package let reference: String
    /// The first ten digits of the commit.
    package let new: String
    package let ledgerCommit: ObjectID

    package init(_ link: Ledger.Link) {
        number = link.entry.number
        received = link.entry.received
        reference = ReferenceTarget.short(link.entry.verdict.reference)
        new = link.entry.verdict.new?.short ?? "-"
        ledgerCommit = link.commit
    }

    package var line: String {
        "receipt: entry \(number), \(received), \(reference) \(new), ledger \(ledgerCommit.hex)"
    }

    /// The receipts among the lines of a text, such as what `git push` printed.
    package static func all(in text: String) -> [PushedReceipt] {
        text.split(whereSeparator: \.isNewline).compactMap { PushedReceipt(line: $0) }
    }

    private init?(line: Substring) {
        let pattern =
            /signet: receipt: entry ([0-9]{1,9}), (\S+), (\S+) ([0-9a-f]{10}|-), ledger ([0-9a-f]{40})\s*$/
        guard let match = line.firstMatch(of: pattern), let number = Int(match.1),
            let received = Timestamp(match.2), let commit = ObjectID(match.5)
        else { return nil }
        self.number = number
        self.received = received
        reference = String(match.3)
        new = String(match.4)
        ledgerCommit = commit
    }
}
