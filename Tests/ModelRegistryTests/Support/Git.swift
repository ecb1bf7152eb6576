import Foundation
import SystemPackage

/// Stock git, as the second opinion, without anybody's settings.
struct Git {
    struct Failure: Error, CustomStringConvertible {
        var description: String
    }

    let home: FilePath
    let repository: FilePath

    /// What git prints; throws when it fails.
    @discardableResult
    func callAsFunction(_ arguments: String..., input: [UInt8] = []) throws -> String {
        String(decoding: try bytes(arguments, input: input), as: UTF8.self)
            .trimmingCharacters(in: .newlines)
    }

    /// What git prints, given all its arguments in a list.
    func run(_ arguments: [String], input: [UInt8] = []) throws -> String {
        String(decoding: try bytes(arguments, input: input), as: UTF8.self)
    }

    /// What git prints, as it is.
    func bytes(_ arguments: [String], input: [UInt8] = []) throws -> [UInt8] {
        let inputPipe = Pipe()
        let outputPipe = Pipe()
        let process = try start(arguments, input: inputPipe, output: outputPipe)
        try inputPipe.fileHandleForWriting.write(contentsOf: Data(input))
        try inputPipe.fileHandleForWriting.close()
        let data = try outputPipe.fileHandleForReading.readToEnd() ?? Data()
        process.waitUntilExit()
        guard process.terminationStatus == 0 else {
            throw Failure(
                description: "git \(arguments.joined(separator: " ")) failed with "
                    + "\(process.terminationStatus): \(String(decoding: data, as: UTF8.self))")
        }
        return Array(data)
    }

    private func start(
        _ arguments: [String], input: Pipe? = nil, output: Pipe? = nil
    ) throws -> Process {
        let program = "/usr/bin/git"
        guard FileManager.default.isExecutableFile(atPath: program) else {
            throw Failure(description: "\(program) is missing\nhint: apt install git")
        }
        let process = Process()
        process.executableURL = URL(filePath: program)
        process.arguments = ["-C", repository.string] + arguments
        process.environment = [
            "HOME": home.string, "GIT_CONFIG_GLOBAL": "/dev/null", "GIT_CONFIG_NOSYSTEM": "1",
            "LC_ALL": "C", "GIT_AUTHOR_NAME": "A", "GIT_AUTHOR_EMAIL": "a@example.com",
            "GIT_COMMITTER_NAME": "C", "GIT_COMMITTER_EMAIL": "c@example.com",
        ]
        process.standardInput = input ?? FileHandle.nullDevice
        process.standardOutput = output ?? FileHandle.nullDevice
        process.standardError = output ?? FileHandle.nullDevice
        try process.run()
        return process
    }
}
