import Glibc
import ParserChecks

/// The target that `SIGNET_FUZZ_TARGET` names; libFuzzer's own arguments are not ours to extend.
private let target: ParserTarget = {
    let name = getenv("SIGNET_FUZZ_TARGET").map { String(cString: $0) } ?? ""
    guard let target = ParserTarget(rawValue: name) else {
        let known = ParserTarget.allCases.map(\.rawValue).joined(separator: ", ")
        fatalError("SIGNET_FUZZ_TARGET is '\(name)', none of \(known)")
    }
    return target
}()

/// What libFuzzer calls with the bytes that it made.
@_cdecl("LLVMFuzzerTestOneInput")
public func testOneInput(_ start: UnsafePointer<UInt8>?, _ count: Int) -> CInt {
    let bytes = [UInt8](UnsafeBufferPointer(start: start, count: count))
    if let contradiction = target.contradiction(in: bytes) { fatalError(contradiction) }
    return 0
}
