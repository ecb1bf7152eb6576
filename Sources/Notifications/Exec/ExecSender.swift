import Glibc
import SystemPackage

/// Runs a program with the event on its standard input, without a shell.
///
/// Exit 0 is delivered; 75 (EX_TEMPFAIL), a signal and a time-out are tried again; others are final.
package struct ExecSender: Sendable {
    /// The `PATH` of the program.
    package static let searchPath = "/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin"
    static let temporaryFailure: Int32 = 75

    let exec: Target.Exec

    package init(exec: Target.Exec) { self.exec = exec }

    /// Runs the program once.
    package func send(_ event: CloudEvent) async -> DeliveryOutcome {
        let input: [UInt8]
        do throws(NotificationError) {
            input = try event.json()
        } catch {
            return .undeliverable(reason: "\(error)")
        }
        return await BlockingWork.run { cancellation in
            self.run(event, input: input, cancellation)
        }
    }

    private func run(
        _ event: CloudEvent, input: [UInt8], _ cancellation: Cancellation
    ) -> DeliveryOutcome {
        let program = exec.command.first ?? ""
        let variables = [
            "PATH=\(Self.searchPath)", "SIGNET_EVENT_ID=\(Self.plain(event.id))",
            "SIGNET_EVENT_TYPE=\(Self.plain(event.type))",
        ]
        do {
            let child = try ChildProcess(command: exec.command, environment: variables)
            let end = child.run(input: input, timeout: exec.timeout, until: cancellation)
            return outcome(of: end, program: program)
        } catch let error where error == .noSuchFileOrDirectory || error == .permissionDenied {
            return .undeliverable(reason: "can't run '\(program)': \(error)")
        } catch {
            return .retry(reason: "can't run '\(program)': \(error)")
        }
    }

    private func outcome(of end: ChildProcess.End, program: String) -> DeliveryOutcome {
        let words = end.errorText.isEmpty ? "" : ": \(end.errorText)"
        switch end.cause {
        case .exit(0): return .delivered
        case .exit(Self.temporaryFailure):
            return .retry(reason: "'\(program)' asked to be run again\(words)")
        case .exit(let code): return .undeliverable(reason: "'\(program)' exited \(code)\(words)")
        case .signal(let number):
            return .retry(reason: "'\(program)' ended by signal \(number)\(words)")
        case .timeout:
            return .retry(reason: "'\(program)' took longer than \(exec.timeout)\(words)")
        case .cancelled: return .retry(reason: "'\(program)' was stopped with the watcher")
        }
    }

    private static func plain(_ text: String) -> String {
        String(text.unicodeScalars.map { $0.value == 0 ? " " : Character($0) })
    }
}
