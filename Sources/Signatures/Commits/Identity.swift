/// Who a commit says wrote or committed it, and when. It proves nothing: a signature does.
///
/// Each value has exactly one line in a commit, and each accepted line exactly one value.
package struct Identity: Hashable, Sendable, CustomStringConvertible {
    /// The printed name, never empty.
    package let name: String
    /// The address, possibly empty.
    package let email: String
    /// Seconds since 1970, up to the year 9999.
    package let seconds: Int64
    /// Minutes east of UTC.
    package let offset: Int

    private static let latest: Int64 = 253_402_300_799
    private static let widestOffset = 24 * 60

    /// Makes an identity that has a canonical line; throws `malformedIdentity` otherwise.
    package init(
        name: String, email: String, seconds: Int64, offset: Int = 0
    ) throws(CommitFault) {
        let isSound =
            !name.isEmpty && Self.isPlain(name) && Self.isPlain(email)
            && (0...Self.latest).contains(seconds)
            && (-Self.widestOffset + 1..<Self.widestOffset).contains(offset)
        guard isSound else { throw .malformedIdentity("\(name) <\(email)>") }
        self.name = name
        self.email = email
        self.seconds = seconds
        self.offset = offset
    }

    /// Reads what follows the header's name; nil where it isn't canonical.
    init?(line: ArraySlice<UInt8>) {
        guard let parts = Self.split(line), let seconds = Self.seconds(parts.seconds),
            let offset = Self.offset(parts.zone)
        else { return nil }
        do {
            try self.init(
                name: String(decoding: parts.name, as: UTF8.self),
                email: String(decoding: parts.email, as: UTF8.self),
                seconds: seconds, offset: offset)
        } catch { return nil }
    }

    /// The line as a commit holds it, without the header's name.
    package var description: String {
        let minutes = abs(offset)
        let zone = minutes / 60 * 100 + minutes % 60
        let digits = String(zone)
        let padded = String(repeating: "0", count: 4 - digits.count) + digits
        return "\(name) <\(email)> \(seconds) \(offset < 0 ? "-" : "+")\(padded)"
    }

    private typealias Field = ArraySlice<UInt8>

    private static func split(
        _ line: Field
    ) -> (name: Field, email: Field, seconds: Field, zone: Field)? {
        guard let open = line.firstIndex(of: UInt8(ascii: "<")),
            let close = line.lastIndex(of: UInt8(ascii: ">")), open < close,
            open >= line.startIndex + 2, line[open - 1] == UInt8(ascii: " ")
        else { return nil }
        let rest = line[(close + 1)...]
        guard rest.first == UInt8(ascii: " "),
            let space = rest.dropFirst().firstIndex(of: UInt8(ascii: " "))
        else { return nil }
        let (seconds, zone) = (rest[(close + 2)..<space], rest[(space + 1)...])
        return (line[line.startIndex..<(open - 1)], line[(open + 1)..<close], seconds, zone)
    }

    private static func seconds(_ digits: Field) -> Int64? {
        guard let first = digits.first, digits.count <= 12, digits.allSatisfy(isDigit) else {
            return nil
        }
        guard first != UInt8(ascii: "0") || digits.count == 1 else { return nil }
        return digits.reduce(0) { $0 * 10 + Int64($1 - UInt8(ascii: "0")) }
    }

    private static func offset(_ zone: Field) -> Int? {
        guard zone.count == 5, let sign = zone.first, zone.dropFirst().allSatisfy(isDigit) else {
            return nil
        }
        let number = zone.dropFirst().reduce(0) { $0 * 10 + Int($1 - UInt8(ascii: "0")) }
        guard number % 100 < 60 else { return nil }
        let minutes = number / 100 * 60 + number % 100
        switch sign {
        case UInt8(ascii: "+"): return minutes
        case UInt8(ascii: "-"): return minutes == 0 ? nil : -minutes
        default: return nil
        }
    }

    private static func isDigit(_ byte: UInt8) -> Bool {
        (UInt8(ascii: "0")...UInt8(ascii: "9")).contains(byte)
    }

    /// Whether the text has no brackets, no control characters and no blanks at its ends.
    private static func isPlain(_ text: String) -> Bool {
        let bytes = text.utf8
        guard bytes.first != UInt8(ascii: " "), bytes.last != UInt8(ascii: " ") else {
            return false
        }
        return bytes.allSatisfy {
            $0 >= 0x20 && $0 != 0x7F && $0 != UInt8(ascii: "<") && $0 != UInt8(ascii: ">")
        }
    }
}
