/// Counts distinct principals against a vector of roles, each person once, whichever roles they hold.
package enum Quorum {
    /// The roles that stay without a principal; empty when the vector is met.
    ///
    /// A maximum matching of principals to places, by augmenting paths (H. W. Kuhn, "The Hungarian
    /// method for the assignment problem", 1955), in the order of names, so that equal questions
    /// have equal answers.
    package static func missing(
        roles: [RoleName: Int], signers: [PrincipalID: Set<RoleName>]
    ) -> [RoleName: Int] {
        let places = roles.sorted { $0.key < $1.key }.flatMap {
            Array(repeating: $0.key, count: $0.value)
        }
        var holders: [Int: PrincipalID] = [:]
        for signer in signers.keys.sorted() {
            var seen: Set<Int> = []
            _ = seat(signer, signers, places, &holders, &seen)
        }
        var missing: [RoleName: Int] = [:]
        for (index, role) in places.enumerated() where holders[index] == nil {
            missing[role, default: 0] += 1
        }
        return missing
    }

    /// Finds a place for the signer, moving others to other places where that makes room.
    private static func seat(
        _ signer: PrincipalID, _ signers: [PrincipalID: Set<RoleName>], _ places: [RoleName],
        _ holders: inout [Int: PrincipalID], _ seen: inout Set<Int>
    ) -> Bool {
        for (index, role) in places.enumerated()
        where signers[signer]?.contains(role) == true && seen.insert(index).inserted {
            if let other = holders[index], !seat(other, signers, places, &holders, &seen) {
                continue
            }
            holders[index] = signer
            return true
        }
        return false
    }
}
