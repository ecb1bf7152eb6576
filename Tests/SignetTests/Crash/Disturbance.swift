import Foundation
import Glibc
import Testing

/// What happens to one of the steps by which a program changes the registry's files.
struct Disturbance {
    enum Way: String {
        /// The process that takes the step is killed before it; others go on.
        case kill
        /// All processes are killed at this step or the next they take, as when the machine fails.
        case stop
        /// The step fails, and no other.
        case once
        /// It fails, and so does whatever needs room after it.
        case stay
    }

    var way: Way
    /// From 1.
    var step: Int
    var error = ENOSPC
}

/// A run of which every step was noted: `number call path`.
struct DisturbedRun {
    let outcome: Outcome
    let steps: [String]

    /// Whether there was such a step at all.
    func reached(_ disturbance: Disturbance) -> Bool { steps.count >= disturbance.step }
}

extension Fixture {
    /// The library that counts and disturbs, built once.
    private static let stepsLibrary = Result { try buildStepsLibrary() }

    private static func buildStepsLibrary() throws -> String {
        let library = FileManager.default.temporaryDirectory
            .appending(path: "signet-steps-\(ProcessInfo.processInfo.processIdentifier).so")
        let source = root.appending(path: "Tests/Support/durable_steps.c")
        let compiler = Process()
        compiler.executableURL = URL(filePath: "/usr/bin/env")
        compiler.arguments = [
            "clang", "-O2", "-shared", "-fPIC", "-o", library.path, source.path,
        ]
        try compiler.run()
        compiler.waitUntilExit()
        try #require(
            compiler.terminationStatus == 0,
            "can't compile \(source.path): clang is part of the Swift toolchain; put it on the PATH"
        )
        return library.path
    }

    /// Runs something with the registry's steps counted, and one of them disturbed.
    func disturbed(
        _ disturbance: Disturbance? = nil, _ run: ([String: String]) throws -> Outcome
    ) throws -> DisturbedRun {
        let count = folder.appending(path: ".steps-count")
        let log = folder.appending(path: ".steps-log")
        try Data(count: 8).write(to: count)
        try Data().write(to: log)
        var environment = [
            "LD_PRELOAD": try Self.stepsLibrary.get(), "STEPS_BELOW": registry.path,
            "STEPS_COUNT": count.path, "STEPS_LOG": log.path,
        ]
        if let disturbance {
            environment["STEPS_AT"] = "\(disturbance.step)"
            environment["STEPS_HOW"] = disturbance.way.rawValue
            environment["STEPS_ERRNO"] = "\(disturbance.error)"
        }
        let outcome = try run(environment)
        // A process that a killed one left behind still ends by itself.
        let lines = try String(contentsOf: log, encoding: .utf8).split(separator: "\n")
        return DisturbedRun(outcome: outcome, steps: lines.map(String.init))
    }

    /// Puts a copy of the fixture's folder aside; `restore` brings it back.
    func keep() throws {
        try #require(try run("cp", "-a", folder.path, kept.path).status == 0)
    }

    func restore() throws {
        try FileManager.default.removeItem(at: registry)
        for name in try FileManager.default.contentsOfDirectory(atPath: kept.path) {
            let place = folder.appending(path: name)
            guard !name.hasPrefix(".") else { continue }
            if FileManager.default.fileExists(atPath: place.path) {
                try FileManager.default.removeItem(at: place)
            }
            let from = kept.appending(path: name).path
            try #require(try run("cp", "-a", from, place.path).status == 0)
        }
        let outbox = folder.appending(path: "outbox")
        let hadOutbox = FileManager.default.fileExists(atPath: kept.appending(path: "outbox").path)
        if !hadOutbox, FileManager.default.fileExists(atPath: outbox.path) {
            try FileManager.default.removeItem(at: outbox)
        }
    }

    /// Removes the copy; what can't be removed is left in the temporary folder.
    func forgetKept() { try? FileManager.default.removeItem(at: kept) }

    private var kept: URL {
        folder.deletingLastPathComponent().appending(path: folder.lastPathComponent + "-kept")
    }
}

/// Which steps are disturbed: all of them when SIGNET_CRASH_STRIDE is 1, as in scripts/test-crash.
enum DisturbedSteps {
    static let stride = ProcessInfo.processInfo.environment["SIGNET_CRASH_STRIDE"].flatMap(Int.init)

    static let namingCalls = ["rename", "unlink", "link", "renameat", "unlinkat"]

    /// By default a few, among those by which something appears or goes.
    static func chosen(
        from steps: [String], among calls: [String] = namingCalls, atMost most: Int
    ) -> [Int] {
        if let stride { return Array(Swift.stride(from: 1, through: steps.count, by: stride)) }
        let naming = steps.enumerated().filter { _, line in
            calls.contains(line.split(separator: " ").dropFirst().first.map(String.init) ?? "")
        }.map { $0.offset + 1 }
        guard naming.count > most else { return naming }
        guard most > 1 else { return [naming[naming.count / 2]] }
        return (0..<most).map { naming[$0 * (naming.count - 1) / (most - 1)] }
    }
}
