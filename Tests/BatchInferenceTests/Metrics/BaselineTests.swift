import Foundation
import SystemPackage
import Testing

@testable import BatchInference

@Suite("Baselines")
struct BaselineTests {
    /// `b = [((i*37) % 100) / 10 for i in range(200)]`; `np.quantile(b, np.arange(1, 10) / 10)`,
    /// `np.mean(b)`, `np.std(b, ddof=1)` (NumPy 2.4.6)
    @Test func numbersHaveTheirDecilesAndMoments() throws {
        let rows = (0..<200).map { "\(Double($0 * 37 % 100) / 10)" }
        try DataFile.with("x\n" + rows.joined(separator: "\n")) { path in
            let baseline = try Baseline.make(from: path)
            #expect(baseline.source.rows == 200)
            guard case .number(let x) = baseline.features["x"] else {
                Issue.record("x is a column of numbers")
                return
            }
            #expect(x.count == 200 && x.missing == 0)
            #expect(x.mean.isNear(4.95) && x.sd.isNear(2.8938506974784453))
            #expect(x.min == 0 && x.max == 9.9)
            let edges = [0.99, 1.98, 2.97, 3.96, 4.95, 5.94, 6.93, 7.92, 8.91]
            #expect(zip(x.edges, edges).allSatisfy { abs($0 - $1) < 1e-12 })
            #expect(x.shares == Array(repeating: 0.1, count: 10) + [0])
        }
    }

    @Test func columnsAreNumbersOrCategories() throws {
        let text = """
            id,size,kind,blank,mixed
            1,2.5,a,,1
            2,,b,,x
            3,2.5,a,,3
            4,nan,,,4

            """
        try DataFile.with(text) { path in
            let baseline = try Baseline.make(from: path, excluding: ["id"])
            #expect(baseline.features.keys.sorted() == ["blank", "kind", "mixed", "size"])
            #expect(
                baseline.features["size"]
                    == .number(
                        NumberStatistics(
                            count: 2, missing: 2, mean: 2.5, sd: 0, min: 2.5, max: 2.5,
                            edges: Array(repeating: 2.5, count: 9),
                            shares: [0, 0.5, 0, 0, 0, 0, 0, 0, 0, 0, 0.5])))
            #expect(
                baseline.features["kind"]
                    == .category(
                        CategoryStatistics(
                            count: 3, missing: 1, categories: ["a": 0.5, "b": 0.25], other: 0)))
            #expect(
                baseline.features["blank"]
                    == .category(
                        CategoryStatistics(count: 0, missing: 4, categories: [:], other: 0)))
            #expect(
                baseline.features["mixed"]
                    == .category(
                        CategoryStatistics(
                            count: 4, missing: 0,
                            categories: ["1": 0.25, "x": 0.25, "3": 0.25, "4": 0.25], other: 0)))
        }
    }

    @Test func theFiftyMostFrequentTextsAreListed() throws {
        let rows = (0..<60).map { "t\($0)" } + (10..<60).map { "t\($0)" }
        try DataFile.with("x\n" + rows.joined(separator: "\n")) { path in
            guard case .category(let x) = try Baseline.make(from: path).features["x"] else {
                Issue.record("x is a column of texts")
                return
            }
            #expect(x.categories.keys.sorted() == (10..<60).map { "t\($0)" })
            #expect(x.categories["t10"] == 2.0 / 110)
            #expect(x.other == 10.0 / 110)
        }
    }

    @Test func namedColumnsHaveToExist() throws {
        try DataFile.with("a,b\n1,2\n") { path in
            let baseline = try Baseline.make(from: path, columns: ["b"])
            #expect(baseline.features.keys.sorted() == ["b"])
            #expect(
                throws: InferenceError.missingColumn(file: path, name: "c", found: ["a", "b"])
            ) { try Baseline.make(from: path, columns: ["c"]) }
            #expect(
                throws: InferenceError.missingColumn(file: path, name: "lable", found: ["a", "b"])
            ) { try Baseline.make(from: path, excluding: ["lable"]) }
        }
    }

    @Test func aFileWithoutRowsHasNoBaseline() throws {
        try DataFile.with("a,b\n") { path in
            #expect(throws: InferenceError.emptyData(file: path)) {
                try Baseline.make(from: path)
            }
        }
    }

    @Test func hugeNumbersLeaveOutWhatHasNoValue() throws {
        try DataFile.with("x\n-1.7e308\n1.7e308\n1.7e308\n") { path in
            let baseline = try Baseline.make(from: path)
            guard case .number(let x) = baseline.features["x"] else {
                Issue.record("x is a column of numbers")
                return
            }
            #expect(x.sd == nil)
            #expect(x.edges.allSatisfy { $0.isFinite })
            let read = try Baseline.parse(baseline.serialise(), file: path)
            #expect(read == baseline)
        }
    }

    @Test func theJSONIsReadBack() throws {
        try DataFile.with("x,kind\n1,a\n2,b\n,\n") { path in
            let baseline = try Baseline.make(from: path)
            let bytes = try baseline.serialise()
            try Data(bytes).write(to: URL(filePath: path.string))
            let read = try Baseline.read(path)
            #expect(read == baseline)
        }
    }
}

