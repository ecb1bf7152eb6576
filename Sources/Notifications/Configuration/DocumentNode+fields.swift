import ModelRegistry
import SystemPackage

extension DocumentNode {
    /// The name of a target: `[a-z][a-z0-9-]{0,62}`.
    func targetName() throws(DocumentError) -> String {
        let name = try text()
        guard Self.isTargetName(name) else {
            throw error(
                "names '\(name)', which can't be a target's name",
                hint: "a small letter, then up to 62 small letters, digits and dashes")
        }
        return name
    }

    static func isTargetName(_ name: String) -> Bool {
        let letters = UInt8(ascii: "a")...UInt8(ascii: "z")
        let digits = UInt8(ascii: "0")...UInt8(ascii: "9")
        guard let first = name.utf8.first, letters.contains(first), name.utf8.count <= 63 else {
            return false
        }
        return name.utf8.allSatisfy {
            letters.contains($0) || digits.contains($0) || $0 == UInt8(ascii: "-")
        }
    }

    /// A time such as `500ms`, `30s`, `5m` or `1h`, within `limits`.
    func duration(in limits: ClosedRange<Duration>) throws(DocumentError) -> Duration {
        let text = try text()
        let units: [(String, Int)] = [("ms", 1), ("s", 1000), ("m", 60_000), ("h", 3_600_000)]
        for (unit, factor) in units where text.hasSuffix(unit) {
            guard let count = Int(text.dropLast(unit.count)), count >= 0 else { continue }
            let (milliseconds, overflow) = count.multipliedReportingOverflow(by: factor)
            guard !overflow, limits.contains(.milliseconds(milliseconds)) else {
                throw error("must lie between \(limits.lowerBound) and \(limits.upperBound)")
            }
            return .milliseconds(milliseconds)
        }
        throw error("is not a time: '\(text)'", hint: "such as 30s, 5m or 1h")
    }

    /// A path; a relative one is below `folder`.
    func path(below folder: FilePath) throws(DocumentError) -> FilePath {
        folder.pushing(FilePath(try singleLine(limit: 4096))).lexicallyNormalized()
    }

    func hostName() throws(DocumentError) -> String {
        let name = try singleLine(limit: 4096)
        guard WebAddress.isHost(name) else { throw error("is not a host name: '\(name)'") }
        return name
    }

    func webAddress() throws(DocumentError) -> WebAddress {
        guard let address = WebAddress(try singleLine(limit: 4096)) else {
            throw error(
                "is not a web address", hint: "such as https://host/path, without user or password")
        }
        return address
    }

    func emailAddress() throws(DocumentError) -> EmailAddress {
        let text = try singleLine(limit: 4096)
        do throws(NotificationError) {
            return try EmailAddress(text)
        } catch {
            throw self.error("\(error)")
        }
    }

    func emailAddresses() throws(DocumentError) -> [EmailAddress] {
        var addresses: [EmailAddress] = []
        for item in try items() { addresses.append(try item.emailAddress()) }
        guard !addresses.isEmpty else { throw error("is an empty list") }
        return addresses
    }
}
