import Crypto
import Foundation
import GitStore
import SystemPackage
import Testing

@testable import ModelRegistry

/// Of any copy in which any file was changed: when `verify` holds, git reads the very history of the
/// registry from it.
struct DamagedCopyTests {
    @Test func aCopyHoldsOnlyIfGitReadsTheSameFromIt() throws {
        let run = try RandomRun("damage", variable: "SIGNET_DAMAGES", count: 60)
        try TemporaryRegistry.with(policy: TemporaryRegistry.strictPolicy) { trial in
            try trial.liveThroughEverything()
            try trial.repository.flush()
            let git = Git(home: trial.folder, repository: trial.path)
            let packed = trial.folder.appending("packed.git")
            try git("clone", "--quiet", "--mirror", "--no-local", trial.path.string, packed.string)
            let copies = try [trial.path, packed].map { copy in
                (path: copy, history: try #require(history(of: copy, trial)))
            }
            #expect(copies[0].history == copies[1].history)
            for copy in copies { #expect(holds(copy.path, trial)) }
            var holding = 0
            for number in 0..<run.count {
                var dice = Dice(seed: run.seed, number: number)
                let copy = dice.pick(copies)
                let damaged = trial.folder.appending("damaged.git")
                try FileManager.default.copyItem(atPath: copy.path.string, toPath: damaged.string)
                let done = try damage(damaged, &dice)
                if holds(damaged, trial) {
                    holding += 1
                    #expect(
                        history(of: damaged, trial) == copy.history,
                        "case \(number) of seed \(run.seed): \(done)")
                }
                try FileManager.default.removeItem(atPath: damaged.string)
            }
            print("damage: \(run.count) copies, \(holding) of which hold")
            #expect(holding < run.count, "seed \(run.seed)")
        }
    }

    /// Whether verification says so; a copy of which it can't say so, whatever the error, doesn't.
    private func holds(_ copy: FilePath, _ trial: TemporaryRegistry) -> Bool {
        let clock = trial.clock
        do {
            return try Registry(at: copy, indexed: false, .init(now: { clock.now }))
                .verify(threads: 1).holds
        } catch {
            return false
        }
    }

    /// The SHA-256 of all that git reads from all references; nil when it can't.
    private func history(of copy: FilePath, _ trial: TemporaryRegistry) -> [UInt8]? {
        let git = Git(home: trial.folder, repository: copy)
        do {
            let references = try git("show-ref")
            let objects = try git.run(["rev-list", "--objects", "--no-object-names", "--all"])
            // What can't be read is told of on a line, and not by how git ends.
            let contents = try git.bytes(["cat-file", "--batch"], input: Array(objects.utf8))
            return Array(SHA256.hash(data: Array(references.utf8) + contents))
        } catch {
            return nil
        }
    }

    /// Changes one file among refs and objects; says how.
    private func damage(_ copy: FilePath, _ dice: inout Dice) throws -> String {
        let root = copy.string + "/"
        let names = try FileManager.default.subpathsOfDirectory(atPath: root).sorted().filter {
            var isFolder: ObjCBool = false
            return ($0.hasPrefix("refs/") || $0.hasPrefix("objects/") || $0 == "packed-refs")
                && FileManager.default.fileExists(atPath: root + $0, isDirectory: &isFolder)
                && !isFolder.boolValue
        }
        let name = dice.pick(names)
        let file = FilePath(root + name)
        var bytes = try #require(try DurableFile.read(file))
        try DurableFile.remove(file)
        let kind = dice.below(5)
        switch kind {
        case 0: return "\(name) removed"
        case 1: bytes = Array(bytes.prefix(dice.below(bytes.count + 1)))
        case 2 where !bytes.isEmpty: bytes[dice.below(bytes.count)] ^= 1 << UInt8(dice.below(8))
        case 3:
            let start = dice.below(bytes.count + 1)
            bytes.replaceSubrange(start..., with: repeatElement(0, count: bytes.count - start))
        default:
            let other = dice.pick(names)
            if other != name { bytes = try #require(try DurableFile.read(FilePath(root + other))) }
        }
        try DurableFile.write(bytes, to: file, synced: false)
        return "\(name), kind \(kind)"
    }
}
