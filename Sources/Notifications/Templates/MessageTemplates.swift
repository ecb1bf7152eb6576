import FoundationEssentials
import ModelRegistry
import Mustache
import SystemPackage

/// Mustache templates of messages: `<event>.subject`, `<event>.txt` and, where wanted, `<event>.html`.
///
/// HTML templates escape what they show; the others don't. `default.…` serves events that have none
/// of their own. Other names are parts that templates include, such as `{{> footer.txt}}`.
package struct MessageTemplates: Sendable {
    static let fallback = "default"
    static let suffix = ".mustache"
    private let library: MustacheLibrary
    private let names: Set<String>
    /// The texts the templates were made from, by name.
    package let sources: [String: String]

    /// Reads templates from their texts, by name.
    package init(sources: [String: String]) throws(NotificationError) {
        var library = MustacheLibrary()
        for (name, text) in sources.sorted(by: { $0.key < $1.key }) {
            library.register(try Self.template(text, name: name), named: name)
        }
        self.library = library
        self.names = Set(sources.keys)
        self.sources = sources
        try checkPartials()
    }

    /// Reads the files `<name>.mustache` of a folder.
    package static func load(folder: FilePath) throws(NotificationError) -> MessageTemplates {
        let files = Folder(path: folder)
        var sources: [String: String] = [:]
        for file in try files.names() where file.hasSuffix(suffix) {
            let bytes = try files.read(file, limit: TemplateTags.sizeLimit) ?? []
            guard let text = String(validating: bytes, as: UTF8.self) else {
                throw .unreadable(folder.appending(file), reason: "it is not UTF-8 text")
            }
            sources[String(file.dropLast(suffix.utf8.count))] = text
        }
        return try MessageTemplates(sources: sources)
    }

    /// Whether a file is a template that can be read, whatever parts it may find.
    package static func check(_ bytes: [UInt8], file: String) throws(DocumentError) {
        guard file.hasSuffix(suffix) else { return }
        guard let text = String(validating: bytes, as: UTF8.self) else {
            throw DocumentError(file: file, problem: "is not UTF-8 text")
        }
        let name = String(file.dropLast(suffix.utf8.count))
        do {
            _ = try template(text, name: name)
        } catch .invalidTemplate(_, let problem) {
            throw DocumentError(file: file, problem: problem)
        } catch {
            throw DocumentError(file: file, problem: "\(error)")
        }
    }

    /// The same templates with those named here instead of, or beside, the ones there are.
    package func overridden(
        by other: [String: String]
    ) throws(NotificationError) -> MessageTemplates {
        try MessageTemplates(sources: sources.merging(other) { $1 })
    }

    /// Fills in the templates of an event type.
    package func render(
        _ type: String, context: [String: DocumentValue]
    ) throws(NotificationError) -> RenderedMessage {
        let event = names.contains("\(type).txt") ? type : Self.fallback
        let fields = TemplateFields(context, isTop: true)
        guard let subject = library.render(fields, withTemplate: "\(event).subject"),
            let text = library.render(fields, withTemplate: "\(event).txt")
        else { throw .missingTemplate(event: type) }
        return RenderedMessage(
            subject: RenderedMessage.singleLine(subject), text: text.withoutControls,
            html: library.render(fields, withTemplate: "\(event).html")?.withoutControls)
    }

    private static func template(
        _ text: String, name: String
    ) throws(NotificationError) -> MustacheTemplate {
        _ = try TemplateTags.partials(in: text, of: name)
        // What is not HTML must not be escaped as if it were; the line of the tag vanishes.
        let isHTML = name.hasSuffix(".html")
        do {
            return try MustacheTemplate(
                string: isHTML ? text : "{{% CONTENT_TYPE:TEXT}}\n\(text)")
        } catch let error as MustacheTemplate.ParserError {
            let line = error.context.lineNumber - (isHTML ? 0 : 1)
            throw .invalidTemplate(
                name: name, problem: "is not valid mustache at line \(line): \(error.error)")
        } catch {
            throw .invalidTemplate(name: name, problem: "is not valid mustache: \(error)")
        }
    }

    /// Every partial is there, and none includes itself, however far round.
    private func checkPartials() throws(NotificationError) {
        var uses: [String: [String]] = [:]
        for (name, text) in sources {
            uses[name] = try TemplateTags.partials(in: text, of: name)
            for partial in uses[name] ?? [] where !names.contains(partial) {
                throw .invalidTemplate(
                    name: name, problem: "includes '\(partial)', which is missing")
            }
        }
        var isSettled = true
        while isSettled, !uses.isEmpty {
            let settled = uses.filter { use in use.value.allSatisfy { uses[$0] == nil } }.map(\.key)
            isSettled = !settled.isEmpty
            for name in settled { uses[name] = nil }
        }
        if let name = uses.keys.min() {
            throw .invalidTemplate(name: name, problem: "includes itself")
        }
    }
}

/// A message as its templates gave it.
package struct RenderedMessage: Hashable, Sendable {
    /// One line, at most 200 characters.
    package var subject: String
    package var text: String
    package var html: String?

    package init(subject: String, text: String, html: String?) {
        self.subject = subject
        self.text = text
        self.html = html
    }

    static let subjectLimit = 200

    /// The words of the text on one line; control characters count as spaces.
    static func singleLine(_ text: String) -> String {
        let spaced = text.unicodeScalars.map { scalar in
            let category = scalar.properties.generalCategory
            return category == .control || category == .lineSeparator
                || category == .paragraphSeparator || category == .format ? " " : Character(scalar)
        }
        let line = String(spaced).split(separator: " ").joined(separator: " ")
        return line.count <= subjectLimit ? line : line.prefix(subjectLimit - 1) + "…"
    }
}
