import Glibc
import SystemPackage

/// A process of git's on this machine that may be at work in a repository, as `/proc` has it.
struct GitProcess {
    /// Seconds since 1970.
    let started: Int

    /// All that run, whoever's they are; those that are certainly elsewhere are left out.
    static func running(in repository: FilePath) throws(GitError) -> [GitProcess] {
        guard let stream = opendir("/proc") else {
            throw RepositoryFile.failed("list", "/proc", Errno(rawValue: errno))
        }
        defer { closedir(stream) }
        let booted = try bootTime()
        var processes: [GitProcess] = []
        while let entry = readdir(stream) {
            let bytes = withUnsafeBytes(of: &entry.pointee.d_name) { $0.prefix { $0 != 0 } }
            let name = String(decoding: bytes, as: UTF8.self)
            guard name.allSatisfy(\.isNumber) else { continue }
            let folder = FilePath("/proc").appending(name)
            guard let process = try GitProcess(folder, booted) else { continue }
            if mayBe(folder, in: repository) { processes.append(process) }
        }
        return processes
    }

    /// Nil when it isn't git's, or has ended meanwhile.
    private init?(_ folder: FilePath, _ booted: Int) throws(GitError) {
        guard let line = try Self.text(folder.appending("stat")),
            let open = line.firstIndex(of: "("), let close = line.lastIndex(of: ")"),
            line[line.index(after: open)..<close].hasPrefix("git")
        else { return nil }
        // The name is the second field; the start, in ticks since boot, the 22nd.
        let fields = line[line.index(after: close)...].split(separator: " ")
        // One that is dead holds nothing, reaped or not.
        guard fields.count > 19, !["Z", "X"].contains(fields[0]), let ticks = Int(fields[19]) else {
            return nil
        }
        started = booted + ticks / max(1, sysconf(Int32(_SC_CLK_TCK)))
    }

    /// Whether the process stands in the repository, was told of one by name, or can't be looked at.
    private static func mayBe(_ process: FilePath, in repository: FilePath) -> Bool {
        guard let folder = resolved(process.appending("cwd")), let own = resolved(repository),
            let arguments = words(of: process.appending("cmdline")),
            let settings = words(of: process.appending("environ"))
        else { return true }
        let named = settings.filter { $0.hasPrefix("GIT_DIR=") }
            .map { resolved(folder.pushing(FilePath(String($0.dropFirst("GIT_DIR=".count))))) }
        return folder.starts(with: own) || arguments.contains { $0.hasPrefix("--git-dir") }
            || named.contains { $0 == own || $0 == nil }
    }

    private static func resolved(_ path: FilePath) -> FilePath? {
        guard let real = path.withPlatformString({ realpath($0, nil) }) else { return nil }
        defer { free(real) }
        return FilePath(platformString: real)
    }

    private static func words(of file: FilePath) -> [Substring]? {
        do {
            return try text(file)?.split(separator: "\0")
        } catch {
            return nil
        }
    }

    private static func bootTime() throws(GitError) -> Int {
        let line = try text("/proc/stat")?.split(separator: "\n").first { $0.hasPrefix("btime ") }
        guard let time = line.flatMap({ Int($0.dropFirst("btime ".count)) }) else {
            throw .files(operation: "read '/proc/stat'", why: "it has no line 'btime'")
        }
        return time
    }

    /// A file's text; nil when its process has ended, or won't be looked at. Files of `/proc` have no
    /// size and no end to seek.
    private static func text(_ path: FilePath) throws(GitError) -> String? {
        do {
            let file = try FileDescriptor.open(path, .readOnly, options: .closeOnExec)
            return try file.closeAfter {
                var bytes: [UInt8] = []
                var chunk = [UInt8](repeating: 0, count: 4096)
                while true {
                    let count = try chunk.withUnsafeMutableBytes { try file.read(into: $0) }
                    guard count > 0 else { return String(decoding: bytes, as: UTF8.self) }
                    bytes.append(contentsOf: chunk[..<count])
                }
            }
        } catch {
            let gone: [Errno] = [.noSuchFileOrDirectory, .noSuchProcess, .permissionDenied]
            if let error = error as? Errno, gone.contains(error) { return nil }
            throw RepositoryFile.failed("read", path, error)
        }
    }
}
