import SystemPackage

/// Why a batch inference, or a step of it, can't be done.
package enum InferenceError: Error, Hashable, Sendable, CustomStringConvertible {
    /// Text that isn't CSV (no column), or a value that doesn't fit (with its column).
    case malformedCSV(file: FilePath, line: Int, column: String?, problem: String)
    case missingColumn(file: FilePath, name: String, found: [String])
    case notANumber(file: FilePath, line: Int, column: String, text: String)
    /// A data set without a row.
    case emptyData(file: FilePath)
    case unreadable(file: FilePath, why: String)
    case digestMismatch(file: FilePath, expected: String, found: String)
    case malformedModel(why: String)
    /// Two things that have to agree don't: a model and its data, say.
    case doesNotFit(what: String, wanted: String, found: String)
    case nothingToQuantize(hint: String)
    case engine(message: String)
    case engineUnavailable(library: FilePath, why: String)
    case unwritable(file: FilePath, why: String)
    case malformedBaseline(file: FilePath, why: String)
    /// Another process runs in that directory.
    case busy(directory: FilePath)

    package var description: String {
        let message = Self.line(message)
        return hint.isEmpty ? message : "\(message)\nhint: \(Self.line(hint))"
    }

    private var message: String {
        switch self {
        case .malformedCSV(let file, let line, let column, let problem):
            "\(file):\(line): \(column.map { "column '\(Self.excerpt($0))': " } ?? "")\(problem)"
        case .missingColumn(let file, let name, _):
            "\(file): there is no column '\(Self.excerpt(name))'"
        case .notANumber(let file, let line, let column, let text):
            "\(file):\(line): column '\(Self.excerpt(column))': '\(Self.excerpt(text))' is not a number"
        case .emptyData(let file): "\(file): there are no rows"
        case .unreadable(let file, let why): "can't read \(file): \(why)"
        case .digestMismatch(let file, let expected, let found):
            "\(file): its SHA-256 is \(found), not \(expected)"
        case .malformedModel(let why): "the model can't be used: \(why)"
        case .doesNotFit(let what, let wanted, let found):
            "\(what) doesn't fit: wanted \(wanted), found \(found)"
        case .nothingToQuantize: "the model has nothing to quantize to int8"
        case .engine(let message): "the inference engine failed: \(message)"
        case .engineUnavailable(let library, let why):
            "can't load the inference engine \(library): \(why)"
        case .unwritable(let file, let why): "can't write \(file): \(why)"
        case .malformedBaseline(let file, let why): "\(file): not a baseline: \(why)"
        case .busy(let directory): "another run is at work in \(directory)"
        }
    }

    private var hint: String {
        switch self {
        case .malformedCSV(_, _, nil, _):
            "the file has to be CSV as RFC 4180 has it, in UTF-8, with a header line"
        case .malformedCSV: "correct the value, or leave its row out"
        case .missingColumn(_, _, let found): "it has: \(Self.list(found))"
        case .notANumber:
            "write numbers like 12, -0.5 or 1e-3, and leave the cell empty where one is missing"
        case .emptyData: "give it a header line and at least one row"
        case .unreadable: "check the path and who may read it"
        case .digestMismatch: "the file is not the one that was registered; fetch it again"
        case .malformedModel: "export the model again, and try it before it is registered"
        case .doesNotFit: "change the parameters or the data, so that both agree"
        case .nothingToQuantize(let hint): hint
        case .engine: "try the model with the same input outside, it may be at fault"
        case .engineUnavailable: "scripts/setup fetches the library"
        case .unwritable: "check the path, who may write to it, and the space left"
        case .malformedBaseline: "make it anew with: signet baseline DATA.csv"
        case .busy: "wait for it to end"
        }
    }

    private static func list(_ names: [String]) -> String {
        let shown = names.prefix(20).map { excerpt($0) }.joined(separator: ", ")
        return names.count > 20 ? "\(shown) and \(names.count - 20) more" : shown
    }

    /// The text on one line: a file's own text neither makes lines of ours nor moves a cursor.
    private static func line(_ text: String) -> String {
        var line = String.UnicodeScalarView()
        for scalar in text.unicodeScalars {
            let isControl = scalar.properties.generalCategory == .control
            line.append(scalar == "\n" ? " " : isControl ? "\u{FFFD}" : scalar)
        }
        return String(line)
    }

    private static func excerpt(_ text: String) -> String {
        text.count > 60 ? "\(text.prefix(60))…" : text
    }
}
