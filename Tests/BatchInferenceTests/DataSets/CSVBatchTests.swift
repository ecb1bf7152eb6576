import SystemPackage
import Testing

@testable import BatchInference

@Suite("Cells of a batch")
struct CSVBatchTests {
    @Test func cellsAreNumbersTextsOrMissing() throws {
        try DataFile.with("id,x\nr1,1.5\nr2,\nr3,NaN\nr4, -2 \n") { path in
            let batch = try DataFile.firstBatch(of: path)
            #expect(batch.rows == 4)
            #expect(try batch.double(row: 0, column: 1) == 1.5)
            #expect(try batch.double(row: 1, column: 1) == nil)
            #expect(try batch.double(row: 2, column: 1) == nil)
            #expect(try batch.double(row: 3, column: 1) == -2)
            #expect(batch.string(row: 3, column: 0) == "r4")
            #expect(Array(batch.bytes(row: 3, column: 1)) == Array(" -2 ".utf8))
            #expect(batch.isMissing(row: 1, column: 1))
            #expect(!batch.isMissing(row: 2, column: 1))
        }
    }

    @Test func textThatIsNoNumberIsRefusedWithLineAndColumn() throws {
        try DataFile.with("id,x\n\"r\n1\",1\nr2,1.2.3\n") { path in
            let batch = try DataFile.firstBatch(of: path)
            #expect(batch.rows == 2)
            #expect(batch.line(row: 1) == 4)
            #expect(
                throws: InferenceError.notANumber(file: path, line: 4, column: "x", text: "1.2.3")
            ) {
                try batch.double(row: 1, column: 1)
            }
            #expect(
                batch.malformed(row: 0, column: 0, problem: "too odd")
                    == .malformedCSV(file: path, line: 2, column: "id", problem: "too odd"))
        }
    }

    @Test func aBatchForgetsTheRowsBefore() throws {
        try DataFile.with("a\nlong text\nb\n") { path in
            var reader = try CSVReader(path: path)
            var batch = CSVBatch()
            _ = try reader.next(into: &batch, limit: 1)
            _ = try reader.next(into: &batch, limit: 1)
            #expect(batch.rows == 1)
            #expect(batch.string(row: 0, column: 0) == "b")
            #expect(batch.line(row: 0) == 3)
        }
    }
}
