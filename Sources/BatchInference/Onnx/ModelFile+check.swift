import Foundation
import SystemPackage

extension ModelFile {
    /// The largest file that is looked into before anybody asks for a run, in bytes.
    private static let looksInto = 512 << 20

    /// Whether a file is an ONNX model as far as its form goes: it can be read, and holds a graph with its
    /// weights. What can't be opened, or is larger than half a GiB, is not looked into.
    package static func check(_ path: FilePath) throws(InferenceError) {
        // Nil where there is no file to read: who registers it says so.
        let found = try? Data(contentsOf: URL(fileURLWithPath: path.string), options: .mappedIfSafe)
        guard let bytes = found, bytes.count <= looksInto else { return }
        _ = try OnnxModel(ModelFile(bytes: bytes))
    }
}
