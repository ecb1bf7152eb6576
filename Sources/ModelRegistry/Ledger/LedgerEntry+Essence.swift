import GitStore

extension LedgerEntry {
    /// The part of an entry that an audit goes by: where what went, and when it came in.
    package struct Essence: Sendable {
        package let number: Int
        package let received: Timestamp
        package let reference: String
        package let new: ObjectID?
        package let kind: UpdateKind
        package let proposal: ObjectID?
    }
}

extension LedgerEntry.Essence {
    /// Reads the entry that a ledger commit holds.
    init(of commit: Commit, in repository: GitRepository) throws {
        guard let bytes = try repository.blob(at: LedgerEntry.path, in: commit.tree) else {
            throw RegistryError.damaged(
                what: "ledger entry \(commit.id.short)", why: "it has no \(LedgerEntry.path)")
        }
        try self.init(bytes, file: "ledger entry \(commit.id.short)")
    }

    /// Reads the JSON of an entry. The rules' answers must be there, and are skipped.
    init(_ bytes: [UInt8], file: String) throws(DocumentError) {
        var number: Int?
        var received: Timestamp?
        var reference: String?
        var new: ObjectID?
        var kind: UpdateKind?
        var proposal: ObjectID?
        var (hasEffects, hasAnswers) = (false, false)
        func verdict(_ key: String, _ reader: inout JSONSkimmer) throws(DocumentError) {
            switch key {
            case "reference": reference = try reader.string()
            case "kind": kind = UpdateKind(rawValue: try reader.string())
            case "new": new = try Self.id(reader.string(), file)
            case "proposal": proposal = try Self.id(reader.string(), file)
            case "answers":
                hasAnswers = reader.isAtList
                try reader.skip()
            default: try reader.skip()
            }
        }
        var reader = try JSONSkimmer(bytes, file: file)
        try reader.members { key, reader throws(DocumentError) in
            switch key {
            case "number": number = try reader.integer()
            case "received": received = Timestamp(try reader.string())
            case "verdict": try reader.members(verdict)
            case "effects":
                hasEffects = reader.isAtList
                try reader.skip()
            default: try reader.skip()
            }
        }
        try reader.requireEnd()
        guard let number, let received, let reference, let kind, hasEffects, hasAnswers else {
            throw DocumentError(file: file, problem: "is not the JSON it should be")
        }
        self.init(
            number: number, received: received, reference: reference, new: new, kind: kind,
            proposal: proposal)
    }

    private static func id(_ text: String, _ file: String) throws(DocumentError) -> ObjectID {
        guard let id = ObjectID(text) else {
            throw DocumentError(file: file, problem: "has '\(text)' where an object's id should be")
        }
        return id
    }
}
