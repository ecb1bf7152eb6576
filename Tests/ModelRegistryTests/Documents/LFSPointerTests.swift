import ModelRegistry
import Testing

@Suite struct LFSPointerTests {
    private static let digest = String(repeating: "0123456789abcdef", count: 4)
    private static let text = """
        version https://git-lfs.github.com/spec/v1
        oid sha256:\(digest)
        size 12345

        """

    @Test func aCanonicalPointerIsReadAndWritten() throws {
        let pointer = try LFSPointer.parse(Self.text.bytes, file: "model.onnx")
        #expect(pointer == (try LFSPointer(sha256: Self.digest, size: 12345)))
        #expect(pointer.serialise() == Self.text.bytes)
        #expect(pointer.objectPath == "01/23/\(Self.digest)")
    }

    @Test(arguments: [
        "", "x", text + "\n", text + "x y\n", String(text.dropLast()),
        text.replacing("\n", with: "\r\n"), text.replacing("12345", with: "012345"),
        text.replacing("12345", with: "+12345"), text.replacing("12345", with: "-1"),
        text.replacing("12345", with: "99999999999999999999"),
        text.replacing("abcdef", with: "ABCDEF"), text.replacing("abcdef", with: "abcde"),
        text.replacing("spec/v1", with: "spec/v2"), text.replacing("sha256:", with: "sha512:"),
        text.replacing("version", with: "ext-0-x a\nversion"),
    ])
    func otherBytesAreRefused(text: String) {
        #expect(
            refusal { () throws(DocumentError) in
                try LFSPointer.parse(text.bytes, file: "model.onnx")
            } == "model.onnx: is not a canonical Git LFS pointer\n"
                + "hint: three lines: version, oid sha256:…, size")
    }

    @Test func aMalformedDigestIsRefused() {
        #expect(
            refusal { () throws(DocumentError) in try LFSPointer(sha256: "x", size: 1) }
                == "'x' with 1 bytes is not a stored file")
    }
}
