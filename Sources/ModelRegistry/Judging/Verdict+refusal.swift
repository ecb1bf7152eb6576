import GitStore

/// A refusal as the ledger keeps it: of bounded size, whatever was pushed.
extension Verdict {
    /// The most that the answers may take in the ledger, in bytes.
    static let answersLimit = 16 << 10
    private static let textLimit = 1024
    private static let nameLimit = 512

    /// What the ledger says of a refused update.
    ///
    /// - Parameter update: the update as it was asked for, of which this may judge one step.
    func kept(refusing update: ReferenceUpdate) -> Verdict {
        var kept = self
        kept.reference = Self.bounded(update.name, Self.nameLimit)
        kept.old = update.old
        kept.step = new == update.new ? nil : new
        kept.new = update.new
        kept.attempted = kind == .refused ? nil : kind
        kept.kind = .refused
        kept.reason = reason.map { Self.bounded($0, Self.textLimit) }
        // What denied goes first: it stays when there is too much of it all.
        let sorted = denials + answers.filter { !$0.denies }
        var size = 0
        kept.answers = sorted.map(Self.bounded).filter { answer in
            size += Self.size(of: answer)
            return size <= Self.answersLimit
        }
        return kept
    }

    /// What the ledger says of an accepted update: every answer, texts cut where they are long. What was
    /// signed has all of it.
    func keptAccepting() -> Verdict {
        var kept = self
        kept.reason = reason.map { Self.bounded($0, Self.textLimit) }
        kept.answers = answers.map(Self.bounded)
        return kept
    }

    private static func bounded(_ answer: RuleAnswer) -> RuleAnswer {
        var answer = answer
        answer.saw = bounded(answer.saw, textLimit)
        answer.hint = answer.hint.map { bounded($0, textLimit) }
        return answer
    }

    /// With the names and quotes of its fields, and what JSON writes for a character at most.
    private static func size(of answer: RuleAnswer) -> Int {
        let texts = [answer.saw, answer.hint ?? ""].map { text in
            text.unicodeScalars.reduce(0) { $0 + ($1.value < 0x20 ? 6 : $1 == "\"" ? 2 : $1.utf8) }
        }
        return texts.reduce(120, +)
    }

    /// A text on one line, cut off at `limit` bytes.
    private static func bounded(_ text: String, _ limit: Int) -> String {
        var bounded = String.UnicodeScalarView()
        var size = 0
        for scalar in text.unicodeScalars {
            let isControl = scalar.properties.generalCategory == .control && scalar != "\n"
            let plain: Unicode.Scalar = isControl ? "?" : scalar
            size += plain.utf8
            guard size <= limit else { return String(bounded) + "…" }
            bounded.append(plain)
        }
        return String(bounded)
    }
}

extension Unicode.Scalar {
    /// How many bytes it takes in UTF-8.
    fileprivate var utf8: Int { UTF8.width(self) }
}
