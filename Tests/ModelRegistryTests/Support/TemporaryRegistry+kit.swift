import Foundation
import GitStore
import SystemPackage
import Testing

@testable import ModelRegistry

/// Kits, and what their script says of them.
extension TemporaryRegistry {
    private static let templates = URL(filePath: #filePath).deletingLastPathComponent()
        .deletingLastPathComponent().deletingLastPathComponent().deletingLastPathComponent()
        .appending(path: "templates/audit")

    /// Writes a kit of the registry as it is now.
    func kit(_ name: String = "kit") throws -> (folder: FilePath, kit: AuditKit) {
        let folder = folder.appending(name)
        let script = try Data(contentsOf: Self.templates.appending(path: "check.sh"))
        return (
            folder, try registry.auditKit(at: folder, script: Array(script), readme: "\n".bytes)
        )
    }

    /// Runs a kit's script.
    func check(_ kit: FilePath, _ arguments: String...) throws -> (status: Int32, words: String) {
        let process = Process()
        process.executableURL = URL(filePath: "/bin/sh")
        process.arguments = [kit.appending("check.sh").string] + arguments
        process.environment = ["PATH": "/usr/bin:/bin", "HOME": folder.string]
        process.standardInput = FileHandle.nullDevice
        let output = Pipe()
        process.standardOutput = output
        process.standardError = output
        try process.run()
        let words = try output.fileHandleForReading.readToEnd() ?? Data()
        process.waitUntilExit()
        return (process.terminationStatus, String(decoding: words, as: UTF8.self))
    }

    /// Demands that the script finds what `verify` proves wrong by content, and nothing when there is
    /// nothing; returns the script's words.
    @discardableResult
    func expectAgreement(
        holds: Bool, at location: SourceLocation = #_sourceLocation
    ) throws -> String {
        let wrong = try registry.verify().findings.filter { $0.basis == .content }
        #expect(wrong.isEmpty == holds, "\(wrong)", sourceLocation: location)
        let answer = try check(kit("kit-\(UUID().uuidString)").folder, registry.founding.hex)
        #expect((answer.status == 0) == holds, "\(answer.words)", sourceLocation: location)
        return answer.words
    }
}
