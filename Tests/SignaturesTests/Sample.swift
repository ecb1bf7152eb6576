@testable import Signatures

/// Fixed keys and commits to start from.
enum Sample {
    static let emptyTree = "4b825dc642cb6eb9a060e54bf8d69288fbee4904"
    static let parent = String(repeating: "a1", count: 20)

    static func key(_ number: UInt8 = 1) throws -> ServiceKey {
        try ServiceKey(seed: [UInt8](repeating: number, count: 32), comment: "sample \(number)")
    }

    static func draft(
        message: String = "Subject\n\nBody\n\nDecision: approved\n", parents: [String] = [parent]
    ) throws -> CommitDraft {
        try CommitDraft(
            tree: emptyTree, parents: parents,
            author: Identity(
                name: "Jane Doe", email: "jane@example.com", seconds: 1_700_000_000, offset: 60),
            committer: Identity(
                name: "Jürgen Ömer", email: "j@example.com", seconds: 1_700_000_060, offset: -210),
            message: message)
    }

    /// The text of a signed commit.
    static func commit() throws -> String {
        String(decoding: try draft().signed(by: key()), as: UTF8.self)
    }
}

extension String {
    /// Replaces the first occurrence; the text is returned unchanged where there is none.
    func replacingFirst(_ old: String, with new: String) -> String {
        guard let range = firstRange(of: old) else { return self }
        return replacingCharacters(in: range, with: new)
    }

    private func firstRange(of text: String) -> Range<String.Index>? {
        ranges(of: text).first
    }

    private func replacingCharacters(in range: Range<String.Index>, with new: String) -> String {
        self[..<range.lowerBound] + new + self[range.upperBound...]
    }

    var bytes: [UInt8] { [UInt8](utf8) }
}

extension SignedCommit {
    /// The values of a trailer, its key compared without regard to case.
    func trailerValues(_ key: String) -> [String] {
        trailers.filter { $0.isNamed(key) }.map(\.value)
    }
}
