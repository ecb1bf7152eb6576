import COnnxRuntime
import Foundation
import Glibc

/// One model loaded into ONNX Runtime, with the names and types of what it takes and gives.
final class OnnxSession {
    /// One input or output of a model.
    struct Port {
        let name: String
        let kind: Kind
    }

    enum Kind {
        /// A tensor; a dimension that may vary is -1.
        case tensor(ElementType, shape: [Int64])
        case sequence
        case unsupported
    }

    let runtime: OnnxRuntime
    let inputs: [Port]
    let outputs: [Port]
    private let session: OpaquePointer
    private let inputNames: [UnsafePointer<CChar>?]
    private let outputNames: [UnsafePointer<CChar>?]

    /// Loads a model from its bytes.
    init(_ model: OnnxModel, runtime: OnnxRuntime, threads: Int) throws(InferenceError) {
        let api = runtime.api
        let options = try runtime.create { api.pointee.CreateSessionOptions(&$0) }
        defer { api.pointee.ReleaseSessionOptions(options) }
        try runtime.check(api.pointee.SetIntraOpNumThreads(options, Int32(clamping: threads)))
        try runtime.check(api.pointee.SetInterOpNumThreads(options, 1))
        try runtime.check(api.pointee.SetSessionGraphOptimizationLevel(options, ORT_ENABLE_ALL))

        let session: OpaquePointer
        do {
            session = try runtime.create { made in
                model.file.bytes.withUnsafeBytes { bytes in
                    api.pointee.CreateSessionFromArray(
                        runtime.environment, bytes.baseAddress, bytes.count, options, &made)
                }
            }
        } catch {
            guard case .engine(let message) = error else { throw error }
            throw .malformedModel(why: message)
        }
        do {
            inputs = try Self.ports(
                runtime, session, count: api.pointee.SessionGetInputCount,
                name: api.pointee.SessionGetInputName, type: api.pointee.SessionGetInputTypeInfo)
            outputs = try Self.ports(
                runtime, session, count: api.pointee.SessionGetOutputCount,
                name: api.pointee.SessionGetOutputName, type: api.pointee.SessionGetOutputTypeInfo)
        } catch {
            api.pointee.ReleaseSession(session)
            throw error
        }
        inputNames = inputs.map { UnsafePointer(strdup($0.name)) }
        outputNames = outputs.map { UnsafePointer(strdup($0.name)) }
        self.session = session
        self.runtime = runtime
    }

    deinit {
        runtime.api.pointee.ReleaseSession(session)
        for name in inputNames + outputNames { free(UnsafeMutablePointer(mutating: name)) }
    }

    /// The outputs that a run computes.
    struct Selection {
        fileprivate let names: [UnsafePointer<CChar>?]
    }

    /// Selects outputs by their positions in `outputs`; for use with this session alone.
    func select(_ positions: [Int]) -> Selection {
        Selection(names: positions.map { outputNames[$0] })
    }

    /// Runs the model once and returns the selected outputs.
    func run(
        _ values: [OpaquePointer?], selection: Selection
    ) throws(InferenceError) -> OnnxValues {
        precondition(values.count == inputs.count)
        let names = selection.names
        var results = OnnxValues(count: names.count, api: runtime.api)
        try runtime.check(
            runtime.api.pointee.Run(
                session, nil, inputNames, values, values.count, names, names.count,
                &results.pointers))
        return results
    }

    private typealias CountCall =
        @convention(c) (
            OpaquePointer?, UnsafeMutablePointer<Int>?
        ) -> OrtStatusPtr?
    private typealias NameCall =
        @convention(c) (
            OpaquePointer?, Int, UnsafeMutablePointer<OrtAllocator>?,
            UnsafeMutablePointer<UnsafeMutablePointer<CChar>?>?
        ) -> OrtStatusPtr?
    private typealias TypeCall =
        @convention(c) (
            OpaquePointer?, Int, UnsafeMutablePointer<OpaquePointer?>?
        ) -> OrtStatusPtr?

    private static func ports(
        _ runtime: OnnxRuntime, _ session: OpaquePointer, count: CountCall, name: NameCall,
        type: TypeCall
    ) throws(InferenceError) -> [Port] {
        var total = 0
        try runtime.check(count(session, &total))
        var allocator: UnsafeMutablePointer<OrtAllocator>?
        try runtime.check(runtime.api.pointee.GetAllocatorWithDefaultOptions(&allocator))
        var ports: [Port] = []
        for index in 0..<total {
            var text: UnsafeMutablePointer<CChar>?
            try runtime.check(name(session, index, allocator, &text))
            guard let text else { throw .engine(message: "the library returned no name") }
            let portName = String(cString: text)
            try runtime.check(runtime.api.pointee.AllocatorFree(allocator, text))
            let info = try runtime.create { type(session, index, &$0) }
            defer { runtime.api.pointee.ReleaseTypeInfo(info) }
            ports.append(Port(name: portName, kind: try kind(runtime, info)))
        }
        return ports
    }

    private static func kind(
        _ runtime: OnnxRuntime, _ info: OpaquePointer
    ) throws(InferenceError) -> Kind {
        var type = ONNX_TYPE_UNKNOWN
        try runtime.check(runtime.api.pointee.GetOnnxTypeFromTypeInfo(info, &type))
        if type == ONNX_TYPE_SEQUENCE { return .sequence }
        guard type == ONNX_TYPE_TENSOR else { return .unsupported }
        var tensor: OpaquePointer?
        try runtime.check(runtime.api.pointee.CastTypeInfoToTensorInfo(info, &tensor))
        guard let tensor, let shape = try TensorShape(tensor, runtime: runtime) else {
            return .unsupported
        }
        return .tensor(shape.element, shape: shape.dimensions)
    }
}
