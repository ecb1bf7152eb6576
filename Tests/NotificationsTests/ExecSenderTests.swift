import Foundation
import ModelRegistry
import SystemPackage
import Testing

@testable import Notifications

struct ExecSenderTests {
    @Test func theEventIsOnStandardInputAndTheEnvironmentIsClean() async throws {
        try await TemporaryFolder.with { folder in
            let (input, variables) = (folder.appending("input"), folder.appending("variables"))
            let outcome = await send(
                "cat > '\(input)'; env | LC_ALL=C sort > '\(variables)'; pwd >> '\(variables)'")
            #expect(outcome == .delivered)
            #expect(try input.text() == String(decoding: try Samples.event().json(), as: UTF8.self))
            let shellsOwn = ["PWD=", "SHLVL=", "_=", "OLDPWD="]
            let lines = try variables.text().split(separator: "\n").map(String.init)
                .filter { line in !shellsOwn.contains { line.hasPrefix($0) } }
            #expect(
                lines == [
                    "PATH=\(ExecSender.searchPath)", "SIGNET_EVENT_ID=12-proposal.opened",
                    "SIGNET_EVENT_TYPE=proposal.opened", "/",
                ])
        }
    }

    @Test func noShellReadsTheArguments() async throws {
        try await TemporaryFolder.with { folder in
            let made = folder.appending("$(echo x); true")
            let exec = Target.Exec(command: ["/usr/bin/touch", made.string])
            #expect(await ExecSender(exec: exec).send(Samples.event()) == .delivered)
            let names = try folder.names()
            #expect(names == ["$(echo x); true"])
        }
    }

    @Test(arguments: [
        ("exit 0", DeliveryOutcome.delivered),
        (
            "echo 'no such\nhost' >&2; exit 75",
            .retry(reason: "'/bin/sh' asked to be run again: no such host")
        ),
        ("echo wrong >&2; exit 3", .undeliverable(reason: "'/bin/sh' exited 3: wrong")),
        ("kill -TERM $$", .retry(reason: "'/bin/sh' ended by signal 15")),
        ("exec 0<&-; exit 0", .delivered),
        ("trap '' PIPE; exec 2>&-; exit 4", .undeliverable(reason: "'/bin/sh' exited 4")),
    ])
    func howItEndsDecides(script: String, expected: DeliveryOutcome) async {
        #expect(await send(script) == expected)
    }

    @Test func whatTakesTooLongIsKilledWithAllItStarted() async throws {
        try await TemporaryFolder.with { folder in
            let late = folder.appending("late")
            let outcome = await send(
                "(sleep 1.5; touch '\(late)') & sleep 30", timeout: .milliseconds(300))
            #expect(outcome == .retry(reason: "'/bin/sh' took longer than 0.3 seconds"))
            try await Task.sleep(for: .seconds(2))
            #expect(try folder.names() == [])
        }
    }

    @Test func cancellingTheTaskKillsIt() async throws {
        // Long enough for a machine on which this task is not woken for minutes.
        let task = Task { await send("sleep 3000", timeout: .seconds(3000)) }
        try await Task.sleep(for: .milliseconds(200))
        task.cancel()
        #expect(await task.value == .retry(reason: "'/bin/sh' was stopped with the watcher"))
    }

    @Test func muchOnStandardErrorIsReadAndCutShort() async {
        let outcome = await send("head -c 1000000 /dev/zero | tr '\\0' e >&2; exit 1")
        let words = String(repeating: "e", count: ChildProcess.errorLimit)
        #expect(outcome == .undeliverable(reason: "'/bin/sh' exited 1: \(words)"))
    }

    @Test func anEventLargerThanAPipeIsFedWhole() async throws {
        try await TemporaryFolder.with { folder in
            let text = String(repeating: "x", count: 1 << 20)
            let event = Samples.event(data: ["detail": .string(text)])
            let count = folder.appending("count")
            let exec = Target.Exec(
                command: ["/bin/sh", "-c", "sleep 0.2; wc -c > '\(count)'"])
            #expect(await ExecSender(exec: exec).send(event) == .delivered)
            let number = Int(try count.text().trimmingCharacters(in: .whitespacesAndNewlines))
            #expect(number == (try event.json().count))
        }
    }

    @Test func aProgramThatReadsNothingIsNoFault() async {
        let text = String(repeating: "x", count: 1 << 20)
        let event = Samples.event(data: ["detail": .string(text)])
        let exec = Target.Exec(command: ["/bin/true"])
        #expect(await ExecSender(exec: exec).send(event) == .delivered)
    }

    @Test func aMissingProgramIsNamed() async {
        let exec = Target.Exec(command: ["/no/such/program"])
        #expect(
            await ExecSender(exec: exec).send(Samples.event())
                == .undeliverable(
                    reason: "can't run '/no/such/program': No such file or directory"))
    }

    private func send(_ script: String, timeout: Duration = .seconds(20)) async -> DeliveryOutcome {
        let exec = Target.Exec(command: ["/bin/sh", "-c", script], timeout: timeout)
        return await ExecSender(exec: exec).send(Samples.event())
    }
}
