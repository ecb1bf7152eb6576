import Testing

@testable import BatchInference

@Suite("Numbers in cells")
struct DecimalNumberTests {
    private func parse(_ text: String) -> DecimalNumber {
        DecimalNumber(Array(text.utf8).span)
    }

    @Test(arguments: [
        ("0", 0.0), ("7", 7.0), ("-12", -12.0), ("+3.5", 3.5), (".5", 0.5), ("5.", 5.0),
        ("1e3", 1000.0), ("1E-3", 0.001), ("2.5e+2", 250.0), (" 1 ", 1.0), ("\t1", 1.0),
        ("0.1", 0.1), ("0.30000000000000004", 0.30000000000000004),
        ("9007199254740993", 9_007_199_254_740_992.0), ("1e22", 1e22), ("1e23", 1e23),
        ("123456789012345678901234567890", 1.2345678901234568e29),
        ("0.000000000000000000000000000000000000000001", 1e-42),
        ("1.7976931348623157e308", 1.7976931348623157e308), ("5e-324", .leastNonzeroMagnitude),
        ("1e-400", 0.0), ("0e999999999999999999999", 0.0),
        ("2.2250738585072011e-308", .leastNormalMagnitude.nextDown),
        // A little above the middle of two numbers: up.
        ("855.853193059208536", 855.8531930592086),
        ("586328101271.381897", 586_328_101_271.382),
        // Exactly between two numbers: to the even one.
        ("9007199254740993.0", 9_007_199_254_740_992.0),
        ("9007199254740995", 9_007_199_254_740_996.0),
    ])
    func decimalNumbersAreReadExactly(text: String, value: Double) {
        #expect(parse(text) == .number(value))
    }

    @Test func theSignOfZeroIsKept() throws {
        guard case .number(let zero) = parse("-0.0") else {
            Issue.record("-0.0 is a number")
            return
        }
        #expect(zero.sign == .minus)
    }

    @Test(arguments: [
        "x", "-", "+", ".", "e5", "1e", "1e+", "1.2.3", "1,5", "1 2", "0x10", "1_000", "inf",
        "Infinity", "nane", "1e999", "--1", "١", " ", "1\n",
    ])
    func anythingElseIsMalformed(text: String) {
        #expect(parse(text) == .malformed)
    }

    @Test(arguments: ["nan", "NaN", "NAN", " nan "])
    func nanIsAMissingValue(text: String) {
        #expect(parse(text) == .notANumber)
    }

    @Test func everyNumberIsReadBackAsItself() {
        let seed = UInt64.random(in: 0 ... .max)
        var random = SeededGenerator(seed: seed)
        for _ in 0..<5000 {
            let number = Double(bitPattern: random.next())
            guard number.isFinite else { continue }
            #expect(parse("\(number)") == .number(number), "seed \(seed)")
        }
    }

    @Test func theStandardLibraryReadsTheSame() {
        let seed = UInt64.random(in: 0 ... .max)
        var random = SeededGenerator(seed: seed)
        for _ in 0..<5000 {
            let digits = "\(random.next() >> UInt64.random(in: 0..<64, using: &random))"
            let point = Int.random(in: 0...digits.count, using: &random)
            let exponent = Int.random(in: -30...30, using: &random)
            let text = "\(digits.prefix(point)).\(digits.dropFirst(point))e\(exponent)"
            #expect(
                parse(text) == Double(text).map { .number($0) } ?? .malformed,
                "\(text), seed \(seed)")
        }
    }
}
