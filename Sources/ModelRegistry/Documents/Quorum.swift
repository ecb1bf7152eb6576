/// Whether signers fill a vector of roles, each signer for one role at most.
package enum Quorum {
    /// How many of each role are still missing when the signers are placed as well as they can be;
    /// empty when none is.
    ///
    /// Somebody who holds several of the roles fills one place. The answer depends on the arguments
    /// alone: of several best placings, the one that fills the roles that come first by name.
    package static func missing(
        roles: [RoleName: Int], signers: [PrincipalID: Set<RoleName>]
    ) -> [RoleName: Int] {
        placing(roles: roles, signers: signers).filter { $0.signer == nil }
            .reduce(into: [:]) { $0[$1.role, default: 0] += 1 }
    }

    /// Every place of the vector, by role, with the signer who fills it; nil where nobody does.
    package static func placing(
        roles: [RoleName: Int], signers: [PrincipalID: Set<RoleName>]
    ) -> [(role: RoleName, signer: PrincipalID?)] {
        let places = roles.sorted { $0.key < $1.key }
            .flatMap { role, count in Array(repeating: role, count: max(0, count)) }
        let people = signers.sorted { $0.key < $1.key }
        var matching = Matching(
            candidates: places.map { role in
                people.indices.filter { people[$0].value.contains(role) }
            }, count: people.count)
        for index in places.indices { _ = matching.fill(index) }
        return places.indices.map { index in
            (places[index], matching.person(at: index).map { people[$0].key })
        }
    }
}

/// A matching of places and people, grown by augmenting paths (Kuhn's algorithm).
private struct Matching {
    /// The people who may take each place.
    let candidates: [[Int]]
    /// The place that each person has.
    private var place: [Int?]

    init(candidates: [[Int]], count: Int) {
        self.candidates = candidates
        place = Array(repeating: nil, count: count)
    }

    /// Fills one more place, moving people who are placed already; false when it can't be filled.
    mutating func fill(_ index: Int) -> Bool {
        var visited = Array(repeating: false, count: place.count)
        return fill(index, &visited)
    }

    /// Who has a place; nil for nobody.
    func person(at index: Int) -> Int? { place.firstIndex(of: index) }

    private mutating func fill(_ index: Int, _ visited: inout [Bool]) -> Bool {
        for person in candidates[index] where !visited[person] {
            visited[person] = true
            if let other = place[person], !fill(other, &visited) { continue }
            place[person] = index
            return true
        }
        return false
    }
}
