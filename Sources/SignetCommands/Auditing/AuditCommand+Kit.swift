import ArgumentParser
import GitStore
import ModelRegistry
import SystemPackage

extension AuditCommand {
    /// `signet audit kit`: what an outside auditor needs.
    struct Kit: ParsableCommand {
        static let configuration = CommandConfiguration(
            commandName: "kit",
            abstract: "Write a folder that lets anybody check the history with git alone.",
            discussion: """
                The folder holds the registry as a bundle, the keys, the table of required signers, and \
                check.sh, which checks every signature, parent and composed tree with git and ssh-keygen.
                """)

        @Argument(help: "The folder, which must be empty or not there.")
        var folder: FilePath
        @OptionGroup var place: RegistryPlace

        func run() throws {
            // Of a clone none is made: there is nothing to fetch for it.
            let registry = try place.open(fetching: false)
            let templates = try ProgramFiles().resources().appending("templates").appending("audit")
            let kit = try registry.auditKit(
                at: Terminal.folder.pushing(folder).lexicallyNormalized(),
                script: contents(of: templates.appending("check.sh")),
                readme: contents(of: templates.appending("README.txt")))
            Terminal.print(
                """
                wrote \(folder): \(kit.commits) commits of \(kit.branches) branches
                founding commit \(kit.founding.hex)
                next: sh \(folder.appending("check.sh").shellWord) \(kit.founding.hex)
                """)
            guard kit.verification.holds else {
                for fault in kit.verification.faults { Terminal.say("WRONG \(fault)") }
                throw ExitCode(1)
            }
        }
    }
}

extension FilePath {
    /// The path as a shell takes it for one word.
    fileprivate var shellWord: String {
        let isPlain = string.utf8.allSatisfy { byte in
            UInt8(ascii: "a")...UInt8(ascii: "z") ~= byte
                || UInt8(ascii: "-")...UInt8(ascii: "9") ~= byte
                || UInt8(ascii: "A")...UInt8(ascii: "Z") ~= byte || byte == UInt8(ascii: "_")
        }
        return isPlain ? string : "'\(string.replacing("'", with: #"'\''"#))'"
    }
}
