import ArgumentParser
import Dispatch
import Foundation

/// Runs the command that the arguments name, and ends the process with its exit code.
package enum SignetProgram {
    /// Runs it on the thread that starts; only what waits for several things at once is asynchronous.
    /// (An asynchronous `main` starts three threads first: a millisecond, three times in a push.)
    package static func main() {
        let command: any ParsableCommand
        do {
            command = try directly() ?? SignetCommand.parseAsRoot()
        } catch {
            SignetCommand.exit(withError: error)
        }
        if let asynchronous = command as? any AsyncParsableCommand { start(asynchronous) }
        end(Result { try run(command) })
    }

    private static func run(_ command: any ParsableCommand) throws {
        var command = command
        try command.run()
    }

    private static func start(_ command: sending any AsyncParsableCommand) -> Never {
        Task {
            var command = command
            do {
                try await command.run()
                end(.success(()))
            } catch {
                end(.failure(error))
            }
        }
        dispatchMain()
    }

    private static func end(_ result: Result<Void, any Error>) -> Never {
        guard case .failure(let error) = result else { exit(0) }
        // Asked for help, the parser answers with an error that stands for success.
        if SignetCommand.exitCode(for: error) == .success { SignetCommand.exit(withError: error) }
        exit(Complaint.report(error))
    }

    /// The command that the first argument names, parsed alone: a hook starts three programs for each
    /// push, and building the tree of all commands takes a fifth of a start. What is wrong or asks for
    /// help is left to the tree, which words it.
    private static func directly() -> (any ParsableCommand)? {
        let arguments = CommandLine.arguments.dropFirst()
        if let hook = HookCommand(directly: Array(arguments)) { return hook }
        let named = SignetCommand.configuration.groupedSubcommands.lazy.flatMap(\.subcommands)
            .first { $0.configuration.commandName == arguments.first }
        guard let named, named.configuration.subcommands.isEmpty else { return nil }
        // Nil for an error: it is met again by the tree, and told then.
        let command = try? named.parseAsRoot(Array(arguments.dropFirst()))
        // Asked for help, the parser answers with another command.
        return command.flatMap { type(of: $0) == named ? $0 : nil }
    }
}

/// The root of all commands.
package struct SignetCommand: ParsableCommand {
    package static let configuration = CommandConfiguration(
        commandName: "signet",
        abstract: "A git-backed registry of machine-learning models: signed, promoted, provable.",
        discussion: """
            A model moves from environment to environment when the right people sign. Start with \
            `signet init PATH`, then `signet register`; `signet status` says what stands where.
            """,
        version: "0.1.0",
        groupedSubcommands: [
            CommandGroup(
                name: "Registering:",
                subcommands: [
                    InitCommand.self, RegisterCommand.self, BaselineCommand.self,
                    ProposeCommand.self,
                ]),
            CommandGroup(
                name: "Deciding:",
                subcommands: [
                    ReviewCommand.self, ApproveCommand.self, RejectCommand.self,
                    RollbackCommand.self, WithdrawCommand.self, ParamsCommand.self,
                ]),
            CommandGroup(
                name: "Asking:",
                subcommands: [
                    ResolveCommand.self, FetchCommand.self, StatusCommand.self, ShowCommand.self,
                    LogCommand.self, VerifyCommand.self, AuditCommand.self, LedgerCommand.self,
                ]),
            CommandGroup(
                name: "Configuring:", subcommands: [PolicyCommand.self, KeysCommand.self]),
            CommandGroup(
                name: "Running:",
                subcommands: [
                    WatchCommand.self, InferCommand.self, HookCommand.self, RepairCommand.self,
                    RunBatchCommand.self,
                ]),
        ])

    package init() {}
}
