import Crypto
import Foundation
import SystemPackage
import Testing

@testable import BatchInference

@Suite("Writing CSV")
struct CSVWriterTests {
    @Test func fieldsAreQuotedWhereNeeded() throws {
        try DataFile.with("") { path in
            var writer = try CSVWriter(path: path, header: ["id", "x,y"])
            writer.field("plain")
            writer.field(0.1)
            try writer.endRow()
            writer.field("say \"hi\"\n")
            writer.field(Float(0.1))
            try writer.endRow()
            writer.field(42)
            writer.field(Double.nan)
            try writer.endRow()
            let written = try writer.finish()
            let text = "id,\"x,y\"\nplain,0.1\n\"say \"\"hi\"\"\n\",0.1\n42,\n"
            #expect(try String(contentsOfFile: path.string, encoding: .utf8) == text)
            #expect(written.rows == 3)
            #expect(written.path == path)
            #expect(written.sha256 == SHA256.hash(data: Data(text.utf8)).hexadecimal)
        }
    }

    @Test func anEmptyCellOfASingleColumnIsNoBlankLine() throws {
        try DataFile.with("") { path in
            var writer = try CSVWriter(path: path, header: ["a"])
            writer.field("")
            try writer.endRow()
            _ = try writer.finish()
            #expect(try String(contentsOfFile: path.string, encoding: .utf8) == "a\n\"\"\n")
        }
    }

    @Test func nothingAppearsUntilItIsFinished() throws {
        try DataFile.with("before") { path in
            let partial = path.removingLastComponent().appending("data.csv.partial")
            do {
                var writer = try CSVWriter(path: path, header: ["a"])
                writer.field("1")
                try writer.endRow()
                #expect(FileManager.default.fileExists(atPath: partial.string))
                _ = consume writer
            }
            #expect(try String(contentsOfFile: path.string, encoding: .utf8) == "before")
            #expect(!FileManager.default.fileExists(atPath: partial.string))
        }
    }

    @Test func aPartialFileThatACrashLeftIsReplaced() throws {
        try DataFile.with("") { path in
            let folder = path.removingLastComponent()
            try Data("old old old".utf8).write(
                to: URL(filePath: folder.appending("data.csv.partial").string))
            _ = try CSVWriter(path: path, header: ["a"]).finish()
            #expect(try String(contentsOfFile: path.string, encoding: .utf8) == "a\n")
            #expect(
                try FileManager.default.contentsOfDirectory(atPath: folder.string) == ["data.csv"])
        }
    }

    @Test func aPathThatCantBeWrittenIsRefused() {
        let path: FilePath = "/nonexistent/out.csv"
        #expect(
            throws: InferenceError.unwritable(file: path, why: "No such file or directory")
        ) { _ = try CSVWriter(path: path, header: ["a"]).finish() }
    }

    @Test func whatIsWrittenIsReadBack() throws {
        let seed = UInt64.random(in: 0 ... .max)
        var random = SeededGenerator(seed: seed)
        let pieces = ["a", "é", "\"", ",", "\n", "\r", "\r\n", " ", "日本", "0", "👩‍💻", ""]
        for _ in 0..<20 {
            let columns = Int.random(in: 1...5, using: &random)
            let rows = (0..<Int.random(in: 0...50, using: &random)).map { _ in
                (0..<columns).map { _ in
                    (0..<Int.random(in: 0...6, using: &random)).map { _ in
                        pieces[Int.random(in: 0..<pieces.count, using: &random)]
                    }.joined()
                }
            }
            let header = (0..<columns).map { "c\($0)" }
            try DataFile.with("") { path in
                var writer = try CSVWriter(path: path, header: header)
                for row in rows {
                    for cell in row { writer.field(bytes: Array(cell.utf8)) }
                    try writer.endRow()
                }
                let written = try writer.finish()
                #expect(try DataFile.read(path, limit: 7) == [header] + rows, "seed \(seed)")
                #expect(written.rows == rows.count)
            }
        }
    }

    @Test func manyRowsAreHashedAcrossBuffers() throws {
        try DataFile.with("") { path in
            var writer = try CSVWriter(path: path, header: ["a"])
            for row in 0..<30_000 {
                writer.field(row)
                try writer.endRow()
            }
            let written = try writer.finish()
            let bytes = try Data(contentsOf: URL(filePath: path.string))
            #expect(bytes.count > 2 * 64 << 10)
            #expect(written.sha256 == SHA256.hash(data: bytes).hexadecimal)
            #expect(try DataFile.read(path).count == 30_001)
        }
    }
}
