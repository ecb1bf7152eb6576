import GitStore

/// Handing out what the ledger holds on an update.
extension Registry {
    /// The receipt of a ledger commit, complete.
    package func ledgerReceipt(of commit: ObjectID) throws -> LedgerReceipt {
        let link = Ledger.Link(commit: commit, entry: try ledger.entry(of: commit))
        let tree = try judge.commits.commit(commit).tree
        let entry = try repository.blob(at: LedgerEntry.path, in: tree) ?? []
        return LedgerReceipt(
            link, entry: String(decoding: entry, as: UTF8.self),
            commit: String(decoding: try repository.read(commit, as: .commit), as: UTF8.self),
            registry: founding)
    }

    /// The entry that a number or a commit means: the ledger's own, or one that an entry is about.
    package func ledgerLink(_ selector: String) throws -> Ledger.Link {
        let links = try ledger.entries(after: nil)
        if let number = Int(selector), selector.count < 10 {
            guard let link = links.first(where: { $0.entry.number == number }) else {
                throw RegistryError.invalid(
                    "the ledger has no entry \(number)",
                    hint: "the last is \(links.last?.entry.number ?? 0)")
            }
            return link
        }
        let found = links.last { link in
            link.commit.hex.hasPrefix(selector)
                || link.entry.verdict.new?.hex.hasPrefix(selector) == true
        }
        guard selector.count >= 7, let found else {
            throw RegistryError.invalid(
                "no entry of the ledger is about '\(selector)'",
                hint: "give an entry's number, or a commit's id with 7 digits or more")
        }
        return found
    }

    /// Settles, and says what a pusher of `updates` should keep: a line or two for each entry.
    package func receipts(settling updates: [ReferenceUpdate]) throws -> [String] {
        let names = Set(updates.map(\.name))
        var links = try settle().filter {
            $0.entry.moved != nil && names.contains($0.entry.verdict.reference)
        }
        for update in updates {
            // Another process may have settled this push before.
            guard let new = update.new, !links.contains(where: { $0.entry.moved == new }),
                let known = try receipts.receipt(of: new, on: update.name)
            else { continue }
            links.append(
                Ledger.Link(commit: known.entry, entry: try ledger.entry(of: known.entry)))
        }
        return links.flatMap { link in
            let entry = link.entry
            let subject = ReferenceTarget.short(entry.verdict.reference)
            return [
                "ledger entry \(entry.number), received \(entry.received): "
                    + "\(entry.verdict.kind.rawValue) \(subject)",
                PushedReceipt(link).line,
            ]
        }
    }
}
