import Foundation
import SystemPackage
import Testing

@testable import BatchInference

@Suite("Reading CSV")
struct CSVReaderTests {
    /// What is read, and the table it is.
    @Test(arguments: [
        ("a,b\n1,2\n", [["a", "b"], ["1", "2"]]),
        ("a,b\r\n1,2\r\n", [["a", "b"], ["1", "2"]]),
        ("a,b\n1,2", [["a", "b"], ["1", "2"]]),
        ("a,b\n1,", [["a", "b"], ["1", ""]]),
        ("a,b\n,\n", [["a", "b"], ["", ""]]),
        ("a,b", [["a", "b"]]),
        ("a\n\n1\n", [["a"], [""], ["1"]]),
        ("a,b\n\"x,y\",\"say \"\"hi\"\"\"\n", [["a", "b"], ["x,y", "say \"hi\""]]),
        ("a,b\n\"two\r\nlines\",\"\"\n", [["a", "b"], ["two\r\nlines", ""]]),
        ("\"a,1\",b\n1,2\n", [["a,1", "b"], ["1", "2"]]),
        ("a,b\n\"1\",\"2\"\r\n", [["a", "b"], ["1", "2"]]),
        (",b\n1,2\n", [["", "b"], ["1", "2"]]),
        ("größe,日本\nß, x \n", [["größe", "日本"], ["ß", " x "]]),
        ("\u{FEFF}a,b\n1,2\n", [["a", "b"], ["1", "2"]]),
    ])
    func quotesLineEndsAndMarksAreRead(text: String, table: [[String]]) throws {
        try DataFile.with(text) { path in
            let found = try DataFile.read(path)
            #expect(found == table)
        }
    }

