import Foundation
import SystemPackage

/// Runs the programs the tests need, with a clean environment.
enum Program {
    struct Failure: Error, CustomStringConvertible { let description: String }

    /// The folder `Tests/Support`.
    static let scripts = URL(fileURLWithPath: #filePath).deletingLastPathComponent()
        .deletingLastPathComponent().deletingLastPathComponent().appendingPathComponent("Support")

    /// The Python that has aiosmtpd.
    static let python =
        ProcessInfo.processInfo.environment["SIGNET_TEST_PYTHON"] ?? "python3"

    static func make(_ command: [String]) -> Process {
        let process = Process()
        process.executableURL = URL(fileURLWithPath: "/usr/bin/env")
        process.arguments = command
        process.environment = ["PATH": "/usr/local/bin:/usr/bin:/bin", "LC_ALL": "C.UTF-8"]
        return process
    }

    /// What the command prints; a failure says which Debian package the program is in.
    static func output(_ command: [String], package: String) async throws -> Data {
        try await offThePool { try blockingOutput(command, package: package) }
    }

    /// Runs what blocks on a thread of its own: the tests share few cooperative threads.
    static func offThePool<Result: Sendable>(
        _ body: @escaping @Sendable () throws -> Result
    ) async throws -> Result {
        try await withCheckedThrowingContinuation { continuation in
            Thread { continuation.resume(with: Swift.Result { try body() }) }.start()
        }
    }

    private static func blockingOutput(_ command: [String], package: String) throws -> Data {
        let process = make(command)
        let (output, errors) = (Pipe(), Pipe())
        process.standardOutput = output
        process.standardError = errors
        try process.run()
        let data = output.fileHandleForReading.readDataToEndOfFile()
        let problem = errors.fileHandleForReading.readDataToEndOfFile()
        process.waitUntilExit()
        guard process.terminationStatus == 0 else {
            throw Failure(
                description: "'\(command.joined(separator: " "))' failed: "
                    + String(decoding: problem, as: UTF8.self)
                    + "\nhint: apt-get install \(package)")
        }
        return data
    }
}
