import Foundation
import ModelRegistry
import SystemPackage
import Testing

@testable import Notifications

struct EmailMessageTests {
    /// What Python's mail parser makes of a mail.
    struct SecondOpinion: Decodable {
        var headers: [[String]]
        var types: [String]
        var text: String
        var html: String?
        var to: [[String]]
        var defects: [String]
        var longestLine: Int
        var bareLineEnds: Int
        var isASCII: Bool

        func header(_ name: String) -> [String] { headers.filter { $0[0] == name }.map { $0[1] } }
    }

    @Test func pythonReadsTheMailAsItWasMeant() async throws {
        let mail = try await secondOpinion(
            on: message(
                subject: "churn@3 for test", text: "Grüße\n.\nFrom here\n= 100 % \n\tend \n",
                html: "<p>Grüße &amp; more</p>\n"))
        #expect(mail.defects == [])
        #expect(mail.types == ["multipart/alternative", "text/plain", "text/html"])
        #expect(mail.text == "Grüße\n.\nFrom here\n= 100 % \n\tend \n")
        #expect(mail.html == "<p>Grüße &amp; more</p>\n")
        #expect(mail.to == [["Jane Doe", "jane@example.com"]])
        #expect(mail.header("Date") == ["Sun, 26 Jul 2026 10:15:00 +0000"])
        #expect(mail.header("Auto-Submitted") == ["auto-generated"])
        #expect(mail.header("List-Id") == ["<signet.test.churn>"])
        #expect(mail.header("Subject") == ["churn@3 for test"])
        #expect(mail.bareLineEnds == 0)
        #expect(mail.isASCII)
    }

    @Test(arguments: [
        "plain", "two  spaces", " leading",
        "Prüfung für Größe – bitte entscheiden, sehr lang ist das hier nämlich auch noch",
        String(repeating: "word ", count: 60) + "end", String(repeating: "x", count: 300),
        "=?UTF-8?B?SGk=?= is no encoding", "emoji 🧑‍🔬 here", "",
    ])
    func anySubjectComesThrough(subject: String) async throws {
        let mail = try await secondOpinion(on: message(subject: subject))
        #expect(mail.header("Subject") == [subject])
        #expect(mail.defects == [])
        #expect(mail.longestLine <= 320)
    }

    @Test(arguments: [
        "Jane Doe", "Doe, Jane", "Jane \"JD\" Doe", "Jürgen Groß", "a@b.c", "=?UTF-8?B?SGk=?=",
        String(repeating: "Lang ", count: 30) + "Ende", "back\\slash\\", "(comment)",
    ])
    func anyNameComesThrough(name: String) async throws {
        let jane = try EmailAddress(name: name, address: "jane@example.com")
        let kim = try EmailAddress("kim@example.com")
        let mail = try await secondOpinion(on: message(to: [jane, kim]))
        #expect(mail.to == [[name, "jane@example.com"], ["", "kim@example.com"]])
        #expect(mail.defects == [])
    }

