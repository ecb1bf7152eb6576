import Foundation
import SystemPackage

/// A server in Python that prints its port and ends when its standard input closes.
struct TestServer {
    let port: Int

    static func with<Result>(
        _ script: String, _ arguments: [String], isolation: isolated (any Actor)? = #isolation,
        _ body: (TestServer) async throws -> Result
    ) async throws -> Result {
        let path = Program.scripts.appendingPathComponent(script).path
        let process = Program.make([Program.python, path] + arguments)
        let (input, output, errors) = (Pipe(), Pipe(), Pipe())
        process.standardInput = input
        process.standardOutput = output
        process.standardError = errors
        try process.run()
        // The server then ends by itself.
        defer { try? input.fileHandleForWriting.close() }
        let reader = output.fileHandleForReading
        let line = String(
            decoding: try await Program.offThePool { reader.availableData }, as: UTF8.self)
        guard let port = Int(line.trimmingCharacters(in: .whitespacesAndNewlines)) else {
            let problem = errors.fileHandleForReading.readDataToEndOfFile()
            throw Program.Failure(
                description: "\(script) did not start: " + String(decoding: problem, as: UTF8.self))
        }
        return try await body(TestServer(port: port))
    }
}
