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
