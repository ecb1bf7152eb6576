import Glibc
import SystemPackage

/// One run of a program on the terminal it was started from.
///
/// Foundation's `Process` moves the child to a process group of its own, which then may not read
/// a passphrase from the terminal, so this uses `posix_spawn` itself.
struct ProgramRun {
    /// The exit status; 128 and above for a signal.
    let status: Int32
    /// What the program wrote to its standard output and error.
    let words: String

    private static let mostWords = 64 * 1024

    /// Runs a program found through `PATH` to its end; `heard` gets its words as they come.
    static func run(
        _ program: String, _ arguments: [String], environment: [String: String],
        heard: (@Sendable (String) -> Void)?
    ) throws(SigningError) -> ProgramRun {
        guard let path = find(program, in: environment["PATH"]) else {
            throw .missingProgram(program)
        }
        do {
            let child = try spawn(path, [program] + arguments, environment)
            let words = try child.output.closeAfter { try read(child.output, heard: heard) }
            return ProgramRun(status: try wait(for: child.id), words: words)
        } catch let error as Errno {
            throw .notStarted(program, error)
        } catch {
            throw .notStarted(program, .ioError)
        }
    }

    private static func find(_ program: String, in path: String?) -> String? {
        guard !program.contains("/") else { return access(program, X_OK) == 0 ? program : nil }
        let folders = (path ?? "/usr/local/bin:/usr/bin:/bin").split(separator: ":")
        return folders.map { "\($0)/\(program)" }.first { access($0, X_OK) == 0 }
    }

    private static func spawn(
        _ path: String, _ arguments: [String], _ environment: [String: String]
    ) throws -> (id: pid_t, output: FileDescriptor) {
        var ends: [Int32] = [-1, -1]
        // A pair of sockets, since a pipe can't be opened with close-on-exec here: a child that
        // another thread starts meanwhile must not hold the end that is read to its end.
        let kind = Int32(SOCK_STREAM.rawValue | SOCK_CLOEXEC.rawValue)
        guard socketpair(AF_UNIX, kind, 0, &ends) == 0 else { throw Errno(rawValue: errno) }
        let (output, input) = (FileDescriptor(rawValue: ends[0]), FileDescriptor(rawValue: ends[1]))
        defer { closeQuietly(input) }
        var actions = posix_spawn_file_actions_t()
        posix_spawn_file_actions_init(&actions)
        defer { posix_spawn_file_actions_destroy(&actions) }
        posix_spawn_file_actions_adddup2(&actions, input.rawValue, STDOUT_FILENO)
        posix_spawn_file_actions_adddup2(&actions, input.rawValue, STDERR_FILENO)
        var id: pid_t = 0
        let failure = withCStrings(arguments) { argv in
            withCStrings(environment.map { "\($0.key)=\($0.value)" }) { envp in
                posix_spawn(&id, path, &actions, nil, argv, envp)
            }
        }
        guard failure == 0 else {
            closeQuietly(output)
            throw Errno(rawValue: failure)
        }
        return (id, output)
    }

    private static func read(
        _ output: FileDescriptor, heard: (@Sendable (String) -> Void)?
    ) throws -> String {
        var words: [UInt8] = []
        var chunk = [UInt8](repeating: 0, count: 4096)
        while true {
            let count = try chunk.withUnsafeMutableBytes { try output.read(into: $0) }
            if count == 0 { break }
            heard?(String(decoding: chunk[..<count], as: UTF8.self))
            if words.count < mostWords { words.append(contentsOf: chunk[..<count]) }
        }
        return String(decoding: words, as: UTF8.self)
    }

    private static func wait(for id: pid_t) throws -> Int32 {
        var status: Int32 = 0
        while waitpid(id, &status, 0) == -1 {
            guard errno == EINTR else { throw Errno(rawValue: errno) }
        }
        let signal = status & 0x7F
        return signal == 0 ? status >> 8 & 0xFF : 128 + signal
    }

    /// Closes the end of a pipe, where a failure leaves nothing to be done.
    private static func closeQuietly(_ descriptor: FileDescriptor) {
        _ = Glibc.close(descriptor.rawValue)
    }

    /// Lends strings as the null-ended array of C strings that `exec` wants.
    private static func withCStrings<Result>(
        _ strings: [String], _ body: ([UnsafeMutablePointer<CChar>?]) -> Result
    ) -> Result {
        let copies = strings.map { strdup($0) }
        defer { for copy in copies { free(copy) } }
        return body(copies + [nil])
    }
}
