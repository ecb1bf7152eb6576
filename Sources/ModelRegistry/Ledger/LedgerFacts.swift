import GitStore

/// What the ledger says of every move, without the rules' answers: some hundred bytes an entry, so
/// that a long history fits in memory. It never changes, and threads share it.
package struct LedgerFacts: Sendable {
    struct Move: Sendable {
        let new: ObjectID
        let reference: UInt32
        let entry: ObjectID
        /// The distance from the ledger's tip.
        let position: UInt32
        let number: Int
        let received: Timestamp
    }

    /// Where an entry left a tag, or what keeps a decided commit.
    struct Kept: Sendable {
        let position: UInt32
        let target: ObjectID
    }

    /// The folders of the tags, and of what keeps the commits of decided proposals.
    static let keptPrefixes = [
        "refs/tags/", "refs/signet/closed/", "refs/signet/closed-policy/",
        "refs/signet/closed-rollout/",
    ]

    private let names: NameTable
    /// In the ledger's order.
    private let moves: [Move]
    /// Places in `moves`, ordered by commit and then as there.
    private let byCommit: [UInt32]
    /// Places in `moves`, ordered by reference and then as there.
    private let byReference: [UInt32]
    private let rejections: [ObjectID: Int]
    /// The distance from the ledger's tip at which a branch, by its number, was last closed.
    private let closings: [UInt32: UInt32]
    /// By the names' numbers.
    private let keepers: [UInt32: Kept]
    /// How many entries tell of a refusal.
    package let refused: Int
    /// How many entries the ledger has; 0 in a clone that lacks it.
    package let count: Int

    /// Gathers entries in any order.
    struct Builder: Sendable {
        private var names = NameTable()
        private var moves: [Move] = []
        private var rejections: [ObjectID: Int] = [:]
        private var closings: [UInt32: UInt32] = [:]
        private var keepers: [UInt32: Kept] = [:]
        private var refused = 0
        private var count = 0

        /// Takes an entry in, `position` entries below the ledger's tip.
        mutating func add(_ essence: LedgerEntry.Essence, at entry: ObjectID, position: Int) {
            count += 1
            if essence.kind == .refused { refused += 1 }
            let position = UInt32(truncatingIfNeeded: position)
            for effect in essence.effects { add(effect, position) }
            guard let new = essence.moved else { return }
            let reference = names.insert(essence.reference)
            if essence.kind == .rejection, let proposal = essence.proposal {
                rejections[proposal] = max(rejections[proposal] ?? 0, essence.number)
            }
            moves.append(
                Move(
                    new: new, reference: reference, entry: entry, position: position,
                    number: essence.number, received: essence.received))
        }

        private mutating func add(_ effect: LedgerEntry.Essence.Effect, _ position: UInt32) {
            if let closed = effect.closed {
                let reference = names.insert(closed)
                closings[reference] = min(closings[reference] ?? .max, position)
            }
            // Of two in one entry, the later one.
            guard let keeper = effect.keeper.map({ names.insert($0) }),
                position <= keepers[keeper]?.position ?? .max
            else { return }
            keepers[keeper] = Kept(position: position, target: effect.target)
        }

        consuming func finish() -> LedgerFacts {
            moves.sort { $0.position > $1.position }
            return LedgerFacts(
                names: names, moves: moves, rejections: rejections, closings: closings,
                keepers: keepers, refused: refused, count: count)
        }
    }

    /// The ledger of a clone that lacks it.
    static let none = Builder().finish()

    private init(
        names: NameTable, moves: [Move], rejections: [ObjectID: Int],
        closings: [UInt32: UInt32], keepers: [UInt32: Kept], refused: Int, count: Int
    ) {
        self.names = names
        self.moves = moves
        self.rejections = rejections
        self.closings = closings
        self.keepers = keepers
        self.refused = refused
        self.count = count
        let places = Array(0..<UInt32(truncatingIfNeeded: moves.count))
        byCommit = places.sorted { (moves[Int($0)].new, $0) < (moves[Int($1)].new, $1) }
        byReference = places.sorted {
            (moves[Int($0)].reference, $0) < (moves[Int($1)].reference, $1)
        }
    }

    /// Reads the ledger of a repository from its newest entry down to the one after `known`, or to the first.
    static func read(
        _ repository: GitRepository, after known: ObjectID? = nil
    ) throws -> LedgerFacts {
        let commits = CommitReader(repository)
        var builder = Builder()
        var next = try Ledger(repository: repository).tip()
        var position = 0
        while let id = next, id != known {
            let commit = try commits.commit(id)
            try builder.add(
                LedgerEntry.Essence(of: commit, in: repository), at: id, position: position)
            position += 1
            next = commit.parents.first
        }
        return builder.finish()
    }

    /// How many moves there are.
    var moveCount: Int { moves.count }

    /// Which of the moves, in the ledger's order, was a commit's first; nil when it never moved.
    func firstMove(of commit: ObjectID) -> Int? {
        place(of: commit).map { Int(byCommit[$0]) }
    }

    /// The commit of a move, and where it went.
    func move(_ index: Int) -> (commit: ObjectID, reference: String) {
        (moves[index].new, names[moves[index].reference])
    }

    /// The first place of a commit in `byCommit`; nil without one.
    private func place(of commit: ObjectID) -> Int? {
        let place = byCommit.partitioningIndex { moves[Int($0)].new >= commit }
        return place < byCommit.count && moves[Int(byCommit[place])].new == commit ? place : nil
    }

    /// The first receipt of a commit on a branch.
    func receipt(of commit: ObjectID, on reference: String) -> Receipt? {
        guard let number = names.number(of: reference) else { return nil }
        guard var index = place(of: commit) else { return nil }
        while index < byCommit.count, moves[Int(byCommit[index])].new == commit {
            let move = moves[Int(byCommit[index])]
            if move.reference == number {
                return Receipt(
                    number: move.number, received: move.received, reference: reference,
                    entry: move.entry)
            }
            index += 1
        }
        return nil
    }

    /// Where a reference was before entry `number`, or is now; nil when it was nowhere.
    func tip(of reference: String, before number: Int = .max) -> ObjectID? {
        names.number(of: reference).flatMap { last(ofNumber: $0, before: number) }?.new
    }

    /// What a tag, or what keeps a decided commit, is at; nil when the ledger has no such name.
    func kept(_ name: String) -> ObjectID? {
        names.number(of: name).flatMap { keepers[$0] }?.target
    }

    /// The numbers of all names that are kept.
    var keptNumbers: Set<UInt32> { Set(keepers.keys) }

    /// The number of a name, whatever it is of.
    func number(of name: String) -> UInt32? { names.number(of: name) }

    /// The name of a number.
    func name(_ number: UInt32) -> String { names[number] }

    /// The governed branches that the ledger left somewhere.
    func branches() -> [String: ObjectID] {
        var branches: [String: ObjectID] = [:]
        for number in 0..<UInt32(names.count) {
            guard let move = last(ofNumber: number) else { continue }
            // What an entry closes, it moved before.
            if let closing = closings[number], closing <= move.position { continue }
            branches[names[number]] = move.new
        }
        return branches
    }

    private func last(ofNumber key: UInt32, before number: Int = .max) -> Move? {
        // The first place after those asked for.
        let end = byReference.partitioningIndex { place in
            let move = moves[Int(place)]
            return move.reference > key || move.reference == key && move.number >= number
        }
        guard end > 0 else { return nil }
        let move = moves[Int(byReference[end - 1])]
        return move.reference == key ? move : nil
    }

    /// The entry in which a proposal was rejected.
    func rejection(of proposal: ObjectID) -> Int? { rejections[proposal] }
}

extension RandomAccessCollection {
    /// The first index from which on the predicate holds; it must hold for all that follow.
    fileprivate func partitioningIndex(where predicate: (Element) -> Bool) -> Index {
        var low = startIndex
        var high = endIndex
        while low < high {
            let middle = index(low, offsetBy: distance(from: low, to: high) / 2)
            if predicate(self[middle]) { high = middle } else { low = index(after: middle) }
        }
        return low
    }
}
