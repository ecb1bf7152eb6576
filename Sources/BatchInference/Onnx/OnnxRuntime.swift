import COnnxRuntime
import Glibc
import SystemPackage

/// The ONNX Runtime library, opened at run time through its C API.
package final class OnnxRuntime {
    /// The version of the C API that is asked of the library; later libraries still serve it.
    package static let apiVersion: UInt32 = 21

    /// The library's own version, such as `1.32.0`.
    package let version: String
    let api: UnsafePointer<OrtApi>
    let environment: OpaquePointer
    let cpuMemory: OpaquePointer

    private init(
        version: String, api: UnsafePointer<OrtApi>, environment: OpaquePointer,
        cpuMemory: OpaquePointer
    ) {
        self.version = version
        self.api = api
        self.environment = environment
        self.cpuMemory = cpuMemory
    }

    deinit {
        api.pointee.ReleaseMemoryInfo(cpuMemory)
        api.pointee.ReleaseEnv(environment)
        // The library stays open: it owns threads and thread-local state that outlive a session.
    }

    /// Opens the library and asks it for the C API; throws where either is not to be had.
    package static func load(library: FilePath) throws(InferenceError) -> OnnxRuntime {
        let base = try openBase(library)
        let version = base.pointee.GetVersionString().map { String(cString: $0) } ?? "unknown"
        guard let api = base.pointee.GetApi(apiVersion) else {
            throw .engineUnavailable(
                library: library, why: "version \(version) does not serve C API \(apiVersion)")
        }
        let environment = try create(api) {
            api.pointee.CreateEnv(ORT_LOGGING_LEVEL_FATAL, "signet", &$0)
        }
        let memory = try create(api) {
            api.pointee.CreateCpuMemoryInfo(OrtArenaAllocator, OrtMemTypeDefault, &$0)
        }
        return OnnxRuntime(
            version: version, api: api, environment: environment, cpuMemory: memory)
    }

    private static func openBase(
        _ library: FilePath
    ) throws(InferenceError) -> UnsafePointer<OrtApiBase> {
        guard let handle = dlopen(library.string, RTLD_NOW | RTLD_LOCAL) else {
            let why = dlerror().map { String(cString: $0) } ?? "it can't be opened"
            throw .engineUnavailable(library: library, why: why)
        }
        guard let symbol = dlsym(handle, "OrtGetApiBase") else {
            throw .engineUnavailable(library: library, why: "it is not ONNX Runtime")
        }
        typealias GetBase = @convention(c) () -> UnsafePointer<OrtApiBase>?
        // Safe: the C header declares OrtGetApiBase with exactly this signature.
        guard let base = unsafeBitCast(symbol, to: GetBase.self)() else {
            throw .engineUnavailable(library: library, why: "it offers no C API")
        }
        return base
    }

    /// Throws what the library reports, and frees the report.
    func check(_ status: OrtStatusPtr?) throws(InferenceError) {
        try Self.check(api, status)
    }

    /// Returns the object that a call of the library makes.
    func create(
        _ call: (inout OpaquePointer?) -> OrtStatusPtr?
    ) throws(InferenceError) -> OpaquePointer {
        try Self.create(api, call)
    }

    private static func create(
        _ api: UnsafePointer<OrtApi>, _ call: (inout OpaquePointer?) -> OrtStatusPtr?
    ) throws(InferenceError) -> OpaquePointer {
        var made: OpaquePointer?
        try check(api, call(&made))
        guard let made else { throw .engine(message: "the library returned nothing") }
        return made
    }

    private static func check(
        _ api: UnsafePointer<OrtApi>, _ status: OrtStatusPtr?
    ) throws(InferenceError) {
        guard let status else { return }
        defer { api.pointee.ReleaseStatus(status) }
        let message = api.pointee.GetErrorMessage(status).map { String(cString: $0) }
        throw .engine(message: message ?? "no reason given")
    }
}
