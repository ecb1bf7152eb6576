import ModelRegistry
import Mustache

/// A mapping as templates see it.
///
/// Below the top, a name is looked up in its own mapping alone: a row without `current` shows
/// nothing there, instead of a `current` from further out. `name?` is whether `name` is there and,
/// for a list, has items.
struct TemplateFields: MustacheParent {
    private let members: [String: Any]
    private let isTop: Bool

    init(_ members: [String: DocumentValue], isTop: Bool) {
        self.members = members.compactMapValues(Self.value)
        self.isTop = isTop
    }

    func child(named name: String) -> Any? {
        if let member = members[name] { return member }
        if name.hasSuffix("?") { return isThere(String(name.dropLast())) }
        return isTop ? nil : TemplateGap()
    }

    private func isThere(_ name: String) -> Bool {
        guard let items = members[name] as? [Any] else { return members[name] != nil }
        return !items.isEmpty
    }

    private static func value(_ value: DocumentValue) -> Any? {
        switch value {
        case .null: nil
        case .bool(let bool): bool
        case .integer(let integer): integer
        case .number(let number): "\(number)"
        case .string(let text): text
        case .list(let items): items.compactMap(Self.value)
        case .mapping(let members): TemplateFields(members, isTop: false)
        }
    }
}

/// What is not there: it shows nothing, and no section of it is rendered.
struct TemplateGap: MustacheParent, MustacheCustomRenderable {
    var renderText: String { "" }
    var isNull: Bool { true }
    func child(named name: String) -> Any? { TemplateGap() }
}

extension TemplateFields: MustacheCustomRenderable {
    /// A mapping has no text of its own.
    var renderText: String { "" }
    var isNull: Bool { false }
}
