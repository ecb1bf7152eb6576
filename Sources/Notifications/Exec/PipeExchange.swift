import Glibc
import SystemPackage

/// Feeds a child's standard input and drains its standard error, without blocking on either.
struct PipeExchange {
    private var input: FileDescriptor?
    private var errors: FileDescriptor?
    private var rest: ArraySlice<UInt8>
    private var collected: [UInt8] = []

    init(input: FileDescriptor, errors: FileDescriptor, bytes: [UInt8]) {
        self.input = input
        self.errors = errors
        rest = bytes[...]
        for descriptor in [input, errors] {
            _ = fcntl(descriptor.rawValue, F_SETFL, O_NONBLOCK)
        }
    }

    /// The beginning of what was said, on one line.
    var errorText: String {
        String(decoding: collected, as: UTF8.self).split { $0.isWhitespace || $0 == "\0" }
            .joined(separator: " ")
    }

    /// Waits until a pipe is ready, at most so long, and moves what can be moved.
    mutating func step(milliseconds: Int32) {
        var waiting = [
            pollfd(fd: input?.rawValue ?? -1, events: Int16(POLLOUT), revents: 0),
            pollfd(fd: errors?.rawValue ?? -1, events: Int16(POLLIN), revents: 0),
        ]
        // A negative descriptor is passed over; an interrupted wait is simply a short one.
        guard poll(&waiting, 2, milliseconds) > 0 else { return }
        if waiting[0].revents != 0 { feed() }
        if waiting[1].revents != 0 { drain() }
    }

    /// Takes what is left of the errors and closes both ends.
    mutating func finish() {
        while errors != nil, drain() {}
        Self.close(&input)
        Self.close(&errors)
    }

    private mutating func feed() {
        guard let descriptor = input else { return }
        if !rest.isEmpty {
            let count = PipeSignal.write(descriptor, rest)
            if count > 0 { rest = rest.dropFirst(count) }
            let mayGoOn = count >= 0 || errno == EAGAIN || errno == EINTR
            // A child that reads no more is free to: its exit code says how it went.
            if !mayGoOn { rest = [] }
        }
        if rest.isEmpty { Self.close(&input) }
    }

    /// Reads once; false where there is nothing now.
    @discardableResult
    private mutating func drain() -> Bool {
        guard let descriptor = errors else { return false }
        var chunk = [UInt8](repeating: 0, count: 4096)
        let count = read(descriptor.rawValue, &chunk, chunk.count)
        if count > 0 {
            collected += chunk.prefix(min(count, ChildProcess.errorLimit - collected.count))
            return true
        }
        if count == 0 || (errno != EAGAIN && errno != EINTR) { Self.close(&errors) }
        return false
    }

    private static func close(_ descriptor: inout FileDescriptor?) {
        // Pipes of ours: closing them has nothing to lose.
        if let open = descriptor { _ = Glibc.close(open.rawValue) }
        descriptor = nil
    }
}

/// Writing to a pipe whose reader is gone, as an error and not as a signal.
enum PipeSignal {
    /// `write`, with SIGPIPE held back on this thread.
    static func write(_ descriptor: FileDescriptor, _ bytes: ArraySlice<UInt8>) -> Int {
        var broken = sigset_t()
        sigemptyset(&broken)
        sigaddset(&broken, SIGPIPE)
        var former = sigset_t()
        pthread_sigmask(SIG_BLOCK, &broken, &former)
        let count = bytes.withUnsafeBytes {
            Glibc.write(descriptor.rawValue, $0.baseAddress, $0.count)
        }
        let code = errno
        if count < 0, code == EPIPE {
            // The signal is pending on this thread: taken here, it reaches nobody.
            var now = timespec(tv_sec: 0, tv_nsec: 0)
            sigtimedwait(&broken, nil, &now)
        }
        pthread_sigmask(SIG_SETMASK, &former, nil)
        errno = code
        return count
    }
}
