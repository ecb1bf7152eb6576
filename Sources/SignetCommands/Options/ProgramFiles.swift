import Glibc
import ModelRegistry
import SystemPackage

/// The files that belong to the program: hooks and templates, beside it or installed.
struct ProgramFiles {
    /// The program's own path.
    let program: FilePath

    /// Finds the running program.
    init() throws {
        var buffer = [CChar](repeating: 0, count: Int(PATH_MAX))
        let count = readlink("/proc/self/exe", &buffer, buffer.count - 1)
        guard count > 0 else {
            throw RegistryError.invalid(
                "the program's own path can't be found", hint: "mount /proc")
        }
        program = FilePath(
            String(decoding: buffer[..<count].map { UInt8(bitPattern: $0) }, as: UTF8.self))
    }

    /// The folder that holds `hooks` and `templates`: `PREFIX/share/signet`, or the checkout's root.
    func resources() throws -> FilePath {
        let prefix = program.removingLastComponent().removingLastComponent()
        let candidates = [prefix.appending("share").appending("signet"), prefix]
        for candidate in candidates where access(candidate.appending("hooks").string, R_OK) == 0 {
            return candidate
        }
        throw RegistryError.invalid(
            "the hooks and templates that belong to '\(program)' are not beside it",
            hint: "install with scripts/install PREFIX, or run bin/signet in the checkout")
    }

    /// The hooks of a registry, by name.
    func hooks() throws -> [(name: String, bytes: [UInt8])] {
        try Self.files(in: resources().appending("hooks"), below: "")
            .map { (String($0.path.dropFirst()), $0.bytes) }
    }

    /// The files of a folder and those below it, by path.
    static func files(in folder: FilePath, below path: String) throws -> [(
        path: String, bytes: [UInt8]
    )] {
        try DurableFile.names(in: folder).flatMap { name in
            let file = folder.appending(name)
            var status = stat()
            guard stat(file.string, &status) == 0 else { throw Errno(rawValue: errno) }
            let inner = "\(path)/\(name)"
            return (status.st_mode & S_IFMT) == S_IFDIR
                ? try files(in: file, below: inner) : [(inner, try contents(of: file))]
        }
    }
}

extension ProgramFiles {
    /// ONNX Runtime's library: the one named by the environment, the installed one, the cached one.
    func onnxRuntime(_ environment: [String: String]) -> FilePath {
        if let named = environment["SIGNET_ONNXRUNTIME"] { return FilePath(named) }
        let name = "libonnxruntime.so.1"
        let installed = program.removingLastComponent().removingLastComponent()
            .appending("lib").appending("signet").appending(name)
        if access(installed.string, R_OK) == 0 { return installed }
        let cache =
            environment["SIGNET_CACHE"]
            ?? (environment["XDG_CACHE_HOME"] ?? "\(environment["HOME"] ?? "")/.cache") + "/signet"
        return FilePath(cache).appending("onnxruntime").appending("lib").appending(name)
    }
}
