/// An http or https address, checked as far as our rules need: no user, no password, a plain host.
struct WebAddress {
    let text: String
    let scheme: String
    let host: String

    init?(_ text: String) {
        guard text.utf8.allSatisfy({ $0 > 0x20 && $0 < 0x7F && $0 != UInt8(ascii: "\\") }),
            let colon = text.firstRange(of: "://")
        else { return nil }
        scheme = text[..<colon.lowerBound].lowercased()
        guard scheme == "http" || scheme == "https" else { return nil }
        let authority = text[colon.upperBound...].prefix { !"/?#".contains($0) }
        guard !authority.contains("@"), let host = Self.host(ofAuthority: authority) else {
            return nil
        }
        self.host = host
        self.text = text
    }

    /// Whether a host is this machine by its very name or number.
    static func isLoopback(_ host: String) -> Bool {
        let isNumber =
            host.hasPrefix("127.") && host.utf8.allSatisfy { "0123456789.".utf8.contains($0) }
        return isNumber || ["localhost", "::1", "[::1]"].contains(host.lowercased())
    }

    /// Whether the text is a host name or an address, an IPv6 one in brackets.
    static func isHost(_ host: String) -> Bool {
        if host.hasPrefix("["), host.hasSuffix("]") {
            return host.dropFirst().dropLast().allSatisfy {
                $0.isHexDigit || $0 == ":" || $0 == "."
            }
        }
        let allowed = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789.-_"
        return !host.isEmpty && host.utf8.allSatisfy { allowed.utf8.contains($0) }
            && !host.hasPrefix("-") && host.utf8.count <= 253
    }

    private static func host(ofAuthority authority: Substring) -> String? {
        let host: Substring
        let rest: Substring
        if authority.hasPrefix("["), let end = authority.firstIndex(of: "]") {
            host = authority[...end]
            rest = authority[authority.index(after: end)...]
        } else {
            host = authority.prefix { $0 != ":" }
            rest = authority[host.endIndex...]
        }
        guard isHost(String(host)) else { return nil }
        guard !rest.isEmpty else { return String(host) }
        guard rest.hasPrefix(":"), let port = Int(rest.dropFirst()), (1...65535).contains(port)
        else {
            return nil
        }
        return String(host)
    }
}
