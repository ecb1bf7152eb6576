import ModelRegistry
import SystemPackage

extension SecretReference {
    static func parse(
        _ node: DocumentNode, folder: FilePath
    ) throws(DocumentError) -> SecretReference {
        let hint = "write `{environment: NAME}` or `{file: PATH}`"
        guard case .mapping = node.value() else {
            throw node.error("holds a secret itself", hint: hint)
        }
        let members = try node.members(["environment", "file"])
        guard let (key, value) = members.first, members.count == 1 else {
            throw node.error("must name one place", hint: hint)
        }
        guard key == "environment" else { return .file(try value.path(below: folder)) }
        let name = try value.text()
        let isName = name.utf8.allSatisfy {
            (UInt8(ascii: "A")...UInt8(ascii: "Z")).contains($0) || $0 == UInt8(ascii: "_")
                || (UInt8(ascii: "a")...UInt8(ascii: "z")).contains($0)
                || (UInt8(ascii: "0")...UInt8(ascii: "9")).contains($0)
        }
        guard isName, !name.isEmpty else {
            throw value.error("is not the name of an environment variable")
        }
        return .environment(name)
    }
}
