import CLibgit2
import Glibc
import SystemPackage

extension GitRepository {
    /// Says why a repository can't be opened, from the code and, for formats, from its settings.
    static func openingError(_ code: Int32, at path: FilePath) -> GitError {
        let failure = Libgit2.failure(code)
        switch (code, failure.class) {
        case (GIT_EOWNER.rawValue, _),
            // The setting that could trust the owner isn't there; libgit2 1.5 reports just that.
            (GIT_ENOTFOUND.rawValue, Int32(GIT_ERROR_CONFIG.rawValue)):
            return .notOwned(path: trustedPath(of: path))
        case (GIT_ENOTFOUND.rawValue, _):
            return .notARepository(path: path)
        default:
            guard let why = unsupportedFormat(at: path) else {
                return .libgit2(
                    operation: "open the repository at '\(path)'", class: failure.class, code: code,
                    message: failure.message)
            }
            return .unsupportedRepository(path: path, why: why)
        }
    }

    /// What `safe.directory` must hold: the absolute path of the work tree, or of what is bare.
    private static func trustedPath(of path: FilePath) -> FilePath {
        guard let real = path.withPlatformString({ realpath($0, nil) }) else { return path }
        defer { free(real) }
        let absolute = FilePath(platformString: real)
        return absolute.lastComponent == ".git" ? absolute.removingLastComponent() : absolute
    }

    /// The format that keeps libgit2 from opening a repository; nil when it is something else.
    private static func unsupportedFormat(at path: FilePath) -> String? {
        for file in [path.appending("config"), path.appending(".git").appending("config")] {
            var config: OpaquePointer?
            guard file.withPlatformString({ git_config_open_ondisk(&config, $0) }) == 0 else {
                git_error_clear()
                continue
            }
            defer { git_config_free(config) }
            if let why = unsupportedExtension(in: config) { return why }
        }
        return nil
    }

    private static func unsupportedExtension(in config: OpaquePointer?) -> String? {
        var iterator: OpaquePointer?
        guard git_config_iterator_glob_new(&iterator, config, "^extensions\\.") == 0 else {
            git_error_clear()
            return nil
        }
        defer { git_config_iterator_free(iterator) }
        var entry: UnsafeMutablePointer<git_config_entry>?
        while git_config_next(&entry, iterator) == 0, let found = entry?.pointee {
            let name = String(cString: found.name).dropFirst("extensions.".count)
            let value = found.value.map { String(cString: $0) } ?? ""
            switch name {
            case "noop", "preciousobjects": continue
            case "objectformat": return "its ids are \(value), and only sha1 is supported"
            case "refstorage":
                return "its refs are stored as \(value), and only files are supported"
            default: return "it uses the extension '\(name)', which isn't supported"
            }
        }
        git_error_clear()
        return nil
    }
}
