import FoundationEssentials

/// One mail: text, and the same as HTML where there is one.
package struct EmailMessage: Hashable, Sendable {
    package var from: EmailAddress
    package var to: [EmailAddress]
    package var cc: [EmailAddress]
    package var subject: String
    package var text: String
    package var html: String?
    package var date: Date
    package var thread: EmailThread
    /// Names the list for mail filters, such as `signet.dev.churn`; left out where nil.
    package var listID: String?

    package init(
        from: EmailAddress, to: [EmailAddress], cc: [EmailAddress] = [], subject: String,
        text: String, html: String? = nil, date: Date, thread: EmailThread, listID: String? = nil
    ) {
        self.from = from
        self.to = to
        self.cc = cc
        self.subject = subject
        self.text = text
        self.html = html
        self.date = date
        self.thread = thread
        self.listID = listID
    }

    /// Everyone who gets it, each address once.
    package var recipients: [EmailAddress] {
        var recipients: [EmailAddress] = []
        for address in to + cc
        where !recipients.contains(where: { $0.address == address.address }) {
            recipients.append(address)
        }
        return recipients
    }

    /// The mail as it goes over the wire: ASCII with CRLF line ends, the same bytes every time.
    package func serialised() -> [UInt8] {
        var bytes = Array(header().utf8)
        guard let html else {
            bytes += Self.part("text/plain", text)
            return bytes
        }
        let boundary = boundary()
        bytes += Array(
            "Content-Type: multipart/alternative; boundary=\"\(boundary)\"\r\n".utf8)
        for (type, body) in [("text/plain", text), ("text/html", html)] {
            // The line end before a boundary belongs to it, not to the part above.
            bytes += Array("\r\n--\(boundary)\r\n".utf8)
            bytes += Self.part(type, body)
        }
        return bytes + Array("\r\n--\(boundary)--\r\n".utf8)
    }

    private func header() -> String {
        var header = HeaderField.tokens("Date", Self.date(date))
        header += HeaderField.addresses("From", [from])
        header += HeaderField.addresses("To", to)
        if !cc.isEmpty { header += HeaderField.addresses("Cc", cc) }
        header += HeaderField.text("Subject", subject)
        header += HeaderField.tokens("Message-ID", [thread.messageID])
        if let root = thread.root {
            header += HeaderField.tokens("In-Reply-To", [root])
            header += HeaderField.tokens("References", [root])
        }
        if let listID { header += HeaderField.tokens("List-Id", ["<\(Self.listLabel(listID))>"]) }
        header += "Auto-Submitted: auto-generated\r\nMIME-Version: 1.0\r\n"
        return header
    }

    private static func part(_ type: String, _ body: String) -> [UInt8] {
        let header =
            "Content-Type: \(type); charset=utf-8\r\n"
            + "Content-Transfer-Encoding: quoted-printable\r\n\r\n"
        return Array(header.utf8) + QuotedPrintable.encode(body)
    }

    /// No quoted-printable line can hold "=_", so no body can hold the boundary.
    private func boundary() -> String {
        "=_signet_\(Delivery.hexDigest(of: [thread.messageID], length: 24))"
    }

    private static func listLabel(_ text: String) -> String {
        Delivery.fileName(text, limit: 200)
    }

    /// The words of an RFC 5322 date in UTC, such as `Sun, 26 Jul 2026 10:15:00 +0000`.
    private static func date(_ date: Date) -> [String] {
        var calendar = Calendar(identifier: .gregorian)
        calendar.timeZone = .gmt
        let parts = calendar.dateComponents(
            [.weekday, .day, .month, .year, .hour, .minute, .second], from: date)
        let days = ["Sun", "Mon", "Tue", "Wed", "Thu", "Fri", "Sat"]
        let months = [
            "Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec",
        ]
        let clock = [parts.hour, parts.minute, parts.second].map { number in
            let text = "\(number ?? 0)"
            return text.utf8.count < 2 ? "0\(text)" : text
        }
        return [
            "\(days[((parts.weekday ?? 1) - 1) % 7]),", "\(parts.day ?? 1)",
            months[((parts.month ?? 1) - 1) % 12], "\(parts.year ?? 1970)",
            clock.joined(separator: ":"), "+0000",
        ]
    }
}
