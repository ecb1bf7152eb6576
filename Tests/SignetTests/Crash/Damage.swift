import Foundation
import Testing

/// One thing broken in a registry, and who must say so.
struct Damage: CustomTestStringConvertible {
    let name: String
    /// Commands that must answer 1, with words of where the damage is.
    let caughtBy: [String: String]
    /// Whether `repair` puts it right; else it is put back by hand.
    let isRepairable: Bool
    /// Spoils it; returns what must be named, empty when it doesn't matter.
    let spoil: (Fixture) throws -> String

    var testDescription: String { name }

    init(
        _ name: String, caughtBy: [String: String] = [:], isRepairable: Bool = false,
        _ spoil: @escaping (Fixture) throws -> String
    ) {
        self.name = name
        self.caughtBy = caughtBy
        self.isRepairable = isRepairable
        self.spoil = spoil
    }

    /// Missing, cut and flipped: the three ways in which an object's file is lost.
    private static var losses: [(String, (URL) throws -> Void)] {
        [
            ("missing", { try FileManager.default.removeItem(at: $0) }),
            ("cut", { try $0.cut(to: 0.5) }),
            ("emptied", { try $0.cut(to: 0) }),
            ("flipped", { try $0.flip(at: 0.6) }),
        ]
    }

    /// Objects by what they are, with who must find the loss.
    private static let objects: [(String, String, [String: String])] = [
        ("the commit of an environment", "env/dev", ["verify": "", "resolve": ""]),
        ("the tree of an environment", "env/dev^{tree}", ["verify": "", "resolve": ""]),
        (
            "a model's description", "env/dev:models/tumour/model.yaml",
            ["verify": "", "resolve": ""]
        ),
        ("the policy", "env/dev:.signet/policy.yaml", ["verify": ""]),
        (
            "main's keys", "main:.signet/allowed_signers",
            ["verify": "main, or its policy or keys,", "status": "main, or its policy or keys,"]
        ),
        (
            "main's description", "main:.signet/registry.yaml",
            ["verify": "main, or its .signet/registry.yaml,"]
        ),
        (
            "a mail's template", "main:templates/email/head.html.mustache",
            ["verify": "'templates/email/head.html.mustache' can't be read"]
        ),
        ("the proposal that was approved", "env/dev^2", ["verify": ""]),
        ("the ledger's last commit", "refs/signet/ledger", ["ledger verify": "", "verify": ""]),
        (
            "an entry in the middle of the ledger", "refs/signet/ledger~2:entry.json",
            ["ledger verify": "", "verify": ""]
        ),
        ("the commit that a tag names", "tumour/v1", ["verify": ""]),
        ("the founding commit", "main", ["verify": "", "status": ""]),
    ]

    static var ofObjects: [Damage] {
        objects.flatMap { what, expression, caughtBy in
            losses.map { loss, spoil in
                Damage("\(what), \(loss)", caughtBy: caughtBy) { fixture in
                    let id = try fixture.commit(expression)
                    let file = fixture.registry.appending(
                        path: "objects/\(id.prefix(2))/\(id.dropFirst(2))")
                    try FileManager.default.setAttributes(
                        [.posixPermissions: 0o644], ofItemAtPath: file.path)
                    try spoil(file)
                    return String(id.prefix(10))
                }
            }
        }
    }

    static var ofPacks: [Damage] {
        [("pack", 0.5), ("pack", 0.97), ("idx", 0.5)].flatMap {
            kind, place in
            [
                ("cut", { (file: URL) in try file.cut(to: place) }),
                ("flipped", { try $0.flip(at: place) }),
            ].map { loss, spoil in
                Damage(
                    "a pack's \(kind), \(loss) at \(place)",
                    caughtBy: loss == "cut" ? ["verify": ""] : [:]
                ) {
                    fixture in
                    try #require(fixture.git("repack", "-qad").status == 0)
                    try #require(fixture.git("prune-packed", "-q").status == 0)
                    let folder = "objects/pack"
                    let name = try #require(
                        fixture.files(in: folder).first { $0.hasSuffix(".\(kind)") })
                    let file = fixture.registry.appending(path: name)
                    try FileManager.default.setAttributes(
                        [.posixPermissions: 0o644], ofItemAtPath: file.path)
                    try spoil(file)
                    return ""
                }
            }
        }
    }

    /// A file of the registry with other contents.
    private static func file(
        _ name: String, _ text: String, caughtBy: [String: String] = [:],
        isRepairable: Bool = true
    ) -> Damage {
        let shown = text.isEmpty ? "empty" : "'\(text.prefix(12))'"
        return Damage("\(name): \(shown)", caughtBy: caughtBy, isRepairable: isRepairable) {
            fixture in
            let file = fixture.registry.appending(path: name)
            try FileManager.default.createDirectory(
                at: file.deletingLastPathComponent(), withIntermediateDirectories: true)
            try Data(text.utf8).write(to: file)
            return ""
        }
    }

    static var ofReferences: [Damage] {
        ["", "garbage\n", "0123456789\n"].flatMap { text in
            [
                file(
                    "refs/heads/env/dev", text,
                    caughtBy: ["resolve": "refs/heads/env/dev", "verify": "refs/heads/env/dev"]),
                file(
                    "refs/signet/ledger", text,
                    caughtBy: [
                        "ledger verify": "refs/signet/ledger", "verify": "refs/signet/ledger",
                    ]),
                file("refs/tags/tumour/v1", text, caughtBy: ["verify": "refs/tags/tumour/v1"]),
                file("refs/signet/cursors/watch", text),
            ]
        } + [
            file(
                "packed-refs", "garbage\n", caughtBy: ["verify": "packed-refs"], isRepairable: false
            )
        ]
    }

    static var ofOwnFiles: [Damage] {
        ["", "garbage\n", "{\n"].flatMap { text in
            [
                file("signet/index/head", text),
                file("signet/index/refs/refs%2Fheads%2Fenv%2Fdev", text),
                file("signet/verified/dev/tip", text),
                file("signet/verified/dev/model-tumour", text),
                file("signet/index/attested", text),
                file("signet/index/refused", text),
                file(
                    "signet/inbox/000000000000000001-1-0123456789.json", text, isRepairable: false),
                file("signet/refused/000000000000000001-1-1.json", text),
                file("signet/spool/pending/x.json", text, isRepairable: false),
                file("signet/alarms/x.json", text),
                file("signet/config.yaml", text, isRepairable: false),
            ]
        } + [
            Damage("the index of the environment's commit, empty", isRepairable: true) { fixture in
                let id = try fixture.commit("env/dev")
                let name = "signet/index/commits/\(id.prefix(2))/\(id.dropFirst(2))"
                try Data().write(to: fixture.registry.appending(path: name))
                return ""
            }
        ]
    }
}

extension URL {
    /// Leaves the first part of the file.
    func cut(to part: Double) throws {
        let bytes = try Data(contentsOf: self)
        try bytes.prefix(Int(Double(bytes.count) * part)).write(to: self)
    }

    /// Turns one bit over.
    func flip(at part: Double) throws {
        var bytes = try Data(contentsOf: self)
        bytes[Int(Double(bytes.count) * part)] ^= 0x10
        try bytes.write(to: self)
    }
}
