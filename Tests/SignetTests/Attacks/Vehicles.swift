import Foundation
import Testing

/// A registration and a change of configuration that are right but for what is added to a folder.
final class Vehicles {
    struct Raw {
        var mode: String
        var name: [UInt8]
        var id: String
    }

    struct Vehicle {
        let branch: String
        let folder: String
        let parent: String
        let base: String
        let key: URL
    }

    let field: AttackField
    let registration: Vehicle
    let configuration: Vehicle
    /// All that was written and the registry may lack.
    private var objects: Set<String> = []

    init(_ field: AttackField) throws {
        self.field = field
        let version = try field.git("rev-parse", "refs/tags/tumour/v1")
        let model = "models/tumour/model.yaml"
        let two =
            try field.git("show", "\(version):\(model)").replacing(
                "version: 1", with: "version: 2") + "\n"
        registration = Vehicle(
            branch: "models/tumour", folder: "models/tumour", parent: version,
            base: try field.tree(version, with: [model: two]), key: field.key(.ravi))
        let main = try field.id("main")
        configuration = Vehicle(
            branch: "policy/2", folder: ".signet", parent: main,
            base: try field.tree(
                main,
                with: [
                    ".signet/policy.yaml": AttackField.policy.replacing(
                        "serial: 1", with: "serial: 2")
                ]), key: field.key(.ada))
        for base in [registration.base, configuration.base] { try note(below: base) }
    }

    private func note(below tree: String) throws {
        let listed = try field.git("rev-list", "--objects", "--no-object-names", tree)
        objects.formUnion(listed.split(separator: "\n").map(String.init))
    }

    /// Expects that a commit with these entries more is refused, saying so, and moves nothing.
    func expectRefused(
        _ vehicle: Vehicle, adding raw: [Raw], sorted: Bool = true, _ what: String,
        saying wanted: String, sourceLocation: SourceLocation = #_sourceLocation
    ) throws {
        let before = objects
        defer { objects = before }
        let commit = try commit(vehicle, adding: raw, sorted: sorted)
        let reference = "refs/heads/\(vehicle.branch)"
        let zero = String(repeating: "0", count: 40)
        let sent = try field.send(
            objects, commit, to: reference,
            from: vehicle.branch == "policy/2" ? zero : vehicle.parent)
        #expect(
            sent.output.contains("ng \(reference) "), "\(what): \(sent)",
            sourceLocation: sourceLocation)
        #expect(
            sent.errors.contains(wanted),
            "\(what), \(vehicle.branch): wanted '\(wanted)' in \(sent.errors)",
            sourceLocation: sourceLocation)
    }

    private func noted(_ id: String) -> String {
        objects.insert(id)
        return id
    }

    func object(_ kind: HostileTreeTests.Object) throws -> String {
        switch kind {
        case .blob: try noted(field.object("blob", Data("x\n".utf8)))
        case .tree: try field.git("rev-parse", "main:templates")
        case .commit: try field.id("main")
        case .nothing: String(repeating: "0", count: 40)
        case .nested(let depth): try nested(depth)
        }
    }

    private func nested(_ depth: Int) throws -> String {
        let path = Array(repeating: "x", count: depth + 1).joined(separator: "/")
        let tree = try field.shell(
            """
            git fast-import --quiet <<END
            commit refs/nested
            committer Mallory <mallory@example.com> 1 +0000
            data 0
            deleteall
            M 100644 inline \(path)
            data 1
            x
            END
            git rev-parse 'refs/nested^{tree}'
            git update-ref -d refs/nested
            """)
        try note(below: tree)
        return tree
    }

    /// A signed commit whose folder has these entries more, in git's order unless told otherwise.
    func commit(
        _ vehicle: Vehicle, adding raw: [Raw], sorted: Bool = true
    ) throws -> String {
        let top = try entries(of: vehicle.base)
        var names = vehicle.folder.split(separator: "/").map(String.init)
        let tree = try replaced(top, &names, adding: raw, sorted: sorted)
        return noted(
            try field.commit(tree: tree, parents: [vehicle.parent], "attack", by: vehicle.key))
    }

    private func replaced(
        _ entries: [Raw], _ names: inout [String], adding raw: [Raw], sorted: Bool
    ) throws -> String {
        guard !names.isEmpty else {
            let all = sorted ? (entries + raw).sorted(by: Self.precedes) : entries + raw
            return try write(all)
        }
        let name = Array(names.removeFirst().utf8)
        var entries = entries
        let place = try #require(entries.firstIndex { $0.name == name })
        entries[place].id = try replaced(
            self.entries(of: entries[place].id), &names, adding: raw, sorted: sorted)
        return try write(entries)
    }

    private func entries(of tree: String) throws -> [Raw] {
        try field.git("ls-tree", tree).split(separator: "\n").map { line in
            let fields = line.split(separator: "\t")
            let words = fields[0].split(separator: " ").map(String.init)
            return Raw(
                mode: words[0] == "040000" ? "40000" : words[0], name: Array(fields[1].utf8),
                id: words[2])
        }
    }

    private static func precedes(_ one: Raw, _ other: Raw) -> Bool {
        func key(_ entry: Raw) -> [UInt8] { entry.name + (entry.mode == "40000" ? [0x2F] : []) }
        return key(one).lexicographicallyPrecedes(key(other))
    }

    private func write(_ entries: [Raw]) throws -> String {
        var bytes = Data()
        for entry in entries {
            bytes.append(Data(entry.mode.utf8))
            bytes.append(0x20)
            bytes.append(Data(entry.name))
            bytes.append(0)
            let digits = Array(entry.id)
            for index in stride(from: 0, to: digits.count, by: 2) {
                bytes.append(UInt8(String(digits[index...(index + 1)]), radix: 16) ?? 0)
            }
        }
        return noted(try field.object("tree", bytes))
    }
}
