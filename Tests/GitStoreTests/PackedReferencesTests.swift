import Foundation
import GitStore
import SystemPackage
import Testing

/// Stock git packs the refs, or a file is written by hand; what is found must be what git finds.
struct PackedReferencesTests {
    /// Names that sort in all the ways that matter: prefixes of each other, characters around `/`.
    private static let names =
        (0..<40).flatMap { number in
            ["refs/heads/promote/dev/m\(number)/v1", "refs/tags/m\(number)/v\(number % 7)"]
        } + ["refs/heads/a", "refs/heads/a-b", "refs/heads/a.b", "refs/heads/ab/c", "refs/heads/é"]

    private func packed(_ body: (TemporaryRepository, [String: ObjectID]) throws -> Void) throws {
        try TemporaryRepository.with { fixture in
            var targets: [String: ObjectID] = [:]
            for (index, name) in Self.names.enumerated() {
                let target = try fixture.commit("\(index)")
                targets[name] = target
                try fixture.git("update-ref", name, target.hex)
            }
            // Annotated tags have a second line of their own.
            for number in 0..<20 {
                try fixture.git("tag", "-a", "-m", "x", "z/\(number)", "refs/heads/a")
                let name = "refs/tags/z/\(number)"
                targets[name] = ObjectID(try fixture.git("rev-parse", name))
            }
            try fixture.git("pack-refs", "--all")
            try body(fixture, targets)
        }
    }

    private func file(_ fixture: TemporaryRepository) -> URL {
        URL(filePath: fixture.path.appending("packed-refs").string)
    }

    private func expectAll(_ targets: [String: ObjectID], in repository: GitRepository) throws {
        for (name, target) in targets {
            #expect(try repository.reference(name) == target, "\(name)")
            #expect(try repository.reference(name + "0") == targets[name + "0"])
            #expect(try repository.reference(String(name.dropLast()) + "!") == nil)
        }
        for prefix in ["", "refs/", "refs/heads/a", "refs/tags/m1", "refs/tags/z/", "refs/heads/n"]
        {
            let found = try repository.references(prefix: prefix)
            #expect(
                Dictionary(uniqueKeysWithValues: found)
                    == targets.filter { $0.key.hasPrefix(prefix) }, "\(prefix)")
        }
    }

    @Test func everyOneIsFoundAndNoOther() throws {
        try packed { fixture, targets in try expectAll(targets, in: fixture.repository) }
    }

    @Test func aFileThatDoesNotSayItIsSortedIsReadWhole() throws {
        try packed { fixture, targets in
            let lines = try String(contentsOf: file(fixture), encoding: .utf8)
                .split(separator: "\n").dropFirst().filter { !$0.hasPrefix("^") }
            for header in ["", "# pack-refs with: peeled fully-peeled \n"] {
                let text = header + lines.reversed().joined(separator: "\n") + "\n"
                try Data(text.utf8).write(to: file(fixture))
                try expectAll(targets, in: fixture.repository)
            }
        }
    }

    /// A name that stands twice could hide that another is gone.
    @Test func aNameThatStandsTwiceOrOutOfOrderIsAnError() throws {
        try packed { fixture, _ in
            let lines = try String(contentsOf: file(fixture), encoding: .utf8)
                .split(separator: "\n").filter { !$0.hasPrefix("^") }
            let twice = lines + [lines[lines.count - 1]]
            let place = lines.count / 2
            let swapped =
                lines[..<place] + [lines[place + 1], lines[place]] + lines[(place + 2)...]
            for changed in [twice, Array(swapped), Array(twice.dropFirst())] {
                let text = changed.joined(separator: "\n") + "\n"
                try text.write(to: file(fixture), atomically: true, encoding: .utf8)
                #expect(throws: GitError.self) {
                    try fixture.reopened().references(prefix: "refs/")
                }
            }
        }
    }

    @Test func oneIsTakenOutWithTheLineOfWhereItLeads() throws {
        try packed { fixture, targets in
            for name in ["refs/tags/z/7", "refs/heads/a", "refs/tags/m39/v4"] {
                try fixture.repository.update(
                    [ReferenceUpdate(name: name, old: targets[name], new: nil)], log: "gone")
            }
            let left = try fixture.git("for-each-ref", "--format=%(refname)")
            let gone = ["refs/tags/z/7", "refs/heads/a", "refs/tags/m39/v4"]
            #expect(
                Set(left.split(separator: "\n").map(String.init))
                    == Set(targets.keys).subtracting(gone))
            try fixture.git("fsck", "--strict")
            try expectAll(
                targets.filter { !gone.contains($0.key) }, in: fixture.repository)
        }
    }

    @Test(arguments: [
        "garbage\n", "# pack-refs wiTh: sorted \n", "# pack-refs with: sorted \nshort\n", "\n",
        "^\n", "no newline",
    ])
    func aFileThatIsNoneIsAnError(_ text: String) throws {
        try TemporaryRepository.with { fixture in
            try Data(text.utf8).write(to: file(fixture))
            #expect {
                try fixture.repository.reference("refs/heads/main")
            } throws: { error in
                "\(error)".contains("packed-refs")
            }
        }
    }

    @Test func anEmptyFileHasNone() throws {
        try TemporaryRepository.with { fixture in
            for text in ["", "# pack-refs with: peeled fully-peeled sorted \n"] {
                try Data(text.utf8).write(to: file(fixture))
                #expect(try fixture.repository.reference("refs/heads/main") == nil)
                #expect(try fixture.repository.references(prefix: "refs/").isEmpty)
            }
        }
    }

    /// Whatever the file holds: an answer or an error that names the file.
    @Test func spoiltBytesEndInAnAnswerOrAnError() throws {
        try packed { fixture, targets in
            let whole = try Data(contentsOf: file(fixture))
            let names = targets.keys.sorted()
            let spoils: [(inout Data, Int) -> Void] = [
                { $0[$1] ^= 0x41 }, { $0[$1] = UInt8(ascii: "\n") }, { $0.remove(at: $1) },
                { $0 = $0.prefix($1) },
            ]
            for place in stride(from: 0, to: whole.count, by: 7) {
                for spoil in spoils {
                    var spoilt = whole
                    spoil(&spoilt, place)
                    try spoilt.write(to: file(fixture))
                    do {
                        let listed = try fixture.repository.references(prefix: "refs/")
                        #expect(listed.count <= targets.count, "at \(place)")
                        for name in names.prefix(5) {
                            _ = try fixture.repository.reference(name)
                        }
                    } catch GitError.corruptReference(let name, _) {
                        #expect(name == "packed-refs", "at \(place)")
                    }
                }
            }
        }
    }
}
