import Glibc
import SystemPackage

/// That somebody asked the process to end, with SIGTERM or SIGINT; it then ends between two steps.
struct EndRequest: Sendable {
    /// Readable for good once the request was made, so that one may wait for it with `poll`.
    let descriptor: CInt

    // Safe to share: set once before the handlers are installed, which only read it.
    private nonisolated(unsafe) static var writingEnd: CInt = -1

    private static let signals = [SIGTERM, SIGINT]

    /// Takes over the two signals. Programs that are started later get them as usual.
    static func watch() throws -> EndRequest {
        let ends = try FileDescriptor.pipe()
        for end in [ends.readEnd, ends.writeEnd] {
            guard fcntl(end.rawValue, F_SETFD, FD_CLOEXEC) == 0 else {
                throw Errno(rawValue: errno)
            }
        }
        writingEnd = ends.writeEnd.rawValue
        for number in signals {
            _ = signal(number) { _ in
                // Nothing can be done in a handler about a full pipe, and one byte is enough.
                var byte: UInt8 = 1
                _ = Glibc.write(EndRequest.writingEnd, &byte, 1)
            }
        }
        return EndRequest(descriptor: ends.readEnd.rawValue)
    }

    /// Lets the two signals come to this thread, and to the programs that it starts: the threads of
    /// the cooperative pool, and those made by them, are closed to signals.
    static func receiveHere() {
        var mask = sigset_t()
        sigemptyset(&mask)
        for number in signals { sigaddset(&mask, number) }
        pthread_sigmask(SIG_UNBLOCK, &mask, nil)
    }

    /// Whether the request was made.
    var isMade: Bool {
        var poller = pollfd(fd: descriptor, events: Int16(POLLIN), revents: 0)
        return poll(&poller, 1, 0) > 0
    }
}