    /// What is refused, the line that is named, and why.
    @Test(arguments: [
        ("a,b\n1\n", 2, "only 1 of the 2 fields that the header names"),
        ("a,b\n1,2\n\n3,4\n", 3, "a blank line"),
        ("a,b\n1,2\r\n\r\n", 3, "a blank line"),
        ("a,b\n1,2\n1,2,3\n", 3, "more fields than the 2 that the header names"),
        ("a,b\n\"1\n2\",3\n4\n", 4, "only 1 of the 2 fields that the header names"),
        ("a,b\n1,\"2\n3\n", 2, "a quote that is never closed"),
        ("a,b\n1,\"2\"x\n", 2, "text after the closing quote of field 2"),
        ("a,b\n1,2\"x\n", 2, "a quote inside of field 2, which has none around it"),
        ("a,b\n1,2\r3,4\n", 2, "a carriage return without its line feed"),
        ("a,b\n1,2\r", 2, "a carriage return without its line feed"),
        ("a,b\n1,\0\n", 2, "a NUL byte"),
        ("a,b\n1,\"\0\"\n", 2, "a NUL byte"),
        ("a,b,a\n1,2,3\n", 1, "the header names 'a' twice"),
        ("\n1\n", 1, "the header is a blank line"),
    ])
    func malformedTextIsRefusedWithItsLine(text: String, line: Int, problem: String) throws {
        try DataFile.with(text) { path in
            #expect(
                throws: InferenceError.malformedCSV(
                    file: path, line: line, column: nil, problem: problem)
            ) {
                try DataFile.read(path)
            }
        }
    }

    @Test func otherEncodingsAreRefused() throws {
        try DataFile.with(bytes: [0xFF, 0xFE, 0x61, 0x00]) { path in
            #expect(
                throws: InferenceError.malformedCSV(
                    file: path, line: 1, column: nil, problem: "the text is UTF-16, not UTF-8")
            ) { try DataFile.read(path) }
        }
        try DataFile.with(bytes: [0x61, 0x2C, 0xE4, 0x0A]) { path in
            #expect(
                throws: InferenceError.malformedCSV(
                    file: path, line: 1, column: nil,
                    problem: "the name of column 2 is not UTF-8")
            ) { try DataFile.read(path) }
        }
    }

    @Test(arguments: ["", "\u{FEFF}"])
    func aFileWithoutAHeaderIsEmpty(text: String) throws {
        try DataFile.with(text) { path in
            #expect(throws: InferenceError.emptyData(file: path)) { try DataFile.read(path) }
        }
    }

    @Test func aFileThatIsNotThereIsUnreadable() {
        let path: FilePath = "/nonexistent/data.csv"
        #expect(
            throws: InferenceError.unreadable(file: path, why: "No such file or directory")
        ) { try DataFile.read(path) }
    }

    @Test func aRecordOfMoreThanOneMebibyteIsRefused() throws {
        let fits = "a,b\n1,\(String(repeating: "x", count: (1 << 20) - 3))\n"
        try DataFile.with(fits) { path in
            let table = try DataFile.read(path)
            #expect(table[1][1].utf8.count == (1 << 20) - 3)
        }
        for tooLong in [
            "a,b\n1,\(String(repeating: "x", count: (1 << 20) - 2))\n",
            "a,b\n\"\(String(repeating: "\n", count: 2 << 20))",
        ] {
            try DataFile.with(tooLong) { path in
                #expect(
                    throws: InferenceError.malformedCSV(
                        file: path, line: 2, column: nil,
                        problem: "a record of more than 1048576 bytes")
                ) { try DataFile.read(path) }
            }
        }
    }

    @Test func batchesEndWhereTheLimitSays() throws {
        try DataFile.with("a\n1\n2\n3\n4\n5\n") { path in
            var reader = try CSVReader(path: path)
            var batch = CSVBatch()
            var sizes: [Int] = []
            repeat { sizes.append(try reader.next(into: &batch, limit: 2)) } while sizes.last != 0
            #expect(sizes == [2, 2, 1, 0])
            #expect(reader.rows == 5)
            let afterTheEnd = try reader.next(into: &batch, limit: 2)
            #expect(afterTheEnd == 0)
        }
    }

    @Test func everyWayToCutAFileIntoBatchesReadsTheSame() throws {
        let lines = (0..<3000).map { "\($0),\"line\n\($0 * 7)\",\"\"\"\($0)\"\"\"" }
        try DataFile.with("a,b,c\n" + lines.joined(separator: "\n")) { path in
            let whole = try DataFile.read(path, limit: 10_000)
            #expect(whole.count == 3001)
            #expect(whole[3000] == ["2999", "line\n20993", "\"2999\""])
            #expect(try DataFile.read(path, limit: 1) == whole)
            #expect(try DataFile.read(path, limit: 1000) == whole)
        }
    }

    /// The second table's buffers end within a record when the batch is already full.
    @Test(arguments: [(width: 5000, rows: 40, perBatch: 4), (60_000, 8, 1)])
    func aFullBatchEndsEarlyAndLosesNothing(width: Int, rows: Int, perBatch: Int) throws {
        let cell = String(repeating: "x", count: width)
        try DataFile.with("a,b\n" + (0..<rows).map { "\($0),\(cell)\n" }.joined()) { path in
            var reader = try CSVReader(path: path)
            var batch = CSVBatch(maximumSize: 16_384)
            var names: [String] = []
            var sizes: [Int] = []
            while try reader.next(into: &batch, limit: 100) > 0 {
                sizes.append(batch.rows)
                names += (0..<batch.rows).map { batch.string(row: $0, column: 0) }
            }
            #expect(sizes == Array(repeating: perBatch, count: rows / perBatch))
            #expect(names == (0..<rows).map(String.init))
        }
    }

    @Test func memoryIsThatOfABatchAndNotOfTheFile() throws {
        let text = "a,b\n" + String(repeating: "12345.678,90\n", count: 100_000)
        try DataFile.with(text) { path in
            var reader = try CSVReader(path: path)
            var batch = CSVBatch()
            while try reader.next(into: &batch, limit: 256) > 0 {}
            #expect(reader.rows == 100_000)
            #expect(batch.capacity < 256 << 10)
        }
    }

    /// `printf 'a,b\r\n1,"2\n"\r\n' | sha256sum`
    @Test func theDigestIsTheFiles() throws {
        try DataFile.with("a,b\r\n1,\"2\n\"\r\n") { path in
            var reader = try CSVReader(path: path)
            var batch = CSVBatch()
            while try reader.next(into: &batch, limit: 1) > 0 {}
            #expect(
                reader.sha256
                    == "2cfb2710389c7b7b3a82ed62e5815b30079e2f2d823981ff210bac03d14ac87a")
        }
    }
}
