/// One key of a policy and what it says, as people compare two policies.
package struct PolicySetting: Hashable, Codable, Sendable {
    /// The key, its path joined by dots.
    package let key: String
    /// What it said before; nil where the key wasn't there.
    package let old: String?
    /// What it says now; nil where the key is gone.
    package let new: String?
}

extension EnvironmentRule {
    /// Every key of the rule but its name, with its value as text; a key that is absent is left out.
    var settings: [String: String] {
        var settings = ["approvals": Policy.text(of: approvals), "fourEyes": "\(fourEyes)"]
        settings["after"] = after?.name
        if requires.run { settings["requires.run"] = "passed" }
        if !requires.card.isEmpty {
            settings["requires.card"] = requires.card.joined(separator: ", ")
        }
        for (metric, gate) in requires.gates { settings["requires.gates.\(metric)"] = gate.text }
        if !requires.modelSigners.isEmpty {
            settings["requires.modelSignature"] = requires.modelSigners.names
        }
        settings["soak"] = soak?.description
        if !freeze.isEmpty {
            settings["freeze"] = freeze.map(\.description).sorted().joined(separator: "; ")
        }
        settings["approvalMaxAge"] = approvalMaxAge?.description
        if let breakGlass {
            settings["breakGlass.approvals"] = Policy.text(of: breakGlass.approvals)
            settings["breakGlass.reapproveWithin"] = breakGlass.reapproveWithin.description
        }
        return settings
    }
}

extension Policy {
    /// A quorum as people read it: `2 approver and 1 risk`.
    package static func text(of quorum: [RoleName: Int]) -> String {
        quorum.sorted { $0.key < $1.key }.map { "\($0.value) \($0.key)" }
            .joined(separator: " and ")
    }
}

extension PolicySetting {
    /// What differs between two mappings of keys to texts, by key.
    static func differences(
        from old: [String: String], to new: [String: String]
    ) -> [PolicySetting] {
        Set(old.keys).union(new.keys).sorted().filter { old[$0] != new[$0] }
            .map { PolicySetting(key: $0, old: old[$0], new: new[$0]) }
    }
}
