import CCurl
import Glibc

/// libcurl's functions, looked up once.
final class CurlLibrary: Sendable {
    /// Opened on first use. Never closed: libcurl can't be unloaded safely.
    private static let shared = Result { () throws(NotificationError) in try CurlLibrary() }

    // Safe: addresses of code, never changed after the initialiser.
    nonisolated(unsafe) let functions: signet_curl

    static func open() throws(NotificationError) -> CurlLibrary { try shared.get() }

    private init() throws(NotificationError) {
        guard let library = dlopen("libcurl.so.4", RTLD_NOW | RTLD_LOCAL) else {
            let reason = dlerror().map { String(cString: $0) }
            throw .libraryMissing(reason: reason ?? "no reason given")
        }
        var functions = signet_curl()
        if let missing = signet_curl_load(&functions, library) {
            throw .libraryMissing(reason: "it lacks '\(String(cString: missing))'")
        }
        guard functions.global_init(CLong(CURL_GLOBAL_DEFAULT)) == CURLE_OK else {
            throw .libraryMissing(reason: "it can't be initialised")
        }
        self.functions = functions
    }
}
