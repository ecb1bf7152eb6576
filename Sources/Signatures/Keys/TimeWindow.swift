/// When a key may sign, as OpenSSH reads `valid-after` and `valid-before`: both ends included.
package enum TimeWindow {
    private static let secondsPerDay: Int64 = 86_400

    /// Whether the entry's key may sign at a time, in seconds since 1970.
    package static func isValid(_ entry: AllowedSigners.Entry, at seconds: Int64) -> Bool {
        if let after = entry.validAfter, seconds < after { return false }
        if let before = entry.validBefore, seconds > before { return false }
        return true
    }

    /// Reads `YYYYMMDDZ`, `YYYYMMDDHHMMZ` or `YYYYMMDDHHMMSSZ`; nil for anything else.
    ///
    /// Times from 1970-01-01 00:00:01 on, since OpenSSH reads 0 as no limit.
    package static func parse(_ text: some StringProtocol) -> Int64? {
        let digits = [UInt8](text.utf8.dropLast())
        guard text.hasSuffix("Z"), [8, 12, 14].contains(digits.count),
            digits.allSatisfy({ (UInt8(ascii: "0")...UInt8(ascii: "9")).contains($0) })
        else { return nil }
        let padded = digits + [UInt8](repeating: UInt8(ascii: "0"), count: 14 - digits.count)
        let number = { (range: Range<Int>) in
            padded[range].reduce(Int64(0)) { $0 * 10 + Int64($1 - UInt8(ascii: "0")) }
        }
        let (year, month, day) = (number(0..<4), number(4..<6), number(6..<8))
        let (hour, minute, second) = (number(8..<10), number(10..<12), number(12..<14))
        guard year >= 1970, (1...12).contains(month), hour < 24, minute < 60, second < 60,
            (1...length(ofMonth: month, year: year)).contains(day)
        else { return nil }
        let seconds =
            days(year: year, month: month, day: day) * secondsPerDay
            + hour * 3600 + minute * 60 + second
        return seconds > 0 ? seconds : nil
    }

    /// Writes `YYYYMMDDHHMMSSZ`, for times up to the year 9999.
    package static func format(_ seconds: Int64) -> String {
        let (day, time) = seconds.quotientAndRemainder(dividingBy: secondsPerDay)
        let date = civil(day)
        let fields = [
            (date.year, 4), (date.month, 2), (date.day, 2),
            (time / 3600, 2), (time / 60 % 60, 2), (time % 60, 2),
        ]
        let digits = fields.map { value, width in
            String(repeating: "0", count: max(0, width - String(value).count)) + String(value)
        }
        return digits.joined() + "Z"
    }

    private static func length(ofMonth month: Int64, year: Int64) -> Int64 {
        let next: (Int64, Int64) = month == 12 ? (year + 1, 1) : (year, month + 1)
        return days(year: next.0, month: next.1, day: 1) - days(year: year, month: month, day: 1)
    }

    /// Days since 1970-01-01 of a Gregorian date (H. Hinnant, days_from_civil).
    private static func days(year: Int64, month: Int64, day: Int64) -> Int64 {
        let shifted = month <= 2 ? year - 1 : year
        let era = shifted / 400
        let yearOfEra = shifted - era * 400
        let dayOfYear = (153 * (month > 2 ? month - 3 : month + 9) + 2) / 5 + day - 1
        let dayOfEra = yearOfEra * 365 + yearOfEra / 4 - yearOfEra / 100 + dayOfYear
        return era * 146_097 + dayOfEra - 719_468
    }

    /// The Gregorian date of a day since 1970-01-01 (H. Hinnant, civil_from_days).
    private static func civil(_ day: Int64) -> (year: Int64, month: Int64, day: Int64) {
        let shifted = day + 719_468
        let era = shifted / 146_097
        let dayOfEra = shifted - era * 146_097
        let yearOfEra =
            (dayOfEra - dayOfEra / 1460 + dayOfEra / 36_524 - dayOfEra / 146_096) / 365
        let dayOfYear = dayOfEra - (365 * yearOfEra + yearOfEra / 4 - yearOfEra / 100)
        let shiftedMonth = (5 * dayOfYear + 2) / 153
        let month = shiftedMonth < 10 ? shiftedMonth + 3 : shiftedMonth - 9
        let year = yearOfEra + era * 400 + (month <= 2 ? 1 : 0)
        return (year, month, dayOfYear - (153 * shiftedMonth + 2) / 5 + 1)
    }
}