@Suite("Reading baselines")
struct BaselineParsingTests {
    private static let source =
        #""source": {"sha256": "\#(String(repeating: "a", count: 64))", "rows": 4}"#
    private static let number = """
        {"type": "number", "count": 3, "missing": 1, "min": 1, "max": 3, \
        "edges": [1, 1, 1, 2, 2, 2, 3, 3, 3], "shares": [0.25, 0.25, 0.25, 0, 0, 0, 0, 0, 0, 0, 0.25]}
        """
    private static let category =
        #"{"type": "category", "count": 3, "missing": 1, "categories": {"a": 0.5}, "other": 0.25}"#

    private static func document(
        _ features: String, head: String = #""apiVersion": "signet/v1", "kind": "Baseline""#,
        source: String = source
    ) -> String {
        "{\(head), \(source), \"features\": {\(features)}}"
    }

    @Test func aWellFormedBaselineIsRead() throws {
        let text = Self.document(#""x": \#(Self.number), "k": \#(Self.category)"#)
        let baseline = try Baseline.parse(text.utf8, file: "b.json")
        #expect(baseline.features.keys.sorted() == ["k", "x"])
    }

    @Test(arguments: [
        ("{", ""),
        (
            document("", head: #""apiVersion": "signet/v2", "kind": "Baseline""#),
            "'apiVersion': must be 'signet/v1', not 'signet/v2'"
        ),
        (
            document("", head: #""apiVersion": "signet/v1", "kind": "Policy""#),
            "'kind': must be 'Baseline', not 'Policy'"
        ),
        (document("", head: #""kind": "Baseline""#), "'apiVersion': it is missing"),
        (
            document("", head: #""apiVersion": "signet/v1", "kind": "Baseline", "more": 1"#),
            "'more': is not a known field"
        ),
        (
            document("", source: #""source": {"sha256": "abc", "rows": 4}"#),
            "'source.sha256': must be 64 hexadecimal digits"
        ),
        (
            document("", source: source.replacing("4}", with: "0}")),
            "'source.rows': must be at least 1"
        ),
        (
            document(#""x": \#(number.replacing("[1, 1, 1,", with: "[1, 1,"))"#),
            "'features.x.edges': must be 9 numbers, ascending"
        ),
        (
            document(#""x": \#(number.replacing("[1, 1, 1, 2", with: "[1, 1, 3, 2"))"#),
            "'features.x.edges': must be 9 numbers, ascending"
        ),
        (
            document(#""x": \#(number.replacing("[0.25, 0.25,", with: "[0.25,"))"#),
            "'features.x.shares': must be 11 numbers"
        ),
        (
            document(#""x": \#(number.replacing("[0.25, 0.25,", with: "[0.25, 0.5,"))"#),
            "'features.x.shares': shares must be at least 0, and 1 together"
        ),
        (
            document(#""x": \#(number.replacing("[0.25, 0.25, 0.25", with: "[-0.25, 0.5, 0.5"))"#),
            "'features.x.shares': shares must be at least 0, and 1 together"
        ),
        (
            document(#""x": \#(number.replacing(#""count": 3"#, with: #""count": -3"#))"#),
            "'features.x.count': is not a number of rows"
        ),
        (
            document(#""x": \#(number.replacing(#""count": 3"#, with: #""count": 4"#))"#),
            "'features': 'x' counts 5 of 4 rows"
        ),
        (
            document(#""x": \#(number.replacing(#""max": 3"#, with: #""max": 0"#))"#),
            "'features.x.max': is below min"
        ),
        (
            document(#""x": \#(number.replacing(#""max": 3"#, with: #""max": 3, "typo": 1"#))"#),
            "'features.x.typo': is not a known field"
        ),
        (
            document(#""k": \#(category.replacing("0.5", with: "0.75"))"#),
            "'features.k.categories': shares must be at least 0, and 1 together"
        ),
    ])
    func anythingElseIsRefusedWithItsField(text: String, why: String) throws {
        let error = #expect(throws: InferenceError.self) {
            try Baseline.parse(text.utf8, file: "b.json")
        }
        guard case .malformedBaseline(let file, let found) = error else {
            Issue.record("\(String(describing: error)) is another error")
            return
        }
        #expect(file == "b.json")
        #expect(found == why || why.isEmpty)
    }
}
