import Foundation

/// What git's configuration says of the person at the keyboard.
enum GitIdentity {
    static func name() throws -> String? { try setting("user.name") }
    static func email() throws -> String? { try setting("user.email") }

    /// The signing key's file, when git signs by SSH.
    static func signingKey() throws -> String? {
        guard try setting("gpg.format") == "ssh", let key = try setting("user.signingKey") else {
            return nil
        }
        return key.hasPrefix("key::") || key.hasPrefix("ssh-") ? nil : key
    }

    private static func setting(_ name: String) throws -> String? {
        let process = Process()
        process.executableURL = URL(fileURLWithPath: "/usr/bin/env")
        process.arguments = ["git", "config", "--get", name]
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
