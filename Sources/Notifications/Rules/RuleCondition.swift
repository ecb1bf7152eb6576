import ModelRegistry

/// What one field of an event must be. A field that is absent or null meets `exists: false` alone.
package enum RuleCondition: Hashable, Sendable {
    /// Any of these scalars.
    case anyOf([DocumentValue])
    /// Text that begins so.
    case prefix(String)
    /// Present, and none of these.
    case anythingBut([DocumentValue])
    case exists(Bool)

    /// Whether a field with this value meets the condition; of a list, one item is enough.
    package func holds(for value: DocumentValue?) -> Bool {
        let isPresent = value != nil && value != .null
        if case .exists(let wanted) = self { return isPresent == wanted }
        guard let value, isPresent else { return false }
        let items = value.listValue ?? [value]
        return switch self {
        case .anyOf(let wanted): items.contains { Self.contains(wanted, $0) }
        case .prefix(let start): items.contains { $0.stringValue?.hasPrefix(start) ?? false }
        case .anythingBut(let refused): !items.contains { Self.contains(refused, $0) }
        case .exists: isPresent
        }
    }

    private static func contains(_ wanted: [DocumentValue], _ value: DocumentValue) -> Bool {
        wanted.contains { candidate in
            // 3 and 3.0 are one number, however a writer put it.
            guard let number = candidate.doubleValue, let other = value.doubleValue else {
                return candidate == value
            }
            return number == other
        }
    }
}
