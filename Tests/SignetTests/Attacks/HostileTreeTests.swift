import Foundation
import Testing

/// Attack 12: trees that no clone could check out, or that two systems read differently, brought by a
/// registration and by a change of configuration at once.
struct HostileTreeTests {
    /// One entry that is put into a folder.
    struct Entry: Sendable {
        var what: String
        var mode = "100644"
        var name: [UInt8]
        /// What the entry names: a blob, a tree, or what is given.
        var object = Object.blob
        /// What the refusal says of it, from git or from the judge, on each way.
        var registration: String
        var configuration: String

        init(
            _ what: String, _ mode: String = "100644", name: String, _ object: Object = .blob,
            registration: String, configuration: String
        ) {
            self.init(
                what, mode, bytes: Array(name.utf8), object, registration: registration,
                configuration: configuration)
        }

        init(
            _ what: String, _ mode: String = "100644", bytes: [UInt8], _ object: Object = .blob,
            registration: String, configuration: String
        ) {
            (self.what, self.mode, self.name, self.object) = (what, mode, bytes, object)
            (self.registration, self.configuration) = (registration, configuration)
        }

        /// An entry that git itself refuses, whoever brings it.
        init(
            _ what: String, _ mode: String = "100644", name: String, _ object: Object = .blob,
            git reason: String
        ) {
            self.init(
                what, mode, name: name, object, registration: reason, configuration: reason)
        }
    }

    enum Object: Sendable {
        case blob, tree, commit, nothing
        /// A folder in a folder, so many times.
        case nested(Int)
    }

    private static let notAFile = "is not a file of a registration"
    private static let noFile = "is no plain file of the configuration"
    private static let noName = "is no name of a file on every system"

    /// A name that is a plain one for git.
    private static func name(_ what: String, _ name: String) -> Entry {
        Entry(what, name: name, registration: notAFile, configuration: noName)
    }

    private static func mode(_ what: String, _ mode: String, _ said: String) -> Entry {
        Entry(what, mode, name: "x.yaml", registration: said, configuration: said)
    }

    static let entries: [Entry] = [
        Entry("dot git", name: ".git", git: "hasDotgit"),
        Entry("dot git in capitals", name: ".GIT", git: "hasDotgit"),
        Entry("dot git as a folder", "40000", name: ".git", .tree, git: "hasDotgit"),
        Entry("dot git for DOS", name: "git~1", git: "hasDotgit"),
        Entry("dot git with a dot", name: ".git.", git: "hasDotgit"),
        Entry("dot git with a blank", name: ".git ", git: "hasDotgit"),
        Entry("dot git as a stream", name: ".git::$INDEX_ALLOCATION", git: "hasDotgit"),
        Entry("dot git with a joiner", name: ".git\u{200C}", git: "hasDotgit"),
        Entry("dot git with a mark in it", name: ".g\u{FEFF}it", git: "hasDotgit"),
        Entry("the folder above", name: "..", .tree, git: "hasDotdot"),
        Entry("the folder itself", name: ".", .tree, git: "hasDot"),
        Entry("no name", name: "", git: "empty filename in tree entry"),
        Entry("a slash", name: "a/b", git: "fullPathname"),
        Entry("a zero in front of the mode", "0100644", name: "x.yaml", git: "zeroPaddedFilemode"),
        Entry("no object", name: "x.yaml", .nothing, git: "nullSha1"),
        Entry("modules as a link", "120000", name: ".gitmodules", git: "gitmodulesSymlink"),
        Entry(
            "modules", name: ".gitmodules", registration: notAFile, configuration: noName),
        name("attributes", ".gitattributes"), name("an ignore file", ".gitignore"),
        name("a mail map", ".mailmap"), name("a hidden file", ".x"),
        name("a backslash", "a\\b"), name("a backslash above", "..\\x"), name("a colon", "a:b"),
        name("an escape", "a\u{1B}[2Jb"), name("a bell", "a\u{7}"),
        Entry(
            "a line end", name: "a\nb", registration: "registration: models/tumour/a",
            configuration: noName),
        name("a delete", "a\u{7F}"), name("a dot at the end", "x.yaml."),
        name("a blank at the end", "x.yaml "), name("a blank in front", " x.yaml"),
        name("composed", "caf\u{E9}.yaml"), name("decomposed", "cafe\u{301}.yaml"),
        name("a joiner", "x\u{200D}.yaml"), name("right to left", "x\u{202E}lmay.exe"),
        name("Cyrillic", "polic\u{443}.yaml"), name("an option", "-x.yaml"),
        name("a device", "CON"), name("a device with an ending", "aux.yaml"),
        name("a port", "Com1.txt"), name("DOS's name of attributes", "GITATT~1"),
        name("a long name", String(repeating: "x", count: 4000)),
        Entry(
            "no UTF-8", bytes: [0x78, 0xFF, 0xFE], registration: "isn't UTF-8",
            configuration: "isn't UTF-8"),
        Entry(
            "a program", "100755", name: "x.yaml", registration: "has mode 100755",
            configuration: noFile),
        Entry(
            "a link", "120000", name: "x.yaml", registration: "has mode 120000",
            configuration: noFile),
        Entry(
            "a submodule", "160000", name: "x.yaml", .commit, registration: "160000",
            configuration: noFile),
        mode("writable for the group", "100664", "unknown mode"),
        mode("a mode of nothing", "100600", "badFilemode"),
        mode("a mode of old", "40755", "badFilemode"),
        Entry(
            "a folder that is a file", "40000", name: "x.yaml", .blob, git: "is a blob, not a tree"),
        Entry(
            "a file that is a folder", "100644", name: "x.yaml", .tree, git: "is a tree, not a blob"
        ),
        Entry(
            "a folder too deep", "40000", name: "x", .nested(40), registration: "nested",
            configuration: "nested"),
        Entry(
            "a folder far too deep", "40000", name: "x", .nested(1000), registration: "nested",
            configuration: "nested"),
    ]

