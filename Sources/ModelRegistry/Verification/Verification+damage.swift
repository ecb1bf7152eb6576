import GitStore

/// What can't be read is a finding with its place; what else there is to verify is verified.
extension Verification {
    /// A commit of a chain that can't be read, or whose parent can't.
    struct Damage: Error, CustomStringConvertible {
        let commit: ObjectID
        /// How many commits are above it.
        let distance: Int
        let cause: any Error

        var description: String {
            "\(cause.firstLine), "
                + (distance == 0 ? "at the tip" : "\(distance) commits below the tip")
        }
    }

    /// Does a part of the verification; what ends it is told of `reference`.
    mutating func part(_ reference: String, _ work: (inout Verification) throws -> Void) {
        do {
            try work(&self)
        } catch {
            findings.append(.damage(error, on: reference))
        }
    }
}

extension Verification.Finding {
    static func damage(_ error: any Error, on reference: String) -> Self {
        let damage = error as? Verification.Damage
        let commit = damage?.commit ?? (error as? NotCanonical)?.id
        return .init(
            reference: reference, commit: commit, basis: .content,
            rule: Rule(stoppedBy: damage?.cause ?? error),
            saw: "can't be read: \(error.firstLine)")
    }
}
