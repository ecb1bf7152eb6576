/// What is wrong with a document that somebody wrote: where, what, and the remedy.
package struct DocumentError: Error, Hashable, Sendable, CustomStringConvertible {
    /// The file's name as the user knows it; empty for a value that stood in no file.
    package var file: String
    /// The line, from 1; nil where the fault has no place.
    package var line: Int?
    /// The field, its keys joined by dots; empty for the whole document.
    package var field: String
    /// What is wrong, to be read after the field.
    package var problem: String
    /// The remedy.
    package var hint: String?

    package init(
        file: String, line: Int? = nil, field: String = "", problem: String, hint: String? = nil
    ) {
        self.file = file
        self.line = line
        self.field = field
        self.problem = problem
        self.hint = hint
    }

    package var description: String {
        let subject = field.isEmpty ? problem : "'\(field)' \(problem)"
        let message = file.isEmpty ? subject : "\(place): \(subject)"
        return hint.map { "\(message)\nhint: \($0)" } ?? message
    }

    private var place: String { line.map { "\(file):\($0)" } ?? file }
}
