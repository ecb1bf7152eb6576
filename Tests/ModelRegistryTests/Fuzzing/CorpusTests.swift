import Foundation
import ParserChecks
import Testing

/// Every input that is kept from fuzzing, through the same checks.
struct CorpusTests {
    private static let corpus = URL(filePath: #filePath).deletingLastPathComponent()
        .deletingLastPathComponent().deletingLastPathComponent().deletingLastPathComponent()
        .appending(path: "Fuzzing/corpus")

    @Test(arguments: ParserTarget.allCases)
    func noKeptInputBreaksItsParser(_ target: ParserTarget) throws {
        let folder = Self.corpus.appending(path: target.rawValue)
        let files = try FileManager.default.contentsOfDirectory(
            at: folder, includingPropertiesForKeys: nil)
        #expect(files.count >= 3, "there is nothing to begin with")
        for file in files {
            let bytes = try [UInt8](Data(contentsOf: file))
            let contradiction = target.contradiction(in: bytes)
            #expect(contradiction == nil, "\(file.lastPathComponent): \(contradiction ?? "")")
        }
    }

    /// Some of each are accepted, or the checks of what is accepted would check nothing.
    @Test func theCorpusHasATargetForEachParserAndNoOther() throws {
        let folders = try FileManager.default.contentsOfDirectory(atPath: Self.corpus.path)
        #expect(Set(folders) == Set(ParserTarget.allCases.map(\.rawValue)))
    }
}
