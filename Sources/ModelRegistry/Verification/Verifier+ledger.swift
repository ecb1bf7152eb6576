import GitStore

extension Verifier {
    /// What is to be told of entries that follow each other.
    struct PieceOfLedger: Sendable {
        /// The distance of its newest entry from the ledger's tip.
        let place: Int
        /// The oldest entry, with its fault.
        let first: (number: Int, commit: ObjectID, fault: LedgerReading.Fault?)
        /// The newest entry's number.
        let last: Int
        /// The faults of the entries after the oldest, oldest first.
        let others: [LedgerReading.Fault]
    }

    /// Reads and checks entries until none is left.
    func readEntries(
        from queue: FirstParentQueue, _ count: Int, under snapshot: PolicySnapshot,
        _ strictness: LedgerReading.Strictness, into gathered: LedgerReading.Gathered
    ) throws -> [PieceOfLedger] {
        var pieces: [PieceOfLedger] = []
        while let piece = try queue.take(count, from: judge.commits) {
            let entries = try piece.commits.map { try read($0, under: snapshot, strictness) }
            gathered.add(entries.map(\.essence), piece)
            let oldest = entries.count - 1
            var others: [LedgerReading.Fault] = []
            for index in stride(from: oldest - 1, through: 0, by: -1) {
                let gap = LedgerReading.gap(
                    after: entries[index + 1].essence.number, entries[index].essence.number,
                    at: piece.commits[index].id)
                if let fault = gap ?? entries[index].fault { others.append(fault) }
            }
            pieces.append(
                PieceOfLedger(
                    place: piece.start,
                    first: (
                        entries[oldest].essence.number, piece.commits[oldest].id,
                        entries[oldest].fault
                    ),
                    last: entries[0].essence.number, others: others))
        }
        return pieces
    }

    /// One entry, and what is wrong with it but for its place.
    private func read(
        _ commit: Commit, under snapshot: PolicySnapshot, _ strictness: LedgerReading.Strictness
    ) throws -> (essence: LedgerEntry.Essence, fault: LedgerReading.Fault?) {
        let file = "ledger entry \(commit.id.short)"
        let only = try repository.tree(commit.tree).only
        let isAlone = only?.name == LedgerEntry.path && only?.mode == .file
        let bytes =
            if isAlone, let only { try repository.read(only.id, as: .blob) } else {
                try Ledger.bytes(of: commit, in: repository)
            }
        let essence = try LedgerEntry.Essence(bytes, file: file)
        // The chain ends at the entry that has no parent.
        if commit.parents.count > 1 {
            let saw = "entry \(essence.number) has \(commit.parents.count) parents"
            return (essence, LedgerReading.Fault(commit: commit.id, saw: saw))
        }
        guard try isAlone && isWritten(bytes, strictness, file) else {
            let saw =
                "entry \(essence.number) is not written as the registry writes it, "
                + "or is not alone in its commit"
            return (essence, LedgerReading.Fault(commit: commit.id, saw: saw))
        }
        let saw = LedgerCheck.signatureFault(
            of: commit, essence.number, essence.received, judge, snapshot)
        return (essence, saw.map { LedgerReading.Fault(commit: commit.id, saw: $0) })
    }

    private func isWritten(
        _ bytes: [UInt8], _ strictness: LedgerReading.Strictness, _ file: String
    ) throws -> Bool {
        switch strictness {
        case .layout: return CanonicalLayout.isKept(by: bytes)
        case .everyByte:
            let entry = try CanonicalJSON.decode(LedgerEntry.self, from: bytes, file: file)
            return try CanonicalJSON.encode(entry) == bytes
        }
    }
}
