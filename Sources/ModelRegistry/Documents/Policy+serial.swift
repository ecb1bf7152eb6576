extension Policy {
    /// So many changes nobody makes; and the next one has a number too.
    package static let largestSerial = 999_999_999

    /// Whether the policy has this principal; the services are in every one.
    package func knows(_ id: PrincipalID) -> Bool { id.isService || principal(id) != nil }

    /// The policy's text with another serial and nothing else changed, comments included.
    package static func replacingSerial(in policy: [UInt8], with serial: Int) -> [UInt8] {
        let lines = String(decoding: policy, as: UTF8.self)
            .split(separator: "\n", omittingEmptySubsequences: false)
        let changed = lines.map { line in
            line.hasPrefix("serial:") ? "serial: \(serial)" : String(line)
        }
        return Array(changed.joined(separator: "\n").utf8)
    }
}

extension Principal {
    /// The registry's own principals, which no policy needs to list.
    package static func service(_ id: PrincipalID) -> Principal? {
        guard id.isService else { return nil }
        return Principal(id: id, name: "Signet \(id)", email: "\(id)@signet.invalid")
    }
}

extension Gate {
    /// The gate as people read it: `≥ 0.9`.
    package var text: String {
        [min.map { "≥ \($0)" }, max.map { "≤ \($0)" }].compactMap { $0 }.joined(separator: ", ")
    }
}
