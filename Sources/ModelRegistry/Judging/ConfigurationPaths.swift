import GitStore

/// Checks of configuration files that other targets own, by path; a path that ends in a slash stands
/// for the files below it. They throw `DocumentError`.
package typealias ConfigurationChecks = [String:
    @Sendable (_ path: String, _ bytes: [UInt8]) throws -> Void]

/// The paths of configuration, which must be the same files in every clone, on every system.
struct ConfigurationPaths {
    private static let folders = [".signet", "templates"]
    private static let deepest = 8
    private static let most = 1000
    private static let longest = 128
    /// What Windows takes for devices, whatever follows a dot.
    private static let devices: Set<Substring> = Set(
        ["con", "prn", "aux", "nul"] + (0...9).flatMap { ["com\($0)", "lpt\($0)"] })

    /// The files and folders there are, by their path in lower case.
    private var byFoldedPath: [String: [String]] = [:]

    /// The configuration of `tree`.
    init(_ tree: ObjectID, in repository: GitRepository) throws {
        for folder in Self.folders {
            guard let entry = try repository.entry(at: folder, in: tree), entry.mode.isDirectory
            else { continue }
            var known: Set<String> = []
            for change in try repository.changes(from: nil, to: entry.id) {
                var path = folder
                for name in change.path.split(separator: "/") {
                    path += "/\(name)"
                    guard known.insert(path).inserted else { continue }
                    byFoldedPath[path.lowercased(), default: []].append(path)
                }
            }
        }
    }

    /// Why one of the changed files may not have its name; nil when all may.
    func fault(in changes: [TreeChange]) -> String? {
        guard byFoldedPath.count <= Self.most else {
            return "the configuration has more than \(Self.most) files and folders"
        }
        for change in changes where change.new != nil {
            let names = change.path.split(separator: "/", omittingEmptySubsequences: false)
            guard let folder = names.first, Self.folders.contains(String(folder)) else { continue }
            guard names.count <= Self.deepest,
                let wrong = names.dropFirst().first(where: { !Self.isPlain($0) })
            else {
                if names.count > Self.deepest { return "'\(change.path)' is nested too deep" }
                if let fault = twin(of: names) { return fault }
                continue
            }
            return "'\(wrong)' in '\(change.path)' is no name of a file on every system"
        }
        return nil
    }

    private func twin(of names: [Substring]) -> String? {
        var path = String(names[0])
        for name in names.dropFirst() {
            path += "/\(name)"
            let present = byFoldedPath[path.lowercased()] ?? []
            guard let other = present.first(where: { $0 != path }) else { continue }
            return "'\(path)' and '\(other)' are one file where case does not count"
        }
        return nil
    }

    private static func isPlain(_ name: Substring) -> Bool {
        guard (1...longest).contains(name.utf8.count), name.utf8.allSatisfy(isAllowed),
            let first = name.first, let last = name.last, !".-".contains(first), last != "."
        else { return false }
        return !devices.contains(Substring(name.lowercased()).prefix { $0 != "." })
    }

    private static func isAllowed(_ byte: UInt8) -> Bool {
        switch byte {
        case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
            UInt8(ascii: "0")...UInt8(ascii: "9"):
            true
        default: "._-".utf8.contains(byte)
        }
    }
}
