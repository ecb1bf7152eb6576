import Foundation
import Testing

/// The threat model says which test shows what; each of them is there.
struct ThreatModelTests {
    @Test func everyTestThatTheThreatModelNamesExists() throws {
        let root = Fixture.root
        let model = try String(
            contentsOf: root.appending(path: "docs/threat-model.md"), encoding: .utf8)
        let tests = root.appending(path: "Tests")
        let code = try FileManager.default.subpathsOfDirectory(atPath: tests.path)
            .filter { $0.hasSuffix(".swift") }
            .map { try String(contentsOf: tests.appending(path: $0), encoding: .utf8) }
            .joined(separator: "\n")
        var named = 0
        for line in model.split(separator: "\n") where line.hasPrefix("| ") {
            // The last column names tests, by suite and name, or by name alone.
            guard let column = line.split(separator: "|").last else { continue }
            for quoted in column.matches(of: /`([A-Za-z.]+)`/) {
                for word in quoted.output.1.split(separator: ".") {
                    let isThere =
                        code.contains("struct \(word) {") || code.contains("func \(word)(")
                    #expect(isThere, "no test '\(word)', which docs/threat-model.md names: \(line)")
                    named += 1
                }
            }
        }
        #expect(named > 100)
        // Attacks are numbered without a gap.
        let numbers = model.matches(of: /(?m)^\| (\d+) \|/).compactMap { Int($0.output.1) }
        #expect(numbers == Array(1...numbers.count))
    }
}
