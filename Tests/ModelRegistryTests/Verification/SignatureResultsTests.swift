import Crypto
import Foundation
import GitStore
import Signatures
import SystemPackage
import Testing

@testable import ModelRegistry

/// What an audit keeps of signatures for the next one, and what it does not.
struct SignatureResultsTests {
    private let dev = TemporaryRegistry.dev

    @Test func goodSignaturesAreKeptAndFoundAgain() throws {
        try TemporaryRegistry.with { trial in
            try trial.promote()
            let path = trial.folder.appending("results")
            let first = try SignatureResults(at: path)
            #expect(first.count == 0)
            #expect(try trial.registry.verify(results: first).holds)
            try first.save()
            let count = first.count
            #expect(count > 8)
            let mode = try FileManager.default.attributesOfItem(atPath: path.string)[
                .posixPermissions]
            #expect(mode as? Int == 0o600)
            // Nothing new is found, and two more audits leave the file as it is.
            let second = try SignatureResults(at: path)
            #expect(try trial.registry.verify(results: second).holds)
            #expect(second.count == count)
            try trial.promote("fraud")
            let third = try SignatureResults(at: path)
            #expect(try trial.registry.verify(results: third).holds)
            try third.save()
            #expect(try SignatureResults(at: path).count == third.count)
            #expect(third.count > count)
        }
    }

    /// A result is of cryptography: a good signature of somebody who may not approve stays refused.
    @Test func noVerdictIsKept() throws {
        try TemporaryRegistry.with { trial in
            let proposal = try trial.propose(trial.register())
            let step = try trial.merge(proposal, by: .ravi)
            try trial.moveAround(dev.branch, to: step)
            let path = trial.folder.appending("results")
            let results = try SignatureResults(at: path)
            let cold = try trial.registry.verify(results: results).findings
            try results.save()
            let warm = try trial.registry.verify(results: SignatureResults(at: path)).findings
            #expect(warm.map(\.saw) == cold.map(\.saw))
            #expect(warm.map(\.rule) == [.presentTip, .record, .fourEyes])
        }
    }

    @Test func aBadSignatureIsNotKept() throws {
        let key = Person.jane.key
        let armor = Array(try key.sign("a".bytes).utf8)
        let (a, b) = (SHA256.hash(data: "a".bytes), SHA256.hash(data: "b".bytes))
        let name = SignatureResults.Name(payload: a, armor: armor)
        #expect(name != SignatureResults.Name(payload: b, armor: armor))
        #expect(name != SignatureResults.Name(payload: a, armor: armor + [0x0A]))
        try TemporaryRegistry.with { trial in
            let proposal = try trial.propose(trial.register())
            let good = try trial.merge(proposal, by: .jane)
            let bytes = try trial.repository.read(good, as: .commit)
            // The same signature over another reason.
            let text = String(decoding: bytes, as: UTF8.self)
            let forged = try trial.repository.write(.commit, (text + "More.\n").bytes)
            try trial.repository.flush()
            try trial.moveAround(dev.branch, to: forged)
            let path = trial.folder.appending("results")
            for _ in 1...2 {
                let results = try SignatureResults(at: path)
                let findings = try trial.registry.verify(results: results).findings
                #expect(findings.last?.rule == .signature)
                try results.save()
            }
        }
    }

    @Test func aFileThatOthersMayWriteIsRefused() throws {
        try TemporaryRegistry.with { trial in
            let path = trial.folder.appending("results")
            try DurableFile.write(
                "SIGNETRESULTS 1\n".bytes, to: path,
                mode: [.ownerReadWrite, .groupReadWrite])
            chmod(path.string, 0o620)
            #expect(throws: RegistryError.self) { _ = try SignatureResults(at: path) }
            chmod(path.string, 0o600)
            #expect(try SignatureResults(at: path).count == 0)
            let link = trial.folder.appending("link")
            symlink(path.string, link.string)
            #expect(throws: Errno.tooManySymbolicLinkLevels) {
                _ = try SignatureResults(at: link)
            }
        }
    }

    @Test func aDamagedFileIsRefused() throws {
        try TemporaryRegistry.with { trial in
            let path = trial.folder.appending("results")
            let magic = "SIGNETRESULTS 1\n".bytes
            let (low, high) = ([UInt8](repeating: 1, count: 32), [UInt8](repeating: 2, count: 32))
            try DurableFile.write(magic + low + high, to: path, mode: .ownerReadWrite)
            #expect(try SignatureResults(at: path).count == 2)
            for bytes in [magic + high + low, magic + low + low, magic + low.dropLast(), low, []] {
                try DurableFile.write(bytes, to: path, mode: .ownerReadWrite)
                #expect(throws: RegistryError.self) { _ = try SignatureResults(at: path) }
            }
        }
    }
}
