/// What the registry is: `.signet/registry.yaml`.
package struct RegistryDescription: Hashable, Sendable {
    /// The version of the formats and references that this program reads and writes.
    package static let currentFormat = 1

    /// The version of the formats that the registry is written in.
    package let formatVersion: Int
    /// What the registry is called.
    package let name: String

    package init(name: String) {
        formatVersion = Self.currentFormat
        self.name = name
    }

    /// Reads the description; an older or newer format version is refused before anything else.
    package static func parse(
        _ bytes: [UInt8], file: String
    ) throws(DocumentError) -> RegistryDescription {
        let root = try DocumentNode(yaml: bytes, file: file)
        let version = try root.required("formatVersion")
        let number = try version.integer()
        guard number >= currentFormat else {
            throw version.error(
                "is \(number), an older format than this version of Signet reads (\(currentFormat))",
                hint: "upgrade the registry: see the documentation of upgrades")
        }
        guard number <= currentFormat else {
            throw version.error(
                "is \(number), a newer format than this version of Signet reads (\(currentFormat))",
                hint: "install a newer Signet")
        }
        _ = try root.members(["formatVersion", "name"])
        return RegistryDescription(name: try root.required("name").singleLine(limit: 100))
    }

    /// The canonical YAML text.
    package func serialise() -> [UInt8] {
        let value = DocumentValue.mapping([
            "formatVersion": .integer(formatVersion), "name": .string(name),
        ])
        return Array(value.yaml(order: ["formatVersion", "name"]).utf8)
    }
}
