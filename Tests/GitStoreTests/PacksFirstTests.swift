import Foundation
import GitStore
import SystemPackage
import Testing

/// A handle that looks in packs first reads the same as any other.
struct PacksFirstTests {
    @Test func packedAndLooseObjectsAreRead() throws {
        try TemporaryRepository.with { fixture in
            let repository = fixture.repository
            let packed = try (0..<40).map {
                try repository.write(.blob, Array("packed \($0)".utf8))
            }
            let names = packed.map { "\($0)\n" }.joined()
            try fixture.git("pack-objects", "objects/pack/pack", input: Array(names.utf8))
            try fixture.git("prune-packed")
            let loose = try (0..<40).map { try repository.write(.blob, Array("loose \($0)".utf8)) }
            let reading = try fixture.reopened()
            try reading.lookInPacksFirst()
            for (one, other) in zip(packed, loose) {
                for id in [other, one, other] {
                    #expect(try reading.read(id) == repository.read(id))
                    guard case .object(let object) = try reading.read(id, largest: 100) else {
                        Issue.record("\(id) is not read")
                        continue
                    }
                    #expect(object.id == id)
                    guard case .tooLarge(.blob, let size) = try reading.read(id, largest: 3) else {
                        Issue.record("\(id) is read though it is large")
                        continue
                    }
                    #expect(size == object.bytes.count)
                }
                #expect(try reading.read(ObjectID.hash(.blob, Array("none".utf8))) == nil)
            }
        }
    }

    /// What others pack while it reads is found as well.
    @Test func whatIsPackedMeanwhileIsRead() throws {
        try TemporaryRepository.with { fixture in
            let reading = try fixture.reopened()
            try reading.lookInPacksFirst()
            var ids: [ObjectID] = []
            for number in 0..<20 {
                let id = try fixture.repository.write(.blob, Array("\(number)".utf8))
                ids.append(id)
                if number.isMultiple(of: 4) {
                    try fixture.git(
                        "pack-objects", "objects/pack/pack", input: Array("\(id)\n".utf8))
                    try fixture.git("prune-packed")
                }
                for id in ids { #expect(try reading.read(id)?.id == id) }
            }
        }
    }

    @Test func bytesThatDoNotGiveTheIdAreAnError() throws {
        try TemporaryRepository.with { fixture in
            let content = (0..<5000).map { UInt8(truncatingIfNeeded: $0 &* 31 ^ $0 >> 3) }
            let id = try fixture.repository.write(.blob, content)
            try fixture.git("pack-objects", "objects/pack/pack", input: Array("\(id)\n".utf8))
            try fixture.git("prune-packed")
            let folder = fixture.path.appending("objects/pack").string
            let pack = try #require(
                try FileManager.default.contentsOfDirectory(atPath: folder)
                    .first { $0.hasSuffix(".pack") })
            let file = URL(filePath: folder).appending(path: pack)
            var bytes = try Data(contentsOf: file)
            bytes[60] ^= 1
            try FileManager.default.removeItem(at: file)
            try bytes.write(to: file)
            let reading = try fixture.reopened()
            try reading.lookInPacksFirst()
            #expect(throws: GitError.self) { try reading.read(id) }
            // Another copy of it is as good as ever.
            let packs = try FileManager.default.contentsOfDirectory(atPath: folder)
            for name in packs where name.hasSuffix(".idx") {
                try FileManager.default.moveItem(
                    atPath: folder + "/" + name, toPath: folder + "/" + name + ".away")
            }
            try fixture.git("hash-object", "-w", "--stdin", input: content)
            for name in packs where name.hasSuffix(".idx") {
                try FileManager.default.moveItem(
                    atPath: folder + "/" + name + ".away", toPath: folder + "/" + name)
            }
            #expect(try reading.read(id)?.bytes == content)
        }
    }
}
