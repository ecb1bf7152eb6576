import Signatures
import Testing

@testable import ModelRegistry

/// What a model signature says, and which bytes are none.
@Suite struct ModelSignatureTests {
    private let files = [(name: "a.onnx", content: "a"), (name: "b.txt", content: "b")]

    private func parse(_ bytes: [UInt8]) throws(DocumentError) -> ModelSignature {
        try ModelSignature.parse(bytes, file: "s.json")
    }

    private func signer(_ name: String, _ key: ModelKey) throws -> ModelSigner {
        ModelSigner(
            name: try ModelSignerName(name), key: try PublicKey(subjectPublicKeyInfo: key.text))
    }

    private func artifact(_ name: String, _ content: String) -> ModelDescription.Artifact {
        .init(name: name, sha256: ModelKey.sha256(content), size: content.utf8.count)
    }

    @Test func theFilesAndWhoSignedThemAreRead() throws {
        let signature = try parse(ModelKey.training.bundle(files))
        #expect(signature.files.map(\.name) == ["a.onnx", "b.txt"])
        #expect(signature.files[0].sha256 == ModelKey.sha256("a"))
        let signers = [try signer("vendor", .vendor), try signer("training", .training)]
        #expect(signature.signer(among: signers) == signers[1])
        #expect(signature.signer(among: [signers[0]]) == nil)
        #expect(signature.signer(among: []) == nil)
    }

    @Test func aSignatureOverOtherBytesIsNobodys() throws {
        let signers = [try signer("training", .training)]
        let one = try String(decoding: ModelKey.training.bundle(files), as: UTF8.self)
        let other = try String(
            decoding: ModelKey.training.bundle([("a.onnx", "x")]), as: UTF8.self)
        let payload = try #require(one.firstMatch(of: /"payload":"([^"]+)"/)?.1)
        let otherPayload = try #require(other.firstMatch(of: /"payload":"([^"]+)"/)?.1)
        let forged = one.replacing(payload, with: otherPayload)
        #expect(try parse(one.bytes).signer(among: signers) != nil)
        #expect(try parse(forged.bytes).signer(among: signers) == nil)
    }

    @Test func aHintAtAnotherKeyIsNotBelieved() throws {
        let signers = [try signer("training", .training)]
        let bytes = try ModelKey.training.bundle(
            files, bundle: [("\"hint\": \"", "\"hint\": \"0")])
        #expect(try parse(bytes).signer(among: signers) == nil)
        for absent in ["{}", "{\"hint\": null}", "{\"hint\": \"\"}"] {
            let text = try String(decoding: ModelKey.training.bundle(files), as: UTF8.self)
            let bytes = text.replacing(/\{"hint": "[0-9a-f]+"\}/, with: absent).bytes
            #expect(try parse(bytes).signer(among: signers) == signers[0])
        }
    }