    @Test(arguments: [
        "\r\nBcc: eve@example.com", "\nBcc: eve@example.com", "\rBcc: eve@example.com",
    ])
    func aLineEndInAValueBeginsNoHeader(evil: String) async throws {
        let name = try EmailAddress(name: "Jane\(evil)", address: "jane@example.com")
        var mail = message(subject: "x\(evil)", to: [name])
        mail.listID = "signet\(evil)"
        let opinion = try await secondOpinion(on: mail)
        #expect(opinion.header("Bcc") == [])
        #expect(opinion.header("Subject")[0].hasPrefix("x "))
        #expect(
            opinion.headers.map { $0[0] }.sorted() == [
                "Auto-Submitted", "Content-Type", "Date", "From", "In-Reply-To", "List-Id",
                "MIME-Version", "Message-ID", "References", "Subject", "To",
            ])
        let text = String(decoding: mail.serialised(), as: UTF8.self)
        #expect(!text.contains("\nBcc:"))
    }

    @Test(arguments: [
        "jane", "jane@", "@example.com", "jane@exa mple.com", "jane@example.com\r\nBcc: x@y",
        "jane@@example.com", "jané@example.com", "jane@exämple.com", ".jane@example.com",
        "<jane@example.com", "jane@-example.com", "jane@example..com", "",
        "jane@example.com> <eve@example.com", String(repeating: "j", count: 65) + "@example.com",
    ])
    func whatIsNoPlainAddressIsRefused(text: String) {
        #expect(throws: NotificationError.self) { try EmailAddress(text) }
    }

    @Test func linesKeepWithin76BytesAndComeBack() async throws {
        let text =
            (1...120).map { String(repeating: "é=x ", count: $0) + "." }
            .joined(separator: "\n") + "\n"
        let mail = try await secondOpinion(on: message(text: text, html: nil))
        #expect(mail.text == text)
        #expect(mail.types == ["text/plain"])
        #expect(mail.longestLine <= 120)
        let encoded = QuotedPrintable.encode(text).split(separator: UInt8(ascii: "\n"))
        #expect(encoded.map { $0.count - 1 }.max() ?? 0 <= 76)
        #expect(!encoded.contains { $0.first == UInt8(ascii: ".") })
    }

    @Test(arguments: [
        ("a\r\nb\rc\nd", "a\r\nb\r\nc\r\nd\r\n"), ("", ""), ("\n", "\r\n"), ("a \n", "a=20\r\n"),
    ])
    func everyLineEndBecomesCRLF(text: String, encoded: String) {
        #expect(String(decoding: QuotedPrintable.encode(text), as: UTF8.self) == encoded)
    }

    @Test func theSameEventToTheSameTargetIsTheSameMail() {
        let thread = EmailThread(event: Samples.event(), target: "mail", domain: "example.com")
        #expect(thread.messageID == "<\(Samples.delivery().id)@example.com>")
        #expect(
            thread == EmailThread(event: Samples.event(), target: "mail", domain: "example.com"))
        let other = EmailThread(event: Samples.event(), target: "boss", domain: "example.com")
        #expect(other.messageID != thread.messageID)
        #expect(message().serialised() == message().serialised())
    }

    @Test func mailsAboutOneModelInOneEnvironmentAreOneThread() {
        func root(_ id: String, _ data: [String: DocumentValue], source: String = "signet:a")
            -> String?
        {
            let event = CloudEvent(
                id: id, source: source, type: "t", time: Samples.time, data: .mapping(data))
            return EmailThread(event: event, target: "mail", domain: "example.com").root
        }
        let first = root("1", ["environment": "test", "model": "churn", "version": 1])
        #expect(first?.hasPrefix("<thread.") == true)
        #expect(root("2", ["environment": "test", "model": "churn", "version": 2]) == first)
        #expect(root("1", ["environment": "prod", "model": "churn"]) != first)
        #expect(root("1", ["environment": "test", "model": "fraud"]) != first)
        #expect(root("1", ["environment": "test", "model": "churn"], source: "signet:b") != first)
        #expect(root("1", [:]) == nil)
    }

    private func message(
        subject: String = "s", to: [EmailAddress]? = nil, text: String = "text\n",
        html: String? = "<p>html</p>\n"
    ) -> EmailMessage {
        EmailMessage.compose(
            RenderedMessage(subject: subject, text: text, html: html), about: Samples.event(),
            target: "mail", from: Self.address("Signet <signet@example.com>"),
            to: to ?? [Self.address("Jane Doe <jane@example.com>")])
    }

    private static func address(_ text: String) -> EmailAddress {
        do { return try EmailAddress(text) } catch { preconditionFailure("\(error)") }
    }

    private func secondOpinion(on message: EmailMessage) async throws -> SecondOpinion {
        try await TemporaryFolder.with { folder in
            let path = folder.appending("mail.eml")
            try Data(message.serialised()).write(to: URL(fileURLWithPath: path.string))
            let script = Program.scripts.appendingPathComponent("read_mail.py").path
            let output = try await Program.output(
                [Program.python, script, path.string], package: "python3")
            return try JSONDecoder().decode(SecondOpinion.self, from: output)
        }
    }
}
