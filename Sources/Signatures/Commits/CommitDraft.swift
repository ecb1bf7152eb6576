/// A commit to be written, in the strict grammar.
package struct CommitDraft: Hashable, Sendable {
    /// The tree's id, 40 lowercase hexadecimal digits.
    package let tree: String
    /// The parents' ids in order.
    package let parents: [String]
    /// Who the commit says wrote it.
    package let author: Identity
    /// Who the commit says made it.
    package let committer: Identity
    /// The message, ended by a line feed unless it is empty.
    package let message: String

    /// Makes a draft that ``SignedCommit`` would accept; throws the fault it would find.
    package init(
        tree: String, parents: [String], author: Identity, committer: Identity, message: String
    ) throws(CommitFault) {
        guard Hexadecimal.isObjectID(tree.utf8) else { throw .malformedHeader("tree") }
        for parent in parents where !Hexadecimal.isObjectID(parent.utf8) {
            throw .malformedHeader("parent")
        }
        let isEnded = message.isEmpty || message.utf8.last == UInt8(ascii: "\n")
        let ended = isEnded ? message : message + "\n"
        try CommitParser.demandPlainText([UInt8](ended.utf8))
        self.tree = tree
        self.parents = parents
        self.author = author
        self.committer = committer
        self.message = ended
    }

    /// The unsigned commit's bytes, which a signature is made over.
    package func payload() -> [UInt8] {
        [UInt8]((headers + "\n" + message).utf8)
    }

    /// The commit's bytes with a signature after the headers, where git puts it.
    package func signed(armor: String) -> [UInt8] {
        var lines = armor.utf8.split(
            separator: UInt8(ascii: "\n"), omittingEmptySubsequences: false)
        if lines.last?.isEmpty == true { lines.removeLast() }
        var bytes = [UInt8](headers.utf8)
        for (number, line) in lines.enumerated() {
            bytes.append(contentsOf: number == 0 ? "gpgsig ".utf8 : " ".utf8)
            bytes.append(contentsOf: line)
            bytes.append(UInt8(ascii: "\n"))
        }
        bytes.append(UInt8(ascii: "\n"))
        bytes.append(contentsOf: message.utf8)
        return bytes
    }

    /// Signs the payload and returns the commit's bytes.
    package func signed(by signer: any CommitSigner) throws -> [UInt8] {
        signed(armor: try signer.sign(payload()))
    }

    private var headers: String {
        let lines =
            ["tree \(tree)"] + parents.map { "parent \($0)" }
            + ["author \(author)", "committer \(committer)"]
        return lines.map { $0 + "\n" }.joined()
    }
}
