import COnnxRuntime

/// Values that the library made, released together.
struct OnnxValues: ~Copyable {
    var pointers: [OpaquePointer?]
    private let api: UnsafePointer<OrtApi>

    init(count: Int, api: UnsafePointer<OrtApi>) {
        pointers = Array(repeating: nil, count: count)
        self.api = api
    }

    deinit {
        for pointer in pointers { api.pointee.ReleaseValue(pointer) }
    }
}
