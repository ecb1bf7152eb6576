import Foundation

/// What git's configuration says of the person at the keyboard.
enum GitIdentity {
    static func name() throws -> String? { try setting("user.name") }
    static func email() throws -> String? { try setting("user.email") }

    /// The signing key's file, or the key itself, when git signs by SSH.
    static func signingKey() throws -> String? {
        guard try setting("gpg.format") == "ssh" else { return nil }
        if let key = try setting("user.signingKey") { return key }
        guard let command = try setting("gpg.ssh.defaultKeyCommand") else { return nil }
        // As git does: the first line of what the command prints, if it is a key.
        let first = try output(of: "/bin/sh", "-c", command)?.split(separator: "\n").first
        return first.map(String.init).flatMap { literalKey($0) == nil ? nil : $0 }
    }

    /// The public key that a setting holds itself, as in a `.pub` file; nil for the name of a file.
    static func literalKey(_ setting: String) -> String? {
        if setting.hasPrefix("key::") { return String(setting.dropFirst("key::".count)) }
        return setting.hasPrefix("ssh-") && setting.contains(" ") ? setting : nil
    }

    private static func setting(_ name: String) throws -> String? {
        try output(of: "/usr/bin/env", "git", "config", "--get", name)
    }

    private static func output(of program: String, _ arguments: String...) throws -> String? {
        let process = Process()
        process.executableURL = URL(fileURLWithPath: program)
        process.arguments = arguments
        process.standardInput = FileHandle.nullDevice
        process.standardError = FileHandle.nullDevice
        let output = Pipe()
        process.standardOutput = output
        try process.run()
        let bytes = output.fileHandleForReading.readDataToEndOfFile()
        process.waitUntilExit()
        guard process.terminationStatus == 0 else { return nil }
        let text = String(decoding: bytes, as: UTF8.self)
        return text.trimmingCharacters(in: .whitespacesAndNewlines)
    }
}
