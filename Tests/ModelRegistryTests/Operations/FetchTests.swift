import SystemPackage
import Testing

@testable import ModelRegistry

/// What is handed out is what was registered.
struct FetchTests {
    @Test func theArtifactsAndTheAnswerAreWritten() throws {
        try TemporaryRegistry.with { trial in
            try trial.promote()
            let resolution = try #require(try trial.resolve())
            let target = trial.folder.appending("out")
            try trial.registry.fetch(resolution, to: target)
            #expect(try DurableFile.names(in: target) == ["model.onnx", "signet.json"])
            #expect(try DurableFile.read(target.appending("model.onnx")) == "churn 1".bytes)
        }
    }

    @Test func whatAnEarlierVersionBroughtGoesAndFilesOfOthersStay() throws {
        try TemporaryRegistry.with { trial in
            try trial.promote()
            let target = trial.folder.appending("out")
            var earlier = try #require(try trial.resolve())
            try trial.registry.fetch(earlier, to: target)
            // As if the first version had had other files, and somebody else put one there.
            earlier.artifacts[0].name = "weights.bin"
            earlier.artifacts.append(
                .init(name: "../outside", path: "", sha256: "", size: 0))
            for name in ["weights.bin", "signature.json", "notes.txt", "../outside"] {
                try DurableFile.write("x".bytes, to: target.pushing(FilePath(name)))
            }
            try DurableFile.write(
                CanonicalJSON.encode(earlier), to: target.appending("signet.json"))
            let (_, _) = try trial.promote()
            try trial.registry.fetch(#require(try trial.resolve()), to: target)
            #expect(
                try DurableFile.names(in: target) == ["model.onnx", "notes.txt", "signet.json"])
            #expect(try DurableFile.names(in: trial.folder).contains("outside"))
            // What is no answer of ours tells of no files.
            try DurableFile.write("{}".bytes, to: target.appending("signet.json"))
            try trial.registry.fetch(#require(try trial.resolve()), to: target)
            #expect(try DurableFile.names(in: target).contains("notes.txt"))
        }
    }

    @Test(arguments: ["churn 2", "", "churn 1 and more"])
    func anArtifactThatWasSwappedIsNotHandedOut(content: String) throws {
        try TemporaryRegistry.with { trial in
            try trial.promote()
            let resolution = try #require(try trial.resolve())
            try DurableFile.remove(FilePath(resolution.artifacts[0].path))
            try DurableFile.write(content.bytes, to: FilePath(resolution.artifacts[0].path))
            let target = trial.folder.appending("out")
            let error = #expect(throws: RegistryError.self) {
                try trial.registry.fetch(resolution, to: target)
            }
            guard case .damaged? = error else {
                Issue.record("\(String(describing: error))")
                return
            }
            #expect(try DurableFile.names(in: target) == [])
        }
    }
}
