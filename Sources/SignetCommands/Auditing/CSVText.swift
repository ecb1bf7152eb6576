import ModelRegistry

/// Comma-separated values as RFC 4180 has them, safe to open in a spreadsheet.
enum CSVText {
    /// The rows, each ended by CR LF.
    static func text(_ rows: [[String]]) -> String {
        rows.map { $0.map(field).joined(separator: ",") + "\r\n" }.joined()
    }

    /// A field in quotes where it needs them. A spreadsheet would run what begins like a formula, so
    /// that gets an apostrophe in front.
    static func field(_ text: String) -> String {
        var text = text.withoutControls
        if let first = text.first, "=+-@\t\r".contains(first) { text = "'" + text }
        let needsQuotes = text.unicodeScalars.contains { "\",\r\n".unicodeScalars.contains($0) }
        guard needsQuotes || text.first == " " || text.last == " " else { return text }
        return "\"" + text.replacing("\"", with: "\"\"") + "\""
    }
}
