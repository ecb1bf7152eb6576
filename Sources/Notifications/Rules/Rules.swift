import ModelRegistry

/// Which events go to which named targets: `.signet/rules.yaml`.
package struct Rules: Hashable, Sendable {
    package var rules: [Rule]

    package init(rules: [Rule]) { self.rules = rules }

    /// One rule: every condition of `match` must hold.
    package struct Rule: Hashable, Sendable {
        package var name: String
        /// Conditions by the field they look at: `type`, `source`, `subject` or `data.…`.
        package var match: [String: RuleCondition]
        package var targets: [String]

        package init(name: String, match: [String: RuleCondition], targets: [String]) {
            self.name = name
            self.match = match
            self.targets = targets
        }

        /// Whether every condition holds.
        package func matches(_ event: CloudEvent) -> Bool {
            match.allSatisfy { field, condition in condition.holds(for: event.field(field)) }
        }
    }

    /// The targets an event goes to, in the order the rules name them, each once.
    package func targets(for event: CloudEvent) -> [String] {
        var targets: [String] = []
        for rule in rules where rule.matches(event) {
            targets += rule.targets.filter { !targets.contains($0) }
        }
        return targets
    }

    /// The targets named here that the configuration does not define, each once.
    package func targets(missingFrom configuration: LocalConfiguration) -> [String] {
        var missing: [String] = []
        for target in rules.flatMap(\.targets)
        where configuration.targets[target] == nil && !missing.contains(target) {
            missing.append(target)
        }
        return missing
    }
}

extension CloudEvent {
    /// The value a condition looks at; nil where there is none.
    func field(_ name: String) -> DocumentValue? {
        switch name {
        case "type": .string(type)
        case "source": .string(source)
        case "subject": subject.map { .string($0) }
        default: DocumentValue.mapping(["data": data]).value(at: name)
        }
    }
}
