import Foundation
import Testing

/// Model signatures of the stock tool, from signing to checking what was fetched.
struct ModelSignatureTests {
    @Test func whatTheStockToolSignedIsRegisteredFetchedAndCheckedByIt() throws {
        try Fixture.with(environments: "dev") { fixture in
            let training = try fixture.makeModelKey("training")
            try fixture.demandModelSignatures(by: training)
            let signature = try fixture.signModel(with: training)

            let bare = try fixture.register()
            try #require(bare.status == 0, "\(bare)")
            let refused = try fixture.signet(
                "approve", "tumour", "--env", "dev", "--reason", "ok", as: .jane)
            #expect(refused.status == 1)
            #expect(refused.errors.contains("model-signature: tumour@1 has no model signature"))
            #expect(refused.errors.contains("register it anew, signed by training"))

            let registered = try fixture.register("tumour", "--model-signature", signature)
            try #require(registered.status == 0, "\(registered)")
            let told = "by training (<fingerprint>)"
            let shown = fixture.scrubbed(try fixture.signet("show", "tumour@2").output)
            #expect(shown.contains("\nmodel signature \(told)\n"), "\(shown)")
            #expect(
                try fixture.json("show", "tumour@2")["modelSignature"]?["signer"]?.text
                    == "training")
            let first = try fixture.signet("show", "tumour@1").output
            #expect(first.contains("\nmodel signature none\n"))
            let review = fixture.scrubbed(
                try fixture.signet("review", "tumour@2", "--env", "dev").output)
            #expect(review.contains("\n  model     signed \(told)\n"), "\(review)")

            let approved = try fixture.signet(
                "approve", "tumour@2", "--env", "dev", "--reason", "ok", as: .jane)
            try #require(approved.status == 0, "\(approved)")
            let folder = fixture.folder.appending(path: "fetched")
            let fetched = try fixture.signet("fetch", "tumour", "--env", "dev", "--to", folder.path)
            try #require(fetched.status == 0, "\(fetched)")
            let kept = folder.appending(path: "signature.json")
            #expect(try Data(contentsOf: kept) == Data(contentsOf: URL(filePath: signature)))
            let good = try fixture.stockVerification(of: folder, by: training)
            #expect(good.status == 0, "\(good)")
            #expect(good.output.contains("Verification succeeded"))

            let model = folder.appending(path: "model.onnx")
            try (Data(contentsOf: model) + [0]).write(to: model)
            #expect(try fixture.stockVerification(of: folder, by: training).status != 0)
            #expect(try fixture.signet("verify").status == 0)
        }
    }

    @Test func aSignatureThatDoesNotFitIsRefusedAndLeavesNothing() throws {
        try Fixture.with(environments: "dev") { fixture in
            let training = try fixture.makeModelKey("training")
            let stray = try fixture.makeModelKey("stray")
            let signature = try fixture.signModel(with: training)
            let early = try fixture.register("tumour", "--model-signature", signature)
            #expect(early.status == 1)
            #expect(
                early.errors.contains(
                    "tumour@1 has a model signature, but the policy has no modelSigners"))
            #expect(early.errors.contains("signet policy propose FILE"))
            try fixture.demandModelSignatures(by: training)

            let big = try fixture.makeModelKey("big", curve: "P-384")
            let cases: [(file: String, words: String)] = [
                (
                    try fixture.signModel(with: stray),
                    "the model signature of tumour@1 is by none of: training"
                ),
                (
                    try fixture.signModel(with: big),
                    "the model signature of tumour@1 is by none of: training"
                ),
                (
                    try fixture.signModel(with: training, edited: true),
                    "does not sign what is registered: another SHA-256: 'model.onnx'"
                ),
                (
                    try fixture.signModel(with: training, adding: ["notes.txt": "more"]),
                    "does not sign what is registered: signed, but not registered: 'notes.txt'"
                ),
                (
                    try fixture.signModel(with: training, alone: true),
                    "a single file was signed, without its name: sign the folder that it is in"
                ),
                (try fixture.write("empty.json", ""), "empty.json: is empty"),
                (
                    try fixture.write("huge.json", String(repeating: " ", count: 1 << 21)),
                    "it has more than the 1048576 bytes that are read of it"
                ),
                (fixture.example(1, "metrics.json"), "is not a known key"),
                ("nowhere.json", "'nowhere.json' can't be read: there is no such file"),
                ("/dev/null", "'/dev/null' can't be read: it is no plain file"),
            ]
            for (file, words) in cases {
                let before = try fixture.state()
                let refused = try fixture.register("tumour", "--model-signature", file)
                #expect(refused.status == 1, "\(file): \(refused)")
                #expect(refused.errors.contains(words), "\(refused)")
                #expect(refused.output == "")
                #expect(try fixture.state() == before)
            }
            let two = try fixture.register(
                "tumour", "--model-signature", signature, "--artifact",
                fixture.write("second.bin", "x"))
            #expect(two.errors.contains("not signed: 'second.bin'"), "\(two)")
        }
    }
}

