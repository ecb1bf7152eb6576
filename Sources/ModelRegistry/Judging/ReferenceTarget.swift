/// What a reference is for, read off its name alone.
package enum ReferenceTarget: Hashable, Sendable {
    case main
    case policy(serial: Int)
    case models(ModelName)
    case environment(Environment)
    case proposal(Environment, ModelVersion)
    case runs(Environment)
    case rollout(Environment, serial: Int)
    /// The list of revoked keys.
    case revocations
    /// Tags and the rest of `refs/signet/**`: never written by a push.
    case engineOnly

    /// Nil for a reference that the registry does not keep.
    package init?(_ name: String) {
        let parts = name.split(separator: "/", omittingEmptySubsequences: false).map(String.init)
        guard parts.count >= 3, parts[0] == "refs" else { return nil }
        if name == RevocationReader.reference {
            self = .revocations
            return
        }
        if parts[1] == "signet" || parts[1] == "tags" {
            self = .engineOnly
            return
        }
        guard parts[1] == "heads", let target = Self.branch(Array(parts[2...])) else { return nil }
        self = target
    }

    private static func branch(_ parts: [String]) -> ReferenceTarget? {
        do {
            switch (parts[0], parts.count) {
            case ("main", 1):
                return .main
            case ("policy", 2):
                return serial(parts[1]).map { .policy(serial: $0) }
            case ("models", 2...):
                return .models(try ModelName(parts[1...].joined(separator: "/")))
            case ("env", 2):
                return .environment(try Environment(parts[1]))
            case ("runs", 2):
                return .runs(try Environment(parts[1]))
            case ("rollout", 3):
                guard let serial = serial(parts[2]) else { return nil }
                return .rollout(try Environment(parts[1]), serial: serial)
            case ("promote", 4...):
                guard let last = parts.last, last.hasPrefix("v"),
                    let number = Int(last.dropFirst()),
                    "v\(number)" == last, number > 0
                else { return nil }
                let model = try ModelName(parts[2..<(parts.count - 1)].joined(separator: "/"))
                return .proposal(
                    try Environment(parts[1]), try ModelVersion(model: model, number: number))
            default:
                return nil
            }
        } catch {
            return nil  // a name that breaks the rules of names is no reference of ours
        }
    }

    private static func serial(_ text: String) -> Int? {
        guard let serial = Int(text), "\(serial)" == text, (1...Policy.largestSerial) ~= serial
        else { return nil }
        return serial
    }

    /// Of a proposal that was decided, the engine says more than that its branch was closed.
    var isProposal: Bool {
        if case .proposal = self { true } else { false }
    }

    /// Whether an update of a reference may be a decision: registrations and runs are none.
    static func mayDecide(_ name: String) -> Bool {
        switch ReferenceTarget(name) {
        case .models, .runs: false
        default: true
        }
    }

    /// The name without `refs/heads/`.
    package static func short(_ name: String) -> String {
        name.hasPrefix("refs/heads/") ? String(name.dropFirst(11)) : name
    }
}
