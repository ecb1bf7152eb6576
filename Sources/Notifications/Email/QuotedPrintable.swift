/// Quoted-printable bodies (RFC 2045, 6.7): ASCII lines of at most 76 bytes, ended by CRLF.
enum QuotedPrintable {
    static let lineLimit = 76

    /// Encodes text whose lines end with LF, CRLF or CR.
    static func encode(_ text: String) -> [UInt8] {
        var output: [UInt8] = []
        for line in lines(of: text) {
            output += encode(line: line)
            output += [UInt8(ascii: "\r"), UInt8(ascii: "\n")]
        }
        return output
    }

    /// The lines, without their ends; a last line end opens no empty line.
    private static func lines(of text: String) -> [[UInt8]] {
        var lines: [[UInt8]] = [[]]
        var previous: UInt8 = 0
        for byte in text.utf8 {
            if byte == UInt8(ascii: "\n") {
                if previous != UInt8(ascii: "\r") { lines.append([]) }
            } else if byte == UInt8(ascii: "\r") {
                lines.append([])
            } else {
                lines[lines.count - 1].append(byte)
            }
            previous = byte
        }
        if lines.last?.isEmpty == true { lines.removeLast() }
        return lines
    }

    private static func encode(line: [UInt8]) -> [UInt8] {
        var output: [UInt8] = []
        var length = 0
        for (index, byte) in line.enumerated() {
            let isLast = index == line.count - 1
            let piece = piece(byte, isLast: isLast, isFirst: length == 0)
            // A soft break needs room for its own "=".
            if length + piece.count > (isLast ? lineLimit : lineLimit - 1) {
                output += Array("=\r\n".utf8)
                length = 0
                let first = Self.piece(byte, isLast: isLast, isFirst: true)
                output += first
                length += first.count
            } else {
                output += piece
                length += piece.count
            }
        }
        return output
    }

    private static func piece(_ byte: UInt8, isLast: Bool, isFirst: Bool) -> [UInt8] {
        switch byte {
        case UInt8(ascii: " "), UInt8(ascii: "\t"):
            return isLast ? escape(byte) : [byte]
        case UInt8(ascii: "="):
            return escape(byte)
        case UInt8(ascii: "."), UInt8(ascii: "F"):
            // A lone dot ends a mail in SMTP; "From " begins one in a mailbox file.
            return isFirst ? escape(byte) : [byte]
        case 0x21...0x7E:
            return [byte]
        default:
            return escape(byte)
        }
    }

    private static func escape(_ byte: UInt8) -> [UInt8] {
        Array("=".utf8) + Hex.text([byte]).uppercased().utf8
    }
}