extension Fixture {
    /// Makes a key for signing models, `<name>.key` and `<name>.pem`; returns its name.
    func makeModelKey(_ name: String, curve: String = "P-256") throws -> String {
        let key = folder.appending(path: "\(name).key").path
        let made = try run(
            "openssl", "genpkey", "-algorithm", "EC", "-pkeyopt", "ec_paramgen_curve:\(curve)",
            "-out", key)
        try #require(made.status == 0, "openssl (Debian: openssl): \(made)")
        let pem = folder.appending(path: "\(name).pem").path
        try #require(try run("openssl", "pkey", "-in", key, "-pubout", "-out", pem).status == 0)
        return name
    }

    /// Signs the example's model with the stock tool; returns the signature's path.
    func signModel(
        with key: String, edited: Bool = false, adding files: [String: String] = [:],
        alone: Bool = false
    ) throws -> String {
        let model = folder.appending(path: "model-\(UUID().uuidString)")
        try FileManager.default.createDirectory(at: model, withIntermediateDirectories: false)
        let file = model.appending(path: "model.onnx")
        let content = try Data(contentsOf: URL(filePath: example(1, "model.onnx")))
        try (edited ? content + [0] : content).write(to: file)
        for (name, text) in files {
            try text.write(to: model.appending(path: name), atomically: true, encoding: .utf8)
        }
        let signature = model.path + ".sig"
        try stockTool(
            "sign", "key", alone ? file.path : model.path, "--private_key",
            folder.appending(path: "\(key).key").path, "--signature", signature)
        return signature
    }

    /// What the stock tool says of a fetched folder.
    func stockVerification(of place: URL, by key: String) throws -> Outcome {
        try run(
            Self.python, "-m", "model_signing", "verify", "key", place.path, "--signature",
            place.appending(path: "signature.json").path, "--public_key",
            folder.appending(path: "\(key).pem").path, "--ignore-paths",
            place.appending(path: "signet.json").path)
    }

    private func stockTool(_ arguments: String...) throws {
        let done = try run([Self.python, "-m", "model_signing"] + arguments)
        try #require(done.status == 0, "model_signing (scripts/setup installs it): \(done)")
    }

    /// Has dev's policy ask for model signatures by this key.
    func demandModelSignatures(by key: String) throws {
        let pem = try String(
            contentsOf: folder.appending(path: "\(key).pem"), encoding: .utf8)
        let lines = pem.split(separator: "\n").map { "      \($0)\n" }.joined()
        let policy = try policy {
            $0.replacing("serial: 1", with: "serial: 2")
                .replacing(
                    "fourEyes: true", with: "requires: {modelSignature: true}\n    fourEyes: true")
                + "modelSigners:\n  - name: \(key)\n    key: |\n\(lines)"
        }
        let reason = ["--reason", "models are signed"]
        for step in [
            ["propose", policy] + reason, ["approve", "2"] + reason, ["roll-out"] + reason,
        ] {
            let done = try signet(["policy"] + step, as: .ada)
            try #require(done.status == 0, "\(done)")
        }
    }
}