    @Test func exactlyTheArtifactsMustBeSigned() throws {
        let signature = try parse(ModelKey.training.bundle(files))
        let (a, b) = (artifact("a.onnx", "a"), artifact("b.txt", "b"))
        #expect(refusal { () throws(DocumentError) in try signature.demandCovers([b, a]) } == nil)
        let start = "s.json: does not sign what is registered: "
        let cases: [([ModelDescription.Artifact], String)] = [
            ([a], "signed, but not registered: 'b.txt'"),
            ([a, b, artifact("c", "c")], "not signed: 'c'"),
            ([a, artifact("b.txt", "x")], "another SHA-256: 'b.txt'"),
            (
                [artifact("A.onnx", "a"), artifact("b.txt", "x")],
                "another SHA-256: 'b.txt'; not signed: 'A.onnx'; "
                    + "signed, but not registered: 'a.onnx'"
            ),
        ]
        for (artifacts, fault) in cases {
            #expect(
                complaint { () throws(DocumentError) in try signature.demandCovers(artifacts) }
                    == start + fault)
        }
    }

    @Test func aSingleFileThatWasSignedWithoutItsNameIsExplained() throws {
        let signature = try parse(ModelKey.training.bundle([(".", "a")]))
        let words = refusal { () throws(DocumentError) in
            try signature.demandCovers([artifact("a.onnx", "a")])
        }
        #expect(words?.hasSuffix("sign the folder that it is in") == true)
    }

    @Test func anArtifactOfTheSignaturesNameIsRefused() throws {
        let signature = try parse(
            ModelKey.training.bundle(
                [("signature.json", "a")]))
        #expect(
            complaint { () throws(DocumentError) in
                try signature.demandCovers([artifact("signature.json", "a")])
            } == "s.json: can't lie beside an artifact that is called 'signature.json'")
    }

    @Test(arguments: ["b.txt", "./b.txt", ".", "", "b.txt/"])
    func aFileThatIsSignedAndIgnoredIsRefused(path: String) throws {
        let signature = try parse(
            ModelKey.training.bundle(files, payload: [("\".git\"", "\"\(path)\"")]))
        let name = path.contains("b") ? "b.txt" : "a.onnx"
        #expect(
            complaint { () throws(DocumentError) in
                try signature.demandCovers([artifact("a.onnx", "a"), artifact("b.txt", "b")])
            } == "s.json: signs '\(name)' and says that it is to be ignored")
    }

    @Test func aHugeFileIsRefusedUnread() throws {
        let bytes = [UInt8](repeating: 0x20, count: ModelSignature.sizeLimit + 1)
        #expect(
            complaint { () throws(DocumentError) in try parse(bytes) }
                == "s.json: has 1048577 bytes; the limit is 1048576")
    }

    /// A piece of the payload, or of the bundle, replaced, and the complaint's end.
    static let malformed: [(payload: Bool, old: String, new: String, complaint: String)] = [
        (
            true, "\"files\"", "\"shards\"",
            "'predicate.serialization.method' is 'shards', not 'files'"
        ),
        (
            true, "\"hash_type\": \"sha256\"", "\"hash_type\": \"blake2b\"",
            "'predicate.serialization.hash_type' is 'blake2b', not 'sha256'"
        ),
        (
            true, "\"algorithm\": \"sha256\"", "\"algorithm\": \"blake3\"",
            "'predicate.resources[0].algorithm' is 'blake3', not 'sha256'"
        ),
        (true, "Statement/v1", "Statement/v0.1", "not 'https://in-toto.io/Statement/v1'"),
        (true, "signature/v1.0", "signature/v2.0", "not 'https://model_signing/signature/v1.0'"),
        (true, "\"b.txt\"", "\"a.onnx\"", "'predicate.resources[1]' names 'a.onnx' twice"),
        (
            true, "\"allow_symlinks\": false,", "",
            "'predicate.serialization' lacks the key 'allow_symlinks'"
        ),
        (true, "\"name\": \"m\", ", "", "'subject[0]' lacks the key 'name'"),
        (
            false, "\"tlogEntries\": []", "\"tlogEntries\": [{}]",
            "'verificationMaterial.tlogEntries' are not supported: no log is asked here"
        ),
        (true, "[{\"name\": \"m\"", "[{}, {\"name\": \"m\"", "'subject' must be one"),
        (
            true, "{\"sha256\": \"", "{\"sha256\": \"0",
            "'subject[0].digest.sha256' must be a SHA-256 digest: 64 lower-case hexadecimal digits"
        ),
        (
            true, "\"resources\": [{", "\"resources\": [], \"x\": [{",
            "'subject[0].digest.sha256' is not the SHA-256 of the digests of the files"
        ),
        (true, "\"_type\"", "\"subject\": [], \"_type\"", "'subject' stands here twice"),
        (true, "{", "", "is not valid JSON: expected the end of the document"),
        (
            false, "bundle.v0.3", "bundle.v0.2",
            "not 'application/vnd.dev.sigstore.bundle.v0.3+json'"
        ),
        (
            false, "\"publicKey\": {", "\"certificate\": {\"rawBytes\": \"\"}, \"publicKey\": {",
            "'verificationMaterial.certificate' is not supported: certificates and Sigstore's "
                + "identities are not checked here"
        ),
        (
            false, "\"publicKey\": {", "\"x509CertificateChain\": {",
            "'verificationMaterial.x509CertificateChain' is not supported: certificates and "
                + "Sigstore's identities are not checked here"
        ),
        (
            false, "\"dsseEnvelope\"", "\"messageSignature\"",
            "is not supported: it signs no list of files"
        ),
        (false, "vnd.in-toto", "vnd.other", "not 'application/vnd.in-toto+json'"),
        (false, "\"sig\":\"", "\"sig\":\"*", "must be base64 with padding, on one line"),
        (false, "\"signatures\":[", "\"signatures\":[{\"sig\":\"\"},", "must be one signature"),
        (false, "\"mediaType\"", "\"extra\": 1, \"mediaType\"", "'extra' is not a known key"),
        (false, "}}", "}", "expected ',' or '}', but the document ends here"),
    ]

    @Test(arguments: malformed)
    func whatIsNoModelSignatureIsRefused(
        payload: Bool, old: String, new: String, expected: String
    ) throws {
        let change = [(old, new)]
        let wrong = try ModelKey.training.bundle(
            files, payload: payload ? change : [], bundle: payload ? [] : change)
        let found = try #require(complaint { () throws(DocumentError) in try parse(wrong) })
        #expect(found.hasSuffix(expected), "\(found)")
        #expect(found.hasPrefix(payload ? "s.json (its payload):" : "s.json:"), "\(found)")
    }
}
