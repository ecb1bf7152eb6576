/// What a cell's text says as a number.
///
/// The grammar is `[+-] digits [. digits] [e [+-] digits]` with digits before or after the point,
/// spaces and tabs around it, or `nan` in any case. The result is the nearest `Double`, always.
enum DecimalNumber: Equatable {
    case number(Double)
    /// The text `nan`.
    case notANumber
    /// Anything else: not a decimal number, or one beyond `Double`.
    case malformed

    init(_ cell: Span<UInt8>) {
        var range = 0..<cell.count
        while let first = range.first, Self.isBlank(cell[first]) { range.removeFirst() }
        while let last = range.last, Self.isBlank(cell[last]) { range.removeLast() }
        guard let digits = Digits(cell, in: range) else {
            self = Self.isNaN(cell, in: range) ? .notANumber : .malformed
            return
        }
        let value = digits.value ?? Self.slowly(cell, in: range)
        self = value.isFinite ? .number(value) : .malformed
    }

    /// The standard library's own reading, which knows no limits; the grammar was checked.
    private static func slowly(_ cell: Span<UInt8>, in range: Range<Int>) -> Double {
        let text = String(unsafeUninitializedCapacity: range.count) { memory in
            for (place, index) in range.enumerated() { memory[place] = cell[index] }
            return range.count
        }
        return Double(text) ?? .nan
    }

    private static func isBlank(_ byte: UInt8) -> Bool { byte == 0x20 || byte == 0x09 }

    private static func isNaN(_ cell: Span<UInt8>, in range: Range<Int>) -> Bool {
        range.count == 3 && cell[range.lowerBound] | 0x20 == UInt8(ascii: "n")
            && cell[range.lowerBound + 1] | 0x20 == UInt8(ascii: "a")
            && cell[range.lowerBound + 2] | 0x20 == UInt8(ascii: "n")
    }

    /// A number as ± significand × 10^exponent.
    private struct Digits {
        private var isNegative = false
        private var significand: UInt64 = 0
        private var exponent = 0
        /// Digits were left out: the significand has 19 at most.
        private var isCut = false

        /// Reads the text whole; nil when it is not a decimal number.
        init?(_ text: Span<UInt8>, in range: Range<Int>) {
            var (index, end) = (range.lowerBound, range.upperBound)
            if index < end, text[index] == UInt8(ascii: "-") || text[index] == UInt8(ascii: "+") {
                isNegative = text[index] == UInt8(ascii: "-")
                index += 1
            }
            let start = index
            readDigits(text, &index, end, isFraction: false)
            var count = index - start
            if index < end, text[index] == UInt8(ascii: ".") {
                index += 1
                let start = index
                readDigits(text, &index, end, isFraction: true)
                count += index - start
            }
            guard count > 0 else { return nil }
            if index < end, text[index] | 0x20 == UInt8(ascii: "e") {
                index += 1
                guard readExponent(text, &index, end) else { return nil }
            }
            guard index == end else { return nil }
        }

        private mutating func readDigits(
            _ text: Span<UInt8>, _ index: inout Int, _ end: Int, isFraction: Bool
        ) {
            while index < end {
                let digit = text[index] &- UInt8(ascii: "0")
                guard digit < 10 else { return }
                index += 1
                if significand < 1_000_000_000_000_000_000 {
                    significand = significand * 10 + UInt64(digit)
                    if isFraction { exponent -= 1 }
                } else {
                    isCut = true
                    if !isFraction { exponent += 1 }
                }
            }
        }

        private mutating func readExponent(
            _ text: Span<UInt8>, _ index: inout Int, _ end: Int
        ) -> Bool {
            var sign = 1
            if index < end, text[index] == UInt8(ascii: "-") || text[index] == UInt8(ascii: "+") {
                if text[index] == UInt8(ascii: "-") { sign = -1 }
                index += 1
            }
            let start = index
            var value = 0
            while index < end {
                let digit = text[index] &- UInt8(ascii: "0")
                guard digit < 10 else { break }
                index += 1
                value = min(value * 10 + Int(digit), 1_000_000)
            }
            exponent += sign * value
            return index > start
        }

        /// The nearest `Double` where a quick way finds it exactly, otherwise nil.
        var value: Double? {
            guard !isCut else { return nil }
            guard let magnitude = exactByFloatingPoint ?? exactByDivision else { return nil }
            return isNegative ? -magnitude : magnitude
        }

        /// Two exact numbers, one rounding (W. D. Clinger, How to Read Floating Point Numbers
        /// Accurately, 1990).
        private var exactByFloatingPoint: Double? {
            guard significand <= 1 << 53, abs(exponent) <= 22 else { return nil }
            let power = Self.powersOfTen[abs(exponent)]
            return exponent < 0 ? Double(significand) / power : Double(significand) * power
        }

        /// significand / 5^k in integers, at least 62 bits and whether anything remains, then one
        /// rounding; the factor 2^-k is exact, since all is far from the subnormal numbers.
        private var exactByDivision: Double? {
            guard significand > 0, exponent <= 0, exponent >= -27 else { return nil }
            let five = Self.powersOfFive[-exponent]
            let (up, down) = (significand.leadingZeroBitCount, five.leadingZeroBitCount)
            let dividend = significand << up
            let (quotient, remainder) = (five << down).dividingFullWidth(
                (dividend >> 1, dividend << 63))
            let rounded = Double(quotient | (remainder == 0 ? 0 : 1))
            return rounded
                * Double(sign: .plus, exponent: exponent - up + down - 63, significand: 1)
        }

        /// 10^0 to 10^22, all exact.
        private static let powersOfTen: [Double] = [
            1e0, 1e1, 1e2, 1e3, 1e4, 1e5, 1e6, 1e7, 1e8, 1e9, 1e10, 1e11, 1e12, 1e13, 1e14, 1e15,
            1e16, 1e17, 1e18, 1e19, 1e20, 1e21, 1e22,
        ]

        /// 5^0 to 5^27, the last that fits.
        private static let powersOfFive: [UInt64] = (0...27).map { power in
            (0..<power).reduce(1) { product, _ in product * 5 }
        }
    }
}
