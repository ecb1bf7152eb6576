import SystemPackage
import Testing

@testable import BatchInference

/// Second opinion: NumPy 2.4.6, with `def psi(a, b): a = np.maximum(a, 1e-4); b = np.maximum(b, 1e-4);
/// return np.sum((a - b) * np.log(a / b))` over the shares of the bins.
@Suite("Drift")
struct DriftMeterTests {
    private func measure(
        _ data: String, against baseline: String, features: [String] = ["x"], limit: Int = 64
    ) throws -> DriftMeter {
        var meter: DriftMeter?
        try DataFile.with(baseline) { path in
            let baseline = try Baseline.make(from: path)
            try DataFile.with(data) { path in
                var reader = try CSVReader(path: path)
                var drift = try DriftMeter(
                    baseline: baseline, features: features, header: reader.header, file: path)
                var batch = CSVBatch()
                while try reader.next(into: &batch, limit: limit) > 0 { try drift.add(batch) }
                meter = drift
            }
        }
        return try #require(meter)
    }

    private func column(_ cells: [some CustomStringConvertible]) -> String {
        "x\n" + cells.map { "\($0)\n" }.joined()
    }

    /// `a = [((i*37) % 100) / 10 + 1.5 for i in range(300)]` and ten missing values, bins by
    /// `np.searchsorted(np.quantile(b, np.arange(1, 10) / 10), a, side="left")`
    @Test func shiftedNumbersHaveDrifted() throws {
        let baseline = (0..<200).map { Double($0 * 37 % 100) / 10 }
        let shifted = (0..<300).map { "\(Double($0 * 37 % 100) / 10 + 1.5)" }
        let missing = Array(repeating: "nan", count: 10)
        let meter = try measure(column(shifted + missing), against: column(baseline))
        #expect(meter.psi()["x"].isNear(1.0394493508827585))
        #expect(meter.values["psi.x"]?.n == 310)
        #expect(meter.values["psi.max"]?.value == meter.psi()["x"])
    }

    @Test func theBaselinesOwnDataHasNotDrifted() throws {
        let rows = column((0..<200).map { Double($0 * 37 % 100) / 10 })
        #expect(try measure(rows, against: rows).psi() == ["x": 0])
    }

    /// `psi(np.array([20, 30, 40, 10]) / 100, np.array([50, 30, 0, 20]) / 100)`
    @Test func categoriesAreBins() throws {
        func texts(_ a: Int, _ b: Int, _ c: Int, _ none: Int) -> String {
            let cells = [("a", a), ("b", b), ("c", c), ("\"\"", none)]
            return column(cells.flatMap { Array(repeating: $0, count: $1) })
        }
        let meter = try measure(texts(20, 30, 40, 10), against: texts(50, 30, 0, 20))
        #expect(meter.psi()["x"].isNear(3.6609923886950417))
    }

    /// A move is `psi(all in one bin, all in another)`, its size the same to either side.
    @Test(arguments: [("5", 0.0), ("4", 18.41883867587797), ("6", 18.41883867587797)])
    func aConstantFeatureShowsAMoveInEitherDirection(value: String, psi: Double) throws {
        let meter = try measure(
            column(Array(repeating: value, count: 50)),
            against: column(Array(repeating: "5", count: 50)))
        #expect(meter.psi()["x"].isNear(psi))
    }

    @Test func batchesAddUp() throws {
        let baseline = column(Array(0..<100))
        let data = column(Array(30..<130))
        let whole = try measure(data, against: baseline, limit: 1000)
        #expect(try measure(data, against: baseline, limit: 7).psi() == whole.psi())
    }

    @Test func aFeatureThatTheBaselineLacksHasNoValueNorMaximum() throws {
        let meter = try measure(
            "x,y\n1,2\n2,3\n", against: column([1, 2]), features: ["x", "y"])
        #expect(meter.psi() == ["x": 0])
        #expect(
            meter.values == [
                "psi.x": MetricValue(value: 0, n: 2), "psi.y": MetricValue(value: nil, n: 2),
                "psi.max": MetricValue(value: nil, n: 2),
            ])
    }

    @Test func aFeatureThatTheDataLacksIsRefused() throws {
        let error = #expect(throws: InferenceError.self) {
            try measure("y\n1\n", against: column([1, 2]))
        }
        guard case .missingColumn(_, "x", ["y"]) = error else {
            Issue.record("\(String(describing: error)) is another error")
            return
        }
    }

    @Test func textInAColumnOfNumbersIsRefusedWithItsLine() throws {
        let error = #expect(throws: InferenceError.self) {
            try measure("x\n1\nred\n", against: column([1, 2]))
        }
        guard case .notANumber(_, 3, "x", "red") = error else {
            Issue.record("\(String(describing: error)) is another error")
            return
        }
    }

    @Test func withoutRowsThereIsNoValue() throws {
        let meter = try measure("x\n", against: column([1, 2]))
        #expect(meter.psi().isEmpty)
        #expect(
            meter.values == [
                "psi.x": MetricValue(value: nil, n: 0), "psi.max": MetricValue(value: nil, n: 0),
            ])
    }
}
