import Foundation
import SystemPackage

@testable import BatchInference

/// A CSV file in a folder of its own, for as long as the body runs.
enum DataFile {
    static func with(_ text: String, _ body: (FilePath) throws -> Void) throws {
        try with(bytes: Array(text.utf8), body)
    }

    static func with(bytes: [UInt8], _ body: (FilePath) throws -> Void) throws {
        let folder = FileManager.default.temporaryDirectory.appending(
            component: "signet-data-\(UUID().uuidString)")
        try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
        defer {
            do {
                try FileManager.default.removeItem(at: folder)
            } catch {
                fatalError("can't remove \(folder.path): \(error)")
            }
        }
        let path = FilePath(folder.path).appending("data.csv")
        try Data(bytes).write(to: URL(filePath: path.string))
        try body(path)
    }

    /// Reads the first rows of a file, 100 at most.
    static func firstBatch(of path: FilePath) throws -> CSVBatch {
        var reader = try CSVReader(path: path)
        var batch = CSVBatch()
        _ = try reader.next(into: &batch, limit: 100)
        return batch
    }

    /// Reads a file to its end: the header, then the rows.
    static func read(_ path: FilePath, limit: Int = 256) throws -> [[String]] {
        var reader = try CSVReader(path: path)
        var batch = CSVBatch()
        var table = [reader.header]
        while try reader.next(into: &batch, limit: limit) > 0 {
            for row in 0..<batch.rows {
                table.append((0..<batch.columns).map { batch.string(row: row, column: $0) })
            }
        }
        return table
    }
}

/// Random numbers that a seed gives again (G. Steele et al., SplitMix64, 2014).
struct SeededGenerator: RandomNumberGenerator {
    private var state: UInt64

    init(seed: UInt64) {
        state = seed
    }

    mutating func next() -> UInt64 {
        state &+= 0x9E37_79B9_7F4A_7C15
        var mixed = state
        mixed = (mixed ^ (mixed >> 30)) &* 0xBF58_476D_1CE4_E5B9
        mixed = (mixed ^ (mixed >> 27)) &* 0x94D0_49BB_1331_11EB
        return mixed ^ (mixed >> 31)
    }
}
