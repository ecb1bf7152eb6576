import ArgumentParser
import ModelRegistry

/// How a command's answer is written.
enum OutputFormat: String, ExpressibleByArgument, CaseIterable {
    case text, json
}

/// The one way from an answer to standard output.
struct Renderer {
    let format: OutputFormat

    /// Writes the value: as JSON, or as `text` makes it.
    func render(_ value: some Encodable, text: () throws -> String) throws {
        switch format {
        case .json: Terminal.print(String(decoding: try CanonicalJSON.encode(value), as: UTF8.self))
        case .text: Terminal.print(try text().withoutControls)
        }
    }
}

/// Rows of text in columns that are as wide as they need be.
struct TextColumns {
    var header: [String]
    var rows: [[String]] = []

    var text: String {
        let all = (header.isEmpty ? [] : [header]) + rows
        let count = all.map(\.count).max() ?? 0
        let widths = (0..<count).map { column in
            all.map { column < $0.count ? $0[column].count : 0 }.max() ?? 0
        }
        let lines = all.map { row in
            let cells = row.enumerated().map { index, cell in
                index == row.count - 1
                    ? cell : cell + String(repeating: " ", count: widths[index] - cell.count)
            }
            return cells.joined(separator: "  ")
        }
        return lines.joined(separator: "\n")
    }
}
