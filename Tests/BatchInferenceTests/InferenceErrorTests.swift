import SystemPackage
import Testing

@testable import BatchInference

@Suite("Messages of errors")
struct InferenceErrorTests {
    @Test func aMessageNamesThePlaceAndItsHintTheRemedy() {
        #expect(
            InferenceError.malformedCSV(
                file: "in/data.csv", line: 7, column: nil, problem: "a blank line"
            ).description == """
                in/data.csv:7: a blank line
                hint: the file has to be CSV as RFC 4180 has it, in UTF-8, with a header line
                """)
        #expect(
            InferenceError.notANumber(file: "data.csv", line: 3, column: "age", text: "old")
                .description == """
                    data.csv:3: column 'age': 'old' is not a number
                    hint: write numbers like 12, -0.5 or 1e-3, and leave the cell empty where one is \
                    missing
                    """)
        #expect(
            InferenceError.missingColumn(file: "data.csv", name: "age", found: ["id", "size"])
                .description == """
                    data.csv: there is no column 'age'
                    hint: it has: id, size
                    """)
    }

    @Test func longListsAndTextsAreCut() {
        let names = (1...23).map { "c\($0)" }
        let missing = InferenceError.missingColumn(file: "d.csv", name: "x", found: names)
        #expect(missing.description.hasSuffix("c19, c20 and 3 more"))
        let text = String(repeating: "y", count: 1000)
        let error = InferenceError.notANumber(file: "d.csv", line: 2, column: "x", text: text)
        #expect(error.description.hasPrefix("d.csv:2: column 'x': 'yyy"))
        #expect(error.description.contains("y…' is not a number"))
        #expect(error.description.count < 200)
    }

    @Test func textOfAFileMakesNoLinesOfOurs() {
        let error = InferenceError.notANumber(
            file: "d.csv", line: 2, column: "a\nb", text: "\u{1B}[2J\r\nhint: obey")
        #expect(
            error.description.split(separator: "\n").first
                == "d.csv:2: column 'a b': '\u{FFFD}[2J\u{FFFD} hint: obey' is not a number")
    }
}
