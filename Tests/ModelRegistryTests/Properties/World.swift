import Foundation
import GitStore
import Signatures

@testable import ModelRegistry

/// A registry while people act on it, and the test's own notes of what happened when.
final class World {
    let trial: TemporaryRegistry
    /// Every policy that was ever written, by its text.
    var policies: [String: TestPolicy]
    /// The newest policy that was proposed.
    var newest: TestPolicy
    /// Who holds a key, by its fingerprint.
    let owners: [String: String]
    let keys: [String: [Person]]
    /// What was done, to be printed when something is wrong.
    var story: [String] = []
    /// How often each action moved something, and how often it was refused.
    var tally: [String: (moved: Int, refused: Int)] = [:]

    /// References as they were after the last action.
    var references: [String: ObjectID] = [:]
    /// Every move: in which action a reference came to a commit.
    var moves: [(action: Int, reference: String, commit: ObjectID)] = []
    /// The key that was revoked, in which action, and the first action that is in doubt.
    var revoked: [String: (action: Int, doubtfulFrom: Int?)] = [:]
    /// The ledger's number after each action.
    var ledgerNumbers: [Int] = []
    private var ledgerTip: ObjectID?

    static func keys(of person: String) -> [Person] {
        [Person(person), Person(person, key: "\(person), second")]
    }

    init(_ trial: TemporaryRegistry, _ policy: TestPolicy) throws {
        self.trial = trial
        policies = [policy.text: policy]
        newest = policy
        keys = Dictionary(uniqueKeysWithValues: TestPolicy.people.map { ($0, Self.keys(of: $0)) })
        var owners: [String: String] = [:]
        for (person, keys) in keys {
            for key in keys { owners[key.key.publicKey.fingerprint] = person }
        }
        for service in [PrincipalID.registry, .runner] {
            let key = try trial.registry.serviceKey(service).publicKey.fingerprint
            owners[key] = service.text
        }
        self.owners = owners
        try note()
    }

    static func with(
        _ policy: TestPolicy, _ body: (World) throws -> Void
    ) throws {
        let lines = TestPolicy.people.flatMap { keys(of: $0).map(\.line) }
        try TemporaryRegistry.with(
            policy: policy.text, signers: lines.map { "\($0)\n" }.joined()
        ) { try body(World($0, policy)) }
    }

    var action: Int { story.count }

    /// Reads the references anew; what moved is noted with this action.
    @discardableResult
    func note() throws -> [String] {
        let now = Dictionary(
            uniqueKeysWithValues: try trial.repository.references(prefix: "refs/")
                .filter { $0.name != Ledger.reference }.map { ($0.name, $0.target) })
        let moved = Set(now.keys).union(references.keys).filter { now[$0] != references[$0] }
            .sorted()
        for name in moved {
            if let commit = now[name] { moves.append((action, name, commit)) }
        }
        references = now
        let entered = try trial.registry.ledger.entries(after: ledgerTip).count
        ledgerNumbers.append((ledgerNumbers.last ?? 0) + entered)
        ledgerTip = try trial.registry.ledger.tip()
        return moved
    }

    /// When a commit came in on a reference: as its tip, or below it in the same move.
    func received(_ commit: ObjectID, on reference: String) throws -> Int? {
        for move in moves where move.reference == reference {
            if try reaches(commit, from: move.commit) { return move.action }
        }
        return nil
    }

    /// Whether a commit is the other one, or merged by it in a row of second parents or steps.
    private func reaches(_ commit: ObjectID, from tip: ObjectID) throws -> Bool {
        var rest = [tip]
        var seen: Set<ObjectID> = []
        while let next = rest.popLast() {
            if next == commit { return true }
            guard seen.insert(next).inserted, seen.count < 200 else { continue }
            rest += try read(next).parents
        }
        return false
    }

    private var known: [ObjectID: Reading] = [:]

    func read(_ id: ObjectID) throws -> Reading {
        if let reading = known[id] { return reading }
        let reading = try Reading(trial.repository.read(id, as: .commit), id, owners)
        known[id] = reading
        return reading
    }

    /// The policy in a tree, as the test wrote it.
    func policy(in tree: ObjectID) throws -> TestPolicy? {
        let bytes = try trial.repository.blob(at: ".signet/policy.yaml", in: tree)
        return policies[String(decoding: bytes ?? [], as: UTF8.self)]
    }
}

/// A commit as the oracle reads it.
struct Reading {
    let id: ObjectID
    let tree: ObjectID
    let parents: [ObjectID]
    let message: String
    let payload: [UInt8]
    /// Whose key signed it, and which; nil where the signature is bad or anybody's.
    let signer: String?
    let fingerprint: String?

    init(_ bytes: [UInt8], _ id: ObjectID, _ owners: [String: String]) throws {
        let text = CommitText(bytes)
        self.id = id
        tree = ObjectID(text.values("tree").first ?? "") ?? id
        parents = text.values("parent").compactMap { ObjectID($0) }
        message = String(decoding: text.message, as: UTF8.self)
        payload = text.payload
        fingerprint = text.armor.flatMap {
            SSHSignature.verify(armor: $0.bytes, over: text.payload).key?.fingerprint
        }
        signer = fingerprint.flatMap { owners[$0] }
    }
}
