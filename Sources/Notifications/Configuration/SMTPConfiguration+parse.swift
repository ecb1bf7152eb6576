import ModelRegistry
import SystemPackage

extension SMTPConfiguration {
    static func parse(
        _ node: DocumentNode, folder: FilePath
    ) throws(DocumentError) -> SMTPConfiguration {
        let members = try node.members([
            "host", "port", "security", "username", "password", "from", "caFile",
        ])
        let host = try node.required("host")
        let from = try node.required("from")
        let security = try members["security"]?.choice(Security.self) ?? .starttls
        let smtp = SMTPConfiguration(
            host: try host.hostName(),
            port: try members["port"]?.integer(in: 1...65535) ?? (security == .tls ? 465 : 587),
            security: security,
            username: try members["username"]?.singleLine(limit: 4096),
            password: try members["password"].map { node throws(DocumentError) in
                try SecretReference.parse(node, folder: folder)
            },
            from: try from.emailAddress(),
            caFile: try members["caFile"]?.path(below: folder))
        try check(smtp, members, node)
        return smtp
    }

    private static func check(
        _ smtp: SMTPConfiguration, _ members: [String: DocumentNode], _ node: DocumentNode
    ) throws(DocumentError) {
        guard (smtp.username == nil) == (smtp.password == nil) else {
            throw node.error("needs both username and password, or neither")
        }
        let isLocal = WebAddress.isLoopback(smtp.host)
        guard smtp.security != .none || smtp.password == nil || isLocal else {
            throw (members["security"] ?? node).error(
                "would send the password unencrypted", hint: "use starttls or tls")
        }
    }
}