    @Test func hostileEntriesAreRefusedEachWithItsReason() throws {
        try AttackField.with { field in
            let vehicles = try Vehicles(field)
            for entry in Self.entries {
                let object = try vehicles.object(entry.object)
                for vehicle in [vehicles.registration, vehicles.configuration] {
                    let raw = Vehicles.Raw(mode: entry.mode, name: entry.name, id: object)
                    try vehicles.expectRefused(
                        vehicle, adding: [raw], entry.what,
                        saying: vehicle.branch == "policy/2"
                            ? entry.configuration : entry.registration)
                }
            }
            #expect(try field.fixture.state() == field.before)
        }
    }

    @Test func foldersThatTwoReadersReadDifferentlyAreRefused() throws {
        try AttackField.with { field in
            let vehicles = try Vehicles(field)
            let blob = try vehicles.object(.blob)
            let folder = try vehicles.object(.tree)
            func file(_ name: String) -> Vehicles.Raw {
                Vehicles.Raw(mode: "100644", name: Array(name.utf8), id: blob)
            }
            let rows: [(String, [Vehicles.Raw], Bool, String, String)] = [
                (
                    "the same twice", [file("x.yaml"), file("x.yaml")], true, "duplicateEntries",
                    "duplicateEntries"
                ),
                (
                    "a file and a folder of one name",
                    [file("x"), .init(mode: "40000", name: Array("x".utf8), id: folder)], true,
                    "duplicateEntries", "duplicateEntries"
                ),
                (
                    "out of order", [file("x.yaml"), file("a.yaml")], false, "treeNotSorted",
                    "treeNotSorted"
                ),
                (
                    "twins in case", [file("card.md"), file("POLICY.yaml")], true, Self.notAFile,
                    "'.signet/POLICY.yaml' and '.signet/policy.yaml' are one file"
                ),
                (
                    "twins among the new", [file("X.yaml"), file("x.yaml")], true, Self.notAFile,
                    "'.signet/X.yaml' and '.signet/x.yaml' are one file"
                ),
                (
                    "twins in form", [file("caf\u{E9}"), file("cafe\u{301}")], true, Self.notAFile,
                    Self.noName
                ),
                (
                    "ten thousand files", (0..<10_000).map { file("x\($0)") }, true, Self.notAFile,
                    "the configuration has more than 1000 files and folders"
                ),
            ]
            for (what, raw, sorted, registration, configuration) in rows {
                for (vehicle, said) in [
                    (vehicles.registration, registration), (vehicles.configuration, configuration),
                ] {
                    try vehicles.expectRefused(
                        vehicle, adding: raw, sorted: sorted, what, saying: said)
                }
            }
            #expect(try field.fixture.state() == field.before)
        }
    }

    @Test func aCommitsTreeIsATree() throws {
        try AttackField.with { field in
            let tip = try field.id("env/dev")
            let good = try field.merge(
                tip, field.id("promote/dev/tumour/v1"), by: field.key(.jane))
            let raw = try field.fixture.run([
                "git", "-C", field.clone.path, "cat-file", "commit", good,
            ]).output
            let blob = try field.object("blob", Data("x\n".utf8))
            for (what, other) in [
                ("a blob", blob), ("a commit", tip), ("nothing", String(repeating: "1", count: 40)),
            ] {
                let text = raw.replacing(/^tree [0-9a-f]{40}/, with: "tree \(other)")
                let commit = try field.object("commit", Data(text.utf8))
                let sent = try field.send(
                    [commit, blob], commit, to: "refs/heads/env/dev", from: tip)
                #expect(sent.output.contains("ng refs/heads/env/dev "), "\(what): \(sent)")
            }
            #expect(try field.fixture.state() == field.before)
        }
    }
}
