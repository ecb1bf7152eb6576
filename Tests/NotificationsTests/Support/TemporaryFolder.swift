import Foundation
import SystemPackage

/// A folder of a test's own, removed when the test ends.
enum TemporaryFolder {
    static func with<Result>(
        isolation: isolated (any Actor)? = #isolation, _ body: (FilePath) async throws -> Result
    ) async throws -> Result {
        let url = FileManager.default.temporaryDirectory
            .appendingPathComponent("signet-\(UUID().uuidString)")
        try FileManager.default.createDirectory(at: url, withIntermediateDirectories: true)
        defer { try? FileManager.default.removeItem(at: url) }  // a leftover harms no later test
        return try await body(FilePath(url.path))
    }
}

extension FilePath {
    /// The names in this folder, sorted, without hidden ones.
    func names() throws -> [String] {
        try FileManager.default.contentsOfDirectory(atPath: string)
            .filter { !$0.hasPrefix(".") }.sorted()
    }

    func text() throws -> String { try String(contentsOfFile: string, encoding: .utf8) }

    func write(_ text: String) throws {
        try text.write(toFile: string, atomically: false, encoding: .utf8)
    }
}
