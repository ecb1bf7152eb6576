import Foundation

/// A program that runs, its streams kept in files so that it never waits for a reader.
struct StartedProgram {
    private let process = Process()
    private let output: URL
    private let errors: URL

    init(_ arguments: [String], environment: [String: String], folder: URL) throws {
        process.executableURL = URL(filePath: "/usr/bin/env")
        process.arguments = arguments
        process.environment = environment
        process.currentDirectoryURL = folder
        process.standardInput = FileHandle.nullDevice
        output = folder.appending(path: ".out-\(UUID().uuidString)")
        errors = folder.appending(path: ".err-\(UUID().uuidString)")
        for file in [output, errors] {
            _ = FileManager.default.createFile(atPath: file.path, contents: nil)
        }
        process.standardOutput = try FileHandle(forWritingTo: output)
        process.standardError = try FileHandle(forWritingTo: errors)
        try process.run()
    }

    /// Waits for the program's end.
    func outcome() throws -> Outcome {
        process.waitUntilExit()
        defer {
            // The fixture's folder goes as a whole: a file that stays does no harm.
            for file in [output, errors] { try? FileManager.default.removeItem(at: file) }
        }
        return Outcome(
            status: process.terminationStatus,
            output: String(decoding: try Data(contentsOf: output), as: UTF8.self),
            errors: String(decoding: try Data(contentsOf: errors), as: UTF8.self))
    }
}
