import Glibc
import SystemPackage

/// Notices that references moved: inotify on the folders where they lie.
final class ReferenceChanges: @unchecked Sendable {
    // Safe to share: the descriptor is set once, and one thread alone waits on it.
    private let descriptor: CInt

    init(repository: FilePath) throws {
        descriptor = inotify_init1(CInt(IN_CLOEXEC) | CInt(IN_NONBLOCK))
        guard descriptor >= 0 else { throw Errno(rawValue: errno) }
        let folders = ["signet/inbox", "refs/signet", "refs/heads", "refs/heads/env"]
        for folder in folders {
            let path = repository.pushing(FilePath(folder))
            let mask = UInt32(IN_MOVED_TO) | UInt32(IN_CREATE)
            // A folder that is not there yet is noticed by the timer.
            _ = inotify_add_watch(descriptor, path.string, mask)
        }
    }

    deinit { close(descriptor) }

    /// Returns when something changed, the time is up, or the process is asked to end.
    func wait(atMost pause: Duration, or end: EndRequest) {
        var pollers = [descriptor, end.descriptor].map {
            pollfd(fd: $0, events: Int16(POLLIN), revents: 0)
        }
        guard poll(&pollers, 2, CInt(pause.components.seconds * 1000)) > 0 else { return }
        var buffer = [UInt8](repeating: 0, count: 4096)
        while read(descriptor, &buffer, buffer.count) > 0 {}
    }
}
