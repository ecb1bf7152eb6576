import Foundation
import ModelRegistry
import SystemPackage

/// The two streams of a command.
enum Terminal {
    /// Data: what a pipe reads.
    static func print(_ text: String) { write(text.hasSuffix("\n") ? text : text + "\n") }

    /// Data that has its own line ends. Ends the program when nobody can take it.
    static func write(_ text: String) {
        do {
            _ = try FileDescriptor.standardOutput.writeAll(text.utf8)
        } catch {
            complain(
                "error: the answer can't be written to standard output: \(error)\n"
                    + "hint: what was asked for may be done all the same: see `signet status`")
            exit(1)
        }
    }

    /// Progress and messages.
    static func say(_ text: String) { complain(text) }

    static func complain(_ text: String) {
        let text = text.withoutControls
        message(text.hasSuffix("\n") ? text : text + "\n")
    }

    /// A line that the next one writes over.
    static func progress(_ text: String) { message("\r\(text)  ") }

    private static func message(_ text: String) {
        // Where nobody takes messages, the exit code is what is left to say.
        _ = try? FileDescriptor.standardError.writeAll(text.utf8)
    }

    /// The folder that relative paths start from.
    static var folder: FilePath { FilePath(FileManager.default.currentDirectoryPath) }

    /// The environment of the process.
    static var environment: [String: String] { ProcessInfo.processInfo.environment }
}
