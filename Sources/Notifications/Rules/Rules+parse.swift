import ModelRegistry

extension Rules {
    /// Reads `rules.yaml` strictly; an unknown key, field or event type is an error.
    package static func parse(_ bytes: [UInt8], file: String) throws(DocumentError) -> Rules {
        let root = try DocumentNode(yaml: bytes, file: file)
        _ = try root.members(["apiVersion", "kind", "rules"])
        try root.expect(kind: "Rules")
        var rules: [Rule] = []
        for item in try root.required("rules").items() {
            let rule = try parseRule(item)
            guard !rules.contains(where: { $0.name == rule.name }) else {
                throw item.error("has the name '\(rule.name)', which an earlier rule has")
            }
            rules.append(rule)
        }
        return Rules(rules: rules)
    }

    private static func parseRule(_ node: DocumentNode) throws(DocumentError) -> Rule {
        _ = try node.members(["name", "match", "to"])
        let name = try node.required("name").singleLine()
        let match = try node.required("match")
        var conditions: [String: RuleCondition] = [:]
        for (field, condition) in try match.pairs() {
            conditions[field] = try parseCondition(condition, on: field)
        }
        guard !conditions.isEmpty else {
            throw match.error(
                "names no condition",
                hint: "every event of a type: `match: {type: proposal.opened}`")
        }
        let targets = try parseTargets(try node.required("to"))
        return Rule(name: name, match: conditions, targets: targets)
    }

    private static func parseTargets(_ node: DocumentNode) throws(DocumentError) -> [String] {
        var targets: [String] = []
        for item in try node.items() { targets.append(try item.targetName()) }
        return targets
    }

    private static func parseCondition(
        _ node: DocumentNode, on field: String
    ) throws(DocumentError) -> RuleCondition {
        let path = field.split(separator: ".", omittingEmptySubsequences: false)
        let isData = path.count > 1 && path[0] == "data" && !path.contains("")
        guard isData || ["type", "source", "subject"].contains(field) else {
            throw node.error(
                "is not a field of an event", hint: "known: type, source, subject, data.<field>")
        }
        let value = node.value()
        let condition: RuleCondition
        switch value {
        case .mapping: condition = try parseOperator(node)
        case .list, .bool, .integer, .number, .string, .null:
            condition = .anyOf(try scalars(node, value))
        }
        if field == "type" { try checkTypes(condition, node) }
        return condition
    }

    private static func parseOperator(_ node: DocumentNode) throws(DocumentError) -> RuleCondition {
        let members = try node.members(["prefix", "anything-but", "exists"])
        guard let (key, value) = members.first, members.count == 1 else {
            throw node.error(
                "must hold one operator", hint: "one of: prefix, anything-but, exists")
        }
        switch key {
        case "prefix":
            return .prefix(try value.singleLine())
        case "anything-but": return .anythingBut(try scalars(value, value.value()))
        default: return .exists(try value.bool())
        }
    }

    private static func scalars(
        _ node: DocumentNode, _ value: DocumentValue
    ) throws(DocumentError) -> [DocumentValue] {
        let items = value.listValue ?? [value]
        guard !items.isEmpty else { throw node.error("is an empty list, which nothing matches") }
        for item in items {
            switch item {
            case .null: throw node.error("compares with null", hint: "write `{exists: false}`")
            case .list, .mapping: throw node.error("must be a scalar or a list of scalars")
            case .bool, .integer, .number, .string: break
            }
        }
        return items
    }

    private static func checkTypes(
        _ condition: RuleCondition, _ node: DocumentNode
    ) throws(DocumentError) {
        let types: [DocumentValue]
        switch condition {
        case .anyOf(let wanted), .anythingBut(let wanted): types = wanted
        case .prefix, .exists: types = []
        }
        for type in types where type.stringValue.flatMap(EventType.init(rawValue:)) == nil {
            let known = EventType.allCases.map(\.rawValue).joined(separator: ", ")
            let name = type.stringValue ?? "\(type)"
            throw node.error(
                "names '\(name)', which is not a type of event", hint: "known: \(known)")
        }
    }
}
