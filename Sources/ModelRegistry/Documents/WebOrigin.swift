/// Where a page comes from, exactly as browsers write it: `https://host[:port]`.
///
/// Plain `http` is for `localhost` alone: elsewhere browsers refuse passkeys without TLS.
package struct WebOrigin: CanonicalName {
    /// The origin as it is written, and as the browser signs it.
    package let text: String
    /// The host's name in it.
    package let host: String

    package init(_ text: String) throws(DocumentError) {
        guard let host = Self.host(of: text) else {
            throw DocumentError(
                file: "", problem: "'\(text)' is not an origin that passkeys sign at",
                hint: "write https://HOST or https://HOST:PORT as browsers do: lower case, no "
                    + "path, no default port; http:// for localhost alone")
        }
        self.text = text
        self.host = host
    }

    package var description: String { text }

    private static func host(of text: String) -> String? {
        let isSecure = text.hasPrefix("https://")
        guard isSecure || text.hasPrefix("http://") else { return nil }
        let parts = text.dropFirst(isSecure ? 8 : 7).split(
            separator: ":", maxSplits: 1, omittingEmptySubsequences: false)
        let host = String(parts[0])
        guard RelyingParty.isHostName(host), isSecure || host == "localhost" else { return nil }
        guard parts.count == 2 else { return host }
        // The one way to write it: no sign, no leading zero, and not the scheme's own.
        guard let port = UInt16(parts[1]), "\(port)" == parts[1], port != 0,
            port != (isSecure ? 443 : 80)
        else { return nil }
        return host
    }
}
