/// The options of one line of allowed signers.
struct SignerOptions {
    var namespaces: [String]?
    var validAfter: Int64?
    var validBefore: Int64?

    init() {}

    /// Reads options joined by commas, such as `namespaces="git",valid-after="20260131Z"`.
    init(_ text: Substring) throws(AllowedSignersFault.Problem) {
        var seen: Set<Substring> = []
        for option in text.split(separator: ",", omittingEmptySubsequences: false) {
            let parts = option.split(
                separator: "=", maxSplits: 1, omittingEmptySubsequences: false)
            let name = parts[0]
            guard ["namespaces", "valid-after", "valid-before"].contains(name) else {
                throw .unknownOption(String(option))
            }
            guard seen.insert(name).inserted else { throw .repeatedOption(String(name)) }
            guard parts.count == 2, let value = Self.unquoted(parts[1]) else {
                throw .malformedOption(String(option))
            }
            try set(name, to: value, option: option)
        }
        if let validAfter, let validBefore, validBefore <= validAfter { throw .emptyWindow }
    }

    private mutating func set(
        _ name: Substring, to value: Substring, option: Substring
    ) throws(AllowedSignersFault.Problem) {
        if name == "namespaces" {
            guard value == SSHSignature.namespace else { throw .malformedOption(String(option)) }
            namespaces = [SSHSignature.namespace]
            return
        }
        guard let time = TimeWindow.parse(value) else { throw .malformedOption(String(option)) }
        if name == "valid-after" { validAfter = time } else { validBefore = time }
    }

    private static func unquoted(_ text: Substring) -> Substring? {
        guard text.utf8.count >= 2, text.hasPrefix("\""), text.hasSuffix("\"") else { return nil }
        let inner = text.dropFirst().dropLast()
        return inner.contains("\"") || inner.contains("\\") ? nil : inner
    }
}
