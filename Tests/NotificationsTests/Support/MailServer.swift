import Foundation
import SystemPackage

@testable import Notifications

/// A real mail server (aiosmtpd) with what it took.
struct MailServer {
    struct Envelope: Decodable, Hashable {
        var from: String
        var to: [String]
        var encrypted: Bool
        var user: String?
    }

    let folder: FilePath
    let port: Int
    let certificate: FilePath?

    static func with<Result>(
        security: SMTPConfiguration.Security = .none, login: String? = nil,
        isolation: isolated (any Actor)? = #isolation, _ body: (MailServer) async throws -> Result
    ) async throws -> Result {
        try await TemporaryFolder.with { folder in
            let mode = security == .none ? "plain" : security.rawValue
            var arguments = ["--folder", folder.string, "--mode", mode]
            var certificate: FilePath?
            if security != .none {
                let keys = folder.appending("keys")
                try FileManager.default.createDirectory(
                    atPath: keys.string, withIntermediateDirectories: true)
                let made = keys.appending("certificate.pem")
                let key = keys.appending("key.pem")
                _ = try await Program.output(
                    [
                        "openssl", "req", "-x509", "-newkey", "ec", "-pkeyopt",
                        "ec_paramgen_curve:prime256v1", "-nodes", "-days", "2", "-subj",
                        "/CN=localhost", "-addext", "subjectAltName=IP:127.0.0.1", "-keyout",
                        key.string, "-out", made.string,
                    ], package: "openssl")
                arguments += ["--certificate", made.string, "--key", key.string]
                certificate = made
            }
            if let login { arguments += ["--login", login] }
            return try await TestServer.with("smtp_server.py", arguments) { server in
                try await body(
                    MailServer(folder: folder, port: server.port, certificate: certificate))
            }
        }
    }

    func configuration(
        _ security: SMTPConfiguration.Security = .none, username: String? = nil,
        trusting certificate: FilePath? = nil
    ) throws -> SMTPConfiguration {
        SMTPConfiguration(
            host: "127.0.0.1", port: port, security: security, username: username,
            from: try EmailAddress("Signet <signet@example.com>"), caFile: certificate)
    }

    /// The envelopes taken, in order.
    func envelopes() throws -> [Envelope] {
        try folder.names().filter { $0.hasSuffix(".json") }.map { name in
            let url = URL(fileURLWithPath: folder.appending(name).string)
            return try JSONDecoder().decode(Envelope.self, from: Data(contentsOf: url))
        }
    }

    /// The bytes of the mail taken as number `number`.
    func mail(_ number: Int) throws -> [UInt8] {
        let url = URL(fileURLWithPath: folder.appending("\(number).eml").string)
        return Array(try Data(contentsOf: url))
    }
}
