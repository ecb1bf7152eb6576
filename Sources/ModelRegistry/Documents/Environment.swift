/// An environment's name: one rung of the ladder in the policy.
package struct Environment: CanonicalName {
    /// The name as it is written.
    package let name: String

    package init(_ text: String) throws(DocumentError) {
        let isLetter = text.first.map { ("a"..."z").contains($0) } ?? false
        guard isLetter, text.utf8.count <= 32,
            text.allSatisfy({ $0.isLowercaseNameCharacter || $0 == "-" })
        else {
            throw DocumentError(
                file: "", problem: "'\(text)' is not an environment's name",
                hint: "1 to 32 of a-z 0-9 -, of which the first is a letter")
        }
        name = text
    }

    package var description: String { name }
    /// The branch whose first-parent chain is what was approved.
    package var branch: String { "refs/heads/env/\(name)" }
    /// The branch of the run records.
    package var runsBranch: String { "refs/heads/runs/\(name)" }

    /// The branch of an open proposal.
    /// The branch that gathers signatures for the roll-out of a configuration.
    package func rolloutBranch(_ serial: Int) -> String { "refs/heads/rollout/\(name)/\(serial)" }

    package func proposalBranch(_ version: ModelVersion) -> String {
        "refs/heads/promote/\(name)/\(version.tag)"
    }

    /// What the references of decided proposals begin with; a number from 1 follows.
    package func closedPrefix(_ version: ModelVersion) -> String {
        "refs/signet/closed/\(name)/\(version.tag)/"
    }
}
