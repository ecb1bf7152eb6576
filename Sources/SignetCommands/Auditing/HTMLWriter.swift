import ModelRegistry

/// Writes HTML: tags and attributes' names from the program alone, everything else escaped.
struct HTMLWriter {
    private(set) var html = ""

    /// An element around what `body` writes.
    mutating func element(
        _ name: StaticString, class style: StaticString? = nil, id: String? = nil,
        _ body: (inout HTMLWriter) -> Void
    ) {
        html += "<\(name)"
        if let style { html += " class=\"\(style)\"" }
        if let id { html += " id=\"\(Self.escaped(id))\"" }
        html += ">"
        body(&self)
        html += "</\(name)>"
    }

    /// An element that holds a text.
    mutating func element(
        _ name: StaticString, class style: StaticString? = nil, _ text: String
    ) {
        element(name, class: style) { $0.text(text) }
    }

    /// A link to a place of the same page.
    mutating func link(to id: String, _ text: String) {
        html += "<a href=\"#\(Self.escaped(id))\">\(Self.escaped(text))</a>"
    }

    mutating func text(_ text: String) { html += Self.escaped(text) }

    /// Markup that the program itself holds.
    mutating func markup(_ markup: StaticString) { html += "\(markup)" }

    /// A table; nothing when it has no rows.
    mutating func table(_ header: [String], _ rows: [[String]], class style: StaticString? = nil) {
        guard !rows.isEmpty else { return }
        element("table", class: style) { table in
            if !header.isEmpty {
                table.element("thead") { head in
                    head.element("tr") { row in for name in header { row.element("th", name) } }
                }
            }
            table.element("tbody") { body in
                for cells in rows {
                    body.element("tr") { row in for cell in cells { row.element("td", cell) } }
                }
            }
        }
    }

    static func escaped(_ text: String) -> String {
        var escaped = ""
        for scalar in text.withoutControls.unicodeScalars {
            switch scalar {
            case "&": escaped += "&amp;"
            case "<": escaped += "&lt;"
            case ">": escaped += "&gt;"
            case "\"": escaped += "&quot;"
            case "'": escaped += "&#39;"
            default: escaped.unicodeScalars.append(scalar)
            }
        }
        return escaped
    }
}
