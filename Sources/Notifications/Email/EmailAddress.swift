/// An e-mail address, with a name to show where there is one.
///
/// Only addresses that every mail server takes are accepted: ASCII, at most 254 bytes, no quoting.
package struct EmailAddress: Hashable, Sendable, CustomStringConvertible {
    package let name: String?
    package let address: String

    /// Reads `jane@example.com` or `Jane Doe <jane@example.com>`.
    package init(_ text: String) throws(NotificationError) {
        guard text.hasSuffix(">"), let open = text.lastIndex(of: "<") else {
            try self.init(name: nil, address: text)
            return
        }
        var name = text[..<open].drop(while: \.isWhitespace)
        while name.last?.isWhitespace == true { name.removeLast() }
        if name.count >= 2, name.hasPrefix("\""), name.hasSuffix("\"") {
            name = name.dropFirst().dropLast()
        }
        let address = text[text.index(after: open)...].dropLast()
        try self.init(name: String(name), address: String(address))
    }

    /// Takes a name as it is (it is encoded when written) and an address, which is checked.
    package init(name: String?, address: String) throws(NotificationError) {
        if let reason = Self.fault(in: address) {
            throw .invalidAddress(address, reason: reason)
        }
        self.name = name.flatMap { $0.isEmpty ? nil : $0 }
        self.address = address
    }

    package var description: String { name.map { "\($0) <\(address)>" } ?? address }

    /// What follows the `@`.
    var domain: String { String(address[address.index(after: at)...]) }

    private var at: String.Index {
        // The initialiser admits no address without an `@`; its absence would mean an empty domain.
        address.lastIndex(of: "@") ?? address.index(before: address.endIndex)
    }

    private static func fault(in address: String) -> String? {
        let letters = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789"
        let parts = address.split(separator: "@", omittingEmptySubsequences: false)
        guard parts.count == 2 else { return "it needs one '@'" }
        let (local, domain) = (parts[0], parts[1])
        guard address.utf8.count <= 254, local.utf8.count <= 64 else { return "it is too long" }
        let atoms = local.split(separator: ".", omittingEmptySubsequences: false)
        guard atoms.allSatisfy({ !$0.isEmpty }),
            local.utf8.allSatisfy({ (letters + "!#$%&'*+-/=?^_`{|}~.").utf8.contains($0) })
        else { return "the part before '@' has a character or dot that mail servers refuse" }
        let labels = domain.split(separator: ".", omittingEmptySubsequences: false)
        guard labels.allSatisfy({ !$0.isEmpty && !$0.hasPrefix("-") && !$0.hasSuffix("-") }),
            domain.utf8.allSatisfy({ (letters + "-.").utf8.contains($0) })
        else { return "the part after '@' is not a host name" }
        return nil
    }
}
