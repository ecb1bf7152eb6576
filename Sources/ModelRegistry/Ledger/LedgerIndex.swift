import GitStore
import Glibc
import SystemPackage

/// Answers from files beside the ledger, so that no command walks it; made again from it at will.
///
/// `commits/<2>/<38>` has a line for each entry that brought the commit onto a branch, `refs/<name>`
/// the last entry of a reference, `steps/<environment>/<model>` the approvals of the model there, `kept/
/// <name>` what a tag or a closed proposal is, `runs/<environment>/<commit>` the records of its run, the
/// newest first, `refused` the last hour's refusals, `emergencies` the entries of approvals by
/// break-glass, `head` the last ledger commit that is in here.
package final class LedgerIndex: Receipts {
    private let folder: FilePath
    private let ledger: Ledger

    package init(folder: FilePath, ledger: Ledger) {
        self.folder = folder
        self.ledger = ledger
    }

    package func receipt(of commit: ObjectID, on reference: String) throws -> Receipt? {
        let path = path(of: commit)
        guard let lines = try linesIfThere(of: path) else { return nil }
        let receipts = lines.compactMap(Self.receipt)
        // Written whole or not at all: what can't be read was damaged since, and answers nothing.
        guard receipts.count == lines.count, !lines.isEmpty else {
            throw RegistryError.damagedIndex(file: path.string)
        }
        return receipts.first { $0.reference == reference }
    }

    package func runCommits(
        of environmentCommit: ObjectID, in environment: Environment
    ) throws -> [ObjectID] {
        try lines(of: path(ofRunsOf: environmentCommit, in: environment)).compactMap {
            ObjectID($0)
        }
    }

    package func steps(
        about model: ModelName, in environment: Environment, after base: ObjectID?,
        upTo tip: ObjectID
    ) throws -> [ObjectID]? {
        // One that an earlier version made does not have them.
        guard access(stepsFolder.string, F_OK) == 0,
            let first = try base.map({ try receipt(of: $0, on: environment.branch)?.number }) ?? 0,
            let last = try receipt(of: tip, on: environment.branch)?.number
        else { return nil }
        let path = path(ofStepsAbout: model, in: environment)
        guard let lines = try linesIfThere(of: path) else { return [] }
        // As in a receipt: empty, it was damaged since it was written.
        guard !lines.isEmpty else { throw RegistryError.damagedIndex(file: path.string) }
        var steps: [ObjectID] = []
        for line in lines.reversed() {
            let fields = line.split(separator: " ")
            guard fields.count == 2, let number = Int(fields[0]), let step = ObjectID(fields[1])
            else { throw RegistryError.damagedIndex(file: path.string) }
            if number <= first { break }
            if number <= last { steps.append(step) }
        }
        return steps
    }

    private var stepsFolder: FilePath { folder.appending("steps") }

    private func path(
        ofStepsAbout model: ModelName, in environment: Environment
    ) -> FilePath {
        stepsFolder.appending(environment.name).appending(Self.escaped(model.text))
    }

    private func path(ofRunsOf commit: ObjectID, in environment: Environment) -> FilePath {
        folder.appending("runs").appending(environment.name).appending(commit.hex)
    }

    package func isAccepted(_ commit: ObjectID, on environment: Environment) throws -> Bool {
        try receipt(of: commit, on: environment.branch) != nil
    }

    private var keptFolder: FilePath { folder.appending("kept") }

    /// The tags, and the references that keep decided proposals, as the ledger has them.
    package func kept() throws -> [String: ObjectID] {
        var kept: [String: ObjectID] = [:]
        for file in try DurableFile.names(in: keptFolder) {
            let lines = try lines(of: keptFolder.appending(file))
            kept[Self.reference(file, lines)] = lines.first.flatMap { ObjectID($0) }
        }
        return kept
    }

    package func last(_ reference: String) throws -> ObjectID? {
        let path = path(of: reference)
        // Before the file: an entry that comes in meanwhile is then in both, and not in neither.
        let head = try head()?.commit
        guard let lines = try linesIfThere(of: path) else {
            // The ledger may be ahead: by what others enter now, or all of it while the index is made again.
            return try LedgerFacts.read(ledger.repository, after: head).branches()[reference]
        }
        // Written whole or not at all: empty, it was damaged since.
        guard let commit = lines.first.flatMap({ ObjectID($0) }) else {
            throw RegistryError.damagedIndex(file: path.string)
        }
        return commit
    }

    /// The references that the ledger has somewhere now.
    package func references() throws -> [String] {
        let folder = folder.appending("refs")
        return try DurableFile.names(in: folder).map { file in
            Self.reference(
                file, file.contains(Self.cut) ? try lines(of: folder.appending(file)) : [])
        }
    }

    /// The last ledger commit in the index, and its number.
    package func head() throws -> (commit: ObjectID, number: Int)? {
        guard let fields = try lines(of: folder.appending("head")).first?.split(separator: " "),
            fields.count == 2, let commit = ObjectID(fields[0]), let number = Int(fields[1])
        else { return nil }
        return (commit, number)
    }

    /// Brings the index up to the ledger's tip.
    package func catchUp() throws {
        // One that an earlier version made does not know what is kept, or which steps are a model's.
        for place in [keptFolder, stepsFolder] where access(place.string, F_OK) != 0 {
            try reset()
        }
        for place in [keptFolder, stepsFolder] {
            try DurableFile.naming(place) { try DurableFile.makeDirectory(place) }
        }
        let head = try head()
        if try hasEmergencies() == nil {
            let links = try head.map { try ledger.entries(after: nil, upTo: $0.commit) } ?? []
            let numbers = links.filter { $0.entry.verdict.reapproveBy != nil }
                .map { "\($0.entry.number)" }
            try write([Self.emergenciesTitle] + numbers, to: emergencies)
        }
        guard try ledger.tip() != head?.commit else { return }
        for link in try ledger.entries(after: head?.commit) { try add(link.entry, at: link.commit) }
    }

    private var emergencies: FilePath { folder.appending("emergencies") }

    /// The file's first line: without it, the file says nothing.
    private static let emergenciesTitle = "entries by break-glass"

    /// Whether an approval ever set rules aside, by break-glass; nil when the index doesn't know.
    package func hasEmergencies() throws -> Bool? {
        let lines = try lines(of: emergencies)
        return lines.first == Self.emergenciesTitle ? lines.count > 1 : nil
    }

    /// The refusals of the last hour that the ledger holds.
    package var recentRefusals: RecentRefusals {
        RecentRefusals(file: folder.appending("refused"))
    }

    /// Forgets everything; the next `catchUp` reads the whole ledger.
    package func reset() throws { try DurableFile.removeTree(folder) }

    package func add(_ entry: LedgerEntry, at commit: ObjectID) throws {
        let verdict = entry.verdict
        if let new = entry.moved {
            try write([new.hex, verdict.reference], to: self.path(of: verdict.reference))
            if verdict.reapproveBy != nil {
                let known = try lines(of: emergencies)
                let number = "\(entry.number)"
                if !known.contains(number) { try write(known + [number], to: emergencies) }
            }
            if verdict.kind == .approval, let environment = verdict.environment,
                let model = verdict.model
            {
                let path = self.path(ofStepsAbout: model, in: environment)
                let known = try lines(of: path)
                let line = "\(entry.number) \(new.hex)"
                if !known.contains(line) { try write(known + [line], to: path) }
            }
            if verdict.kind == .run, let environment = verdict.environment {
                let subject = try CommitReader(ledger.repository).commit(new).parents[1]
                let path = self.path(ofRunsOf: subject, in: environment)
                let known = try lines(of: path).filter { $0 != new.hex }
                try write([new.hex] + known, to: path)
            }
        }
        if let refusal = RecentRefusals.Line(entry) { try recentRefusals.add(refusal) }
        for effect in entry.effects {
            guard let keeper = effect.keeper else { continue }
            try write(
                [effect.target.hex, keeper], to: keptFolder.appending(Self.escaped(keeper)))
        }
        // Without a reference the branch has moved on: only the commit is kept.
        for effect in entry.effects where effect.kind == .close && !effect.reference.isEmpty {
            try DurableFile.remove(self.path(of: effect.reference))
        }
        // Last: who finds the receipt finds all the rest.
        if let new = entry.moved {
            let line = "\(entry.number) \(entry.received) \(commit.hex) \(verdict.reference)"
            let path = path(of: new)
            let known = try lines(of: path)
            if !known.contains(line) { try write(known + [line], to: path) }
        }
        try write(["\(commit.hex) \(entry.number)"], to: folder.appending("head"))
    }

    private static func receipt(_ line: String) -> Receipt? {
        let fields = line.split(separator: " ")
        guard fields.count == 4, let number = Int(fields[0]), let received = Timestamp(fields[1]),
            let entry = ObjectID(fields[2])
        else { return nil }
        return Receipt(
            number: number, received: received, reference: String(fields[3]), entry: entry)
    }

    private func path(of commit: ObjectID) -> FilePath {
        folder.appending("commits").appending(String(commit.hex.prefix(2)))
            .appending(String(commit.hex.dropFirst(2)))
    }

    private func path(of reference: String) -> FilePath {
        folder.appending("refs").appending(Self.escaped(reference))
    }

    /// In place of what is cut off a long name; no reference has it.
    private static let cut: Character = "~"

    /// The name of a reference's file. File systems take 255 bytes: of a longer one it is the beginning,
    /// with the digest of all of it.
    private static func escaped(_ reference: String) -> String {
        let name = reference.replacing("/", with: "%2F")
        guard name.utf8.count > 200 else { return name }
        let digest = ObjectID.hash(.blob, Array(reference.utf8)).hex
        return "\(name.prefix(100))\(cut)\(digest)"
    }

    /// The reference that a file is about: by its name, or by its second line.
    private static func reference(_ file: String, _ lines: [String]) -> String {
        file.contains(cut) && lines.count > 1
            ? lines[1] : file.replacing("%2F", with: "/")
    }

    private func lines(of path: FilePath) throws -> [String] {
        try linesIfThere(of: path) ?? []
    }

    /// Nil when there is no file.
    private func linesIfThere(of path: FilePath) throws -> [String]? {
        guard let bytes = try DurableFile.read(path) else { return nil }
        return String(decoding: bytes, as: UTF8.self).split(separator: "\n").map(String.init)
    }

    private func write(_ lines: [String], to path: FilePath) throws {
        try DurableFile.write(
            Array((lines.joined(separator: "\n") + "\n").utf8), to: path, synced: false)
    }
}
