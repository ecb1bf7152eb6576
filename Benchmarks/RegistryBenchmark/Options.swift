import SystemPackage

/// What the command line asks for.
struct Options: Sendable {
    let registry: FilePath
    private(set) var models = 1
    private(set) var versions = 1
    private(set) var threads = 1
    private(set) var registrar: FilePath?
    private(set) var approver: FilePath?
    private(set) var usesKeygen = false
    private(set) var environment = "dev"

    struct Wrong: Error, CustomStringConvertible {
        let description: String
    }

    init(_ arguments: some Sequence<String>) throws {
        var words = Array(arguments)[...]
        guard let path = words.popFirst() else { throw Wrong(description: "name a registry") }
        registry = FilePath(path)
        while let name = words.popFirst() {
            if name == "--ssh-keygen" {
                usesKeygen = true
                continue
            }
            guard let value = words.popFirst() else {
                throw Wrong(description: "\(name) needs a value")
            }
            switch name {
            case "--models": models = try Self.number(value)
            case "--versions": versions = try Self.number(value)
            case "--threads": threads = try Self.number(value)
            case "--registrar": registrar = FilePath(value)
            case "--approver": approver = FilePath(value)
            case "--environment": environment = value
            default: throw Wrong(description: "unknown option \(name)")
            }
        }
    }

    private static func number(_ text: String) throws -> Int {
        guard let number = Int(text), number > 0 else {
            throw Wrong(description: "'\(text)' is not a number from 1")
        }
        return number
    }
}
