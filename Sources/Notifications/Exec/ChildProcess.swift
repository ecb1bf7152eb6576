import CSpawn
import Glibc
import SystemPackage

/// A program in a process group of its own, with nothing of ours but three descriptors.
struct ChildProcess {
    enum Cause: Hashable {
        case exit(Int32)
        case signal(Int32)
        case timeout
        case cancelled
    }

    struct End {
        var cause: Cause
        /// The beginning of its standard error, on one line.
        var errorText: String
    }

    static let errorLimit = 2048

    private let process: pid_t
    private let input: FileDescriptor
    private let errors: FileDescriptor

    /// Starts the program; throws the system's error where it can't.
    init(command: [String], environment: [String]) throws(Errno) {
        let (inputReader, inputWriter) = try Self.pipe()
        let errorReader: FileDescriptor
        let errorWriter: FileDescriptor
        do throws(Errno) {
            (errorReader, errorWriter) = try Self.pipe()
        } catch {
            Self.close([inputReader, inputWriter])
            throw error
        }
        do throws(Errno) {
            process = try Self.spawn(
                command, environment, input: inputReader, errors: errorWriter)
        } catch {
            Self.close([inputReader, inputWriter, errorReader, errorWriter])
            throw error
        }
        Self.close([inputReader, errorWriter])
        input = inputWriter
        errors = errorReader
    }

    /// Feeds the input, collects errors and waits for the end; past the time the group is killed.
    func run(input bytes: [UInt8], timeout: Duration, until cancellation: Cancellation) -> End {
        var exchange = PipeExchange(input: input, errors: errors, bytes: bytes)
        let clock = ContinuousClock()
        let deadline = clock.now + timeout
        var ended: Int32?
        var forced: Cause?
        while ended == nil {
            exchange.step(milliseconds: 20)
            ended = status(options: WNOHANG)
            if ended == nil, forced == nil {
                forced =
                    cancellation.isCancelled ? .cancelled : clock.now >= deadline ? .timeout : nil
                if forced != nil { kill(-process, SIGKILL) }
            }
        }
        exchange.finish()
        return End(cause: forced ?? Self.cause(ended ?? 0), errorText: exchange.errorText)
    }

    /// The wait status; nil while it runs.
    private func status(options: Int32) -> Int32? {
        var status: Int32 = 0
        var result = waitpid(process, &status, options)
        while result < 0, errno == EINTR { result = waitpid(process, &status, options) }
        // Anything but 0 is an end: nobody else waits for this process.
        return result == 0 ? nil : status
    }

    private static func cause(_ status: Int32) -> Cause {
        let signal = status & 0x7F
        return signal == 0 ? .exit((status >> 8) & 0xFF) : .signal(signal)
    }

    private static func pipe() throws(Errno) -> (FileDescriptor, FileDescriptor) {
        var ends: [Int32] = [-1, -1]
        guard pipe2(&ends, O_CLOEXEC) == 0 else { throw Errno(rawValue: errno) }
        return (FileDescriptor(rawValue: ends[0]), FileDescriptor(rawValue: ends[1]))
    }

    private static func close(_ descriptors: [FileDescriptor]) {
        // Pipes of ours: closing them has nothing to lose.
        for descriptor in descriptors { _ = Glibc.close(descriptor.rawValue) }
    }

    private static func spawn(
        _ command: [String], _ environment: [String], input: FileDescriptor, errors: FileDescriptor
    ) throws(Errno) -> pid_t {
        var actions = posix_spawn_file_actions_t()
        posix_spawn_file_actions_init(&actions)
        defer { posix_spawn_file_actions_destroy(&actions) }
        posix_spawn_file_actions_adddup2(&actions, input.rawValue, 0)
        posix_spawn_file_actions_addopen(&actions, 1, "/dev/null", O_WRONLY, 0)
        posix_spawn_file_actions_adddup2(&actions, errors.rawValue, 2)
        posix_spawn_file_actions_addclosefrom_np(&actions, 3)
        posix_spawn_file_actions_addchdir_np(&actions, "/")
        var attributes = posix_spawnattr_t()
        posix_spawnattr_init(&attributes)
        defer { posix_spawnattr_destroy(&attributes) }
        var none = sigset_t()
        sigemptyset(&none)
        var all = sigset_t()
        sigfillset(&all)
        posix_spawnattr_setsigmask(&attributes, &none)
        posix_spawnattr_setsigdefault(&attributes, &all)
        posix_spawnattr_setpgroup(&attributes, 0)
        let flags = POSIX_SPAWN_SETPGROUP | POSIX_SPAWN_SETSIGMASK | POSIX_SPAWN_SETSIGDEF
        posix_spawnattr_setflags(&attributes, Int16(flags))
        var process: pid_t = 0
        let code = withCStrings(command) { arguments in
            withCStrings(environment) { variables in
                posix_spawn(
                    &process, command.first ?? "", &actions, &attributes, arguments, variables)
            }
        }
        guard code == 0 else { throw Errno(rawValue: code) }
        return process
    }

    /// Lends the texts as a C array that ends with a null pointer.
    private static func withCStrings<Result>(
        _ texts: [String], _ body: (UnsafePointer<UnsafeMutablePointer<CChar>?>) -> Result
    ) -> Result {
        let copies = texts.map { strdup($0) } + [nil]
        defer { for copy in copies { free(copy) } }
        return copies.withUnsafeBufferPointer { buffer in
            // The array has at least its closing null, so there is a base address.
            body(buffer.baseAddress!)
        }
    }
}
