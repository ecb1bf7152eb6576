import GitStore

extension LedgerEntry {
    /// The part of an entry that verification goes by: where what went, and when it came in.
    package struct Essence: Sendable {
        package let number: Int
        package let received: Timestamp
        package let reference: String
        package let new: ObjectID?
        package let kind: UpdateKind
        package let proposal: ObjectID?
        let effects: [Effect]

        /// Where the entry left its reference; nil when it tells of a refusal, which moved nothing.
        package var moved: ObjectID? { kind == .refused ? nil : new }

        /// What the registry itself did in consequence.
        struct Effect: Sendable {
            /// The branch that is gone since.
            var closed: String?
            /// The tag, or what keeps a decided commit.
            var keeper: String?
            let target: ObjectID
        }
    }
}

extension LedgerEntry.Essence {
    /// Reads the entry that a ledger commit holds.
    init(of commit: Commit, in repository: GitRepository) throws {
        try self.init(
            Ledger.bytes(of: commit, in: repository), file: "ledger entry \(commit.id.short)")
    }

    /// Reads the JSON of an entry. The rules' answers must be there, and are skipped.
    init(_ bytes: [UInt8], file: String) throws(DocumentError) {
        var number: Int?
        var received: Timestamp?
        var reference: String?
        var new: ObjectID?
        var kind: UpdateKind?
        var proposal: ObjectID?
        var effects: [Effect]?
        var hasAnswers = false
        func verdict(_ key: String, _ reader: inout JSONSkimmer) throws(DocumentError) {
            switch key {
            case "reference": reference = try reader.text()
            case "kind": kind = UpdateKind(rawValue: try reader.string())
            case "new": new = try Self.id(reader.stringBytes(), file)
            case "proposal": proposal = try Self.id(reader.stringBytes(), file)
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
                var found: [Effect] = []
                try reader.items { item throws(DocumentError) in
                    found.append(try Self.effect(&item, file))
                }
                effects = found
            default: try reader.skip()
            }
        }
        try reader.requireEnd()
        guard let number, let received, let reference, let kind, let effects, hasAnswers
        else {
            throw DocumentError(file: file, problem: "is not the JSON it should be")
        }
        self.init(
            number: number, received: received, reference: reference, new: new, kind: kind,
            proposal: proposal, effects: effects)
    }

    private static func effect(
        _ reader: inout JSONSkimmer, _ file: String
    ) throws(DocumentError) -> Effect {
        var kind: LedgerEntry.Effect.Kind?
        var reference: String?
        var target: ObjectID?
        var keptAs: String?
        try reader.members { key, reader throws(DocumentError) in
            switch key {
            case "kind": kind = LedgerEntry.Effect.Kind(rawValue: try reader.string())
            case "reference": reference = try reader.text()
            case "target": target = try id(reader.stringBytes(), file)
            case "keptAs": keptAs = try reader.text()
            default: try reader.skip()
            }
        }
        guard let kind, let reference, let target else {
            throw DocumentError(file: file, problem: "is not the JSON it should be")
        }
        switch kind {
        case .tag: return Effect(keeper: reference, target: target)
        case .close:
            // Without a reference the branch has moved on.
            return Effect(
                closed: reference.isEmpty ? nil : reference, keeper: keptAs, target: target)
        }
    }

    private static func id(
        _ digits: ArraySlice<UInt8>, _ file: String
    ) throws(DocumentError) -> ObjectID {
        guard let id = ObjectID(hexadecimal: digits) else {
            let text = String(decoding: digits, as: UTF8.self)
            throw DocumentError(file: file, problem: "has '\(text)' where an object's id should be")
        }
        return id
    }
}
