import Signatures
import SystemPackage

@testable import GitStore
@testable import ModelRegistry

/// What stock git and the update's own description say of what was accepted.
extension SoundnessRig {
    /// The update's commits with one replaced, and those around it made and signed again over it.
    func rebuild(
        _ update: SignedUpdate, with bytes: [UInt8], at place: Int
    ) throws -> [ObjectID] {
        var ids = update.levels.map(\.id)
        ids[place] = try trial.repository.write(.commit, bytes)
        for outer in (0..<place).reversed() {
            let level = update.levels[outer]
            var text = CommitText(level.bytes)
            var parents = text.values("parent")
            parents[1] = ids[outer + 1].hex
            text.set("parent", to: parents)
            // Whoever signs knows no better, and starting ssh-keygen each time would take too long.
            let signer = level.signer is SSHKeygenSigner ? Person.jane.key : level.signer
            text.armor = try signer.sign(text.payload)
            ids[outer] = try trial.repository.write(.commit, text.bytes)
        }
        return ids
    }

    /// The principals whose good signatures git finds, by commit.
    ///
    /// - Throws: when `git verify-commit` does not accept every one of those.
    func signersByGit(of commits: [ObjectID]) throws -> [ObjectID: String] {
        let ids = Array(Set(commits))
        guard !ids.isEmpty else { return [:] }
        let main = trial.registry.founding
        let file = trial.folder.appending("allowed_signers")
        try DurableFile.write(
            trial.file(".signet/allowed_signers", of: main).bytes, to: file, synced: false)
        let setting = "gpg.ssh.allowedSignersFile=\(file)"
        let signers = try goodSigners(of: ids[...], setting)
        for start in stride(from: 0, to: ids.count, by: 200) {
            let some = ids[start..<min(start + 200, ids.count)].filter { signers[$0] != nil }
            try demandVerified(some[...], setting)
        }
        return signers
    }

    private func goodSigners(
        of ids: ArraySlice<ObjectID>, _ setting: String
    ) throws -> [ObjectID: String] {
        let words = try inHalves(ids) { ids in
            try git.run(
                ["-c", setting, "log", "--no-walk=unsorted", "--stdin", "--format=%H %G? %GS"],
                input: ids.map { "\($0.hex)\n" }.joined().bytes)
        }
        var signers: [ObjectID: String] = [:]
        for line in words.flatMap({ $0.split(separator: "\n") }) {
            let words = line.split(separator: " ", maxSplits: 2)
            guard words.count == 3, words[1] == "G", let id = ObjectID(String(words[0])) else {
                continue
            }
            signers[id] = String(words[2])
        }
        return signers
    }

    private func demandVerified(_ ids: ArraySlice<ObjectID>, _ setting: String) throws {
        try inHalves(ids) { ids in
            _ = try git.run(["-c", setting, "verify-commit"] + ids.map(\.hex))
        }
    }

    /// Asks git about many commits at once; when it fails, about fewer, until one is found that it
    /// fails for. It may also die of a full machine: SIGPIPE, when ssh-keygen could not begin.
    @discardableResult
    private func inHalves<Answer>(
        _ ids: ArraySlice<ObjectID>, _ ask: (ArraySlice<ObjectID>) throws -> Answer
    ) throws -> [Answer] {
        do {
            return [try ask(ids)]
        } catch {
            guard ids.count > 1 else { throw error }
            print("soundness: git failed for \(ids.count) commits, asked again for fewer")
            let middle = ids.startIndex + ids.count / 2
            return try inHalves(ids[..<middle], ask) + inHalves(ids[middle...], ask)
        }
    }

    /// What is wrong with a commit that was accepted for a reference: nothing, if one of the updates
    /// that are right there is like it.
    ///
    /// - Parameter signers: the principals that git names, of each commit whose signature is good.
    func faults(
        of outermost: ObjectID, for reference: String, _ signers: [ObjectID: String],
        _ principal: String?
    ) throws -> [String] {
        var least: [String]?
        for update in updates where update.reference == reference {
            var faults = try faults(of: outermost, as: update, signers)
            if let principal, principal != signers[outermost] {
                faults.append("signed by \(signers[outermost] ?? "nobody"), not by \(principal)")
            }
            if faults.isEmpty { return [] }
            if faults.count < least?.count ?? Int.max { least = faults }
        }
        return least ?? ["nothing is right for \(reference)"]
    }

    private func faults(
        of outermost: ObjectID, as update: SignedUpdate, _ signers: [ObjectID: String]
    ) throws -> [String] {
        guard let chain = try chain(from: outermost, as: update), let inner = chain.last else {
            return ["not about the same as '\(update.name)'"]
        }
        var names: [String] = []
        var faults = try datingFaults(of: outermost)
        for (place, level) in update.levels.enumerated() {
            // The first and the last are in their places; those between may have others beside them.
            let isBetween = place > 0 && place < update.levels.count - 1
            let candidates =
                isBetween ? chain.dropFirst().dropLast() : [place == 0 ? outermost : inner]
            let found = try candidates.map { ($0, try self.faults(of: $0, as: level, signers)) }
            guard let best = found.min(by: { $0.1.count < $1.1.count }) else {
                faults.append("level \(place) is missing")
                continue
            }
            faults += best.1.map { "level \(place): \($0)" }
            if let name = signers[best.0] { names.append(name) }
        }
        if let fault = update.agree(names) { faults.append(fault) }
        return faults
    }

    private func faults(
        of id: ObjectID, as level: SignedUpdate.Level, _ signers: [ObjectID: String]
    ) throws -> [String] {
        let commit = CommitText(try trial.repository.read(id, as: .commit))
        let faults = try level.faults(of: commit) { one, other in
            guard let one = ObjectID(one), let other = ObjectID(other) else { return [other] }
            return try trial.repository.changes(from: one, to: other).map(\.path)
        }
        guard let signer = signers[id] else { return faults + ["git does not verify \(id)"] }
        return level.signers.contains(signer) ? faults : faults + ["by \(signer)"]
    }

    /// The commits from an outermost one to what it is all about; nil when that isn't found.
    func chain(from outermost: ObjectID, as update: SignedUpdate) throws -> [ObjectID]? {
        var chain = [outermost]
        while chain.count < 10, let last = chain.last {
            let commit = CommitText(try trial.repository.read(last, as: .commit))
            if update.isInnermost(commit), chain.count >= update.levels.count { return chain }
            let parents = commit.values("parent")
            guard parents.count == 2, let next = ObjectID(parents[1]) else { return nil }
            chain.append(next)
        }
        return nil
    }

    private func datingFaults(of id: ObjectID) throws -> [String] {
        let commit = CommitText(try trial.repository.read(id, as: .commit))
        guard let date = commit.committed else { return ["has no date"] }
        var faults: [String] = []
        if date > trial.clock.now.seconds + 300 { faults.append("dated in the future") }
        for parent in commit.values("parent").compactMap({ ObjectID($0) }) {
            let earlier = CommitText(try trial.repository.read(parent, as: .commit)).committed
            if date < earlier ?? 0 { faults.append("dated before \(parent)") }
        }
        return faults
    }
}

extension GitRepository {
    /// Puts these in place for other programs, and forgets the rest that was gathered.
    func flush(_ ids: [ObjectID]) throws {
        staging.objects = staging.objects.filter { ids.contains($0.key) }
        try flush()
    }
}
