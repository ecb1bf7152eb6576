import Foundation
import Glibc
import Testing

/// A `signet` that runs beside the test, to be watched, asked to end, or killed.
final class WatchProcess {
    private let process = Process()
    private let errorFile: URL

    var id: pid_t { process.processIdentifier }
    var isRunning: Bool { process.isRunning }

    /// Starts the program.
    init(_ arguments: [String], in fixture: Fixture, adding extra: [String: String] = [:]) throws {
        errorFile = fixture.folder.appending(path: ".watch-\(UUID().uuidString)")
        _ = FileManager.default.createFile(atPath: errorFile.path, contents: nil)
        process.executableURL = Fixture.program
        process.arguments = arguments
        process.environment = fixture.environment.merging(extra) { $1 }
        process.currentDirectoryURL = fixture.folder
        process.standardInput = FileHandle.nullDevice
        process.standardOutput = FileHandle.nullDevice
        process.standardError = try FileHandle(forWritingTo: errorFile)
        try process.run()
    }

    /// What it said so far.
    var errors: String {
        // Its file was made before it started; what can't be read fails the test that reads it.
        (try? String(contentsOf: errorFile, encoding: .utf8)) ?? ""
    }

    /// Ends it at once, as a crash does; its own children go on.
    func kill() {
        Glibc.kill(id, SIGKILL)
        process.waitUntilExit()
    }

    /// Asks it to end, and returns its exit status; nil when a signal ended it.
    func end(by signal: CInt = SIGTERM) -> Int32? {
        Glibc.kill(id, signal)
        return wait()
    }

    func wait() -> Int32? {
        process.waitUntilExit()
        return process.terminationReason == .exit ? process.terminationStatus : nil
    }

    /// The processes it has started and that still run.
    var children: [pid_t] {
        let tasks = (try? FileManager.default.contentsOfDirectory(atPath: "/proc/\(id)/task")) ?? []
        // A task that ended meanwhile has no children.
        return tasks.flatMap { task in
            let list = try? String(
                contentsOfFile: "/proc/\(id)/task/\(task)/children", encoding: .utf8)
            return (list ?? "").split(separator: " ").compactMap { pid_t($0) }
        }
    }

    /// The runner's process, once it is there; nil when this one ends without it.
    func runner() -> pid_t? {
        while isRunning {
            for child in children {
                // A process between fork and exec is still called as its parent.
                let line = try? String(contentsOfFile: "/proc/\(child)/cmdline", encoding: .utf8)
                if line?.contains("run-batch") == true { return child }
            }
            usleep(500)
        }
        return nil
    }
}

/// Waits until something holds; false when it takes longer than is bearable on a busy machine.
func eventually(within seconds: Double = 20, _ holds: () throws -> Bool) rethrows -> Bool {
    let end = Date().addingTimeInterval(seconds)
    while Date() < end {
        if try holds() { return true }
        usleep(50_000)
    }
    return try holds()
}
