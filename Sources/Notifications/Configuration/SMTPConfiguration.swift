import SystemPackage

/// The mail server that sends, and how it is talked to.
package struct SMTPConfiguration: Hashable, Sendable {
    /// How the connection is encrypted.
    package enum Security: String, CaseIterable, Sendable {
        /// Plain first, then encrypted before anything is said; refused where the server can't.
        case starttls
        /// Encrypted from the first byte.
        case tls
        case none
    }

    package var host: String
    package var port: Int
    package var security: Security
    package var username: String?
    package var password: SecretReference?
    package var from: EmailAddress
    /// Certificates trusted instead of the system's.
    package var caFile: FilePath?

    package init(
        host: String, port: Int, security: Security, username: String? = nil,
        password: SecretReference? = nil, from: EmailAddress, caFile: FilePath? = nil
    ) {
        self.host = host
        self.port = port
        self.security = security
        self.username = username
        self.password = password
        self.from = from
        self.caFile = caFile
    }
}
