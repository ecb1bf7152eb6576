import ModelRegistry
import SystemPackage

extension LocalConfiguration {
    /// Reads `config.yaml` strictly; relative paths are below `folder`, the one the file lies in.
    package static func parse(
        _ bytes: [UInt8], file: String, folder: FilePath
    ) throws(DocumentError) -> LocalConfiguration {
        let root = try DocumentNode(yaml: bytes, file: file)
        let members = try root.members([
            "apiVersion", "kind", "cloneURL", "baseURL", "dataDirectory", "outputs", "smtp",
            "outbox", "targets",
        ])
        try root.requireKind("Configuration", in: members)
        var configuration = standard(folder: folder)
        configuration.cloneURL = try members["cloneURL"]?.nonEmptyText()
        if let node = members["baseURL"] { configuration.baseURL = try parseBaseURL(node) }
        configuration.dataDirectory = try members["dataDirectory"]?.path(below: folder)
        configuration.outputs = try members["outputs"]?.path(below: folder)
        if let node = members["outbox"] { configuration.outbox = try node.path(below: folder) }
        if let node = members["smtp"] {
            configuration.smtp = try SMTPConfiguration.parse(node, folder: folder)
        }
        if let node = members["targets"] {
            configuration.targets = try parseTargets(node, folder: folder)
        }
        return configuration
    }

    private static func parseBaseURL(_ node: DocumentNode) throws(DocumentError) -> String {
        var url = try node.webAddress().text
        while url.hasSuffix("/") { url.removeLast() }
        guard !url.contains("?"), !url.contains("#") else {
            throw node.error("must not have a query or a fragment")
        }
        return url
    }

    private static func parseTargets(
        _ node: DocumentNode, folder: FilePath
    ) throws(DocumentError) -> [String: Target] {
        var targets: [String: Target] = [:]
        for (name, target) in try node.anyMembers() {
            guard DocumentNode.isTargetName(name) else {
                throw target.error(
                    "can't be a target's name",
                    hint: "a small letter, then up to 62 small letters, digits and dashes")
            }
            targets[name] = try Target.parse(target, folder: folder)
        }
        return targets
    }
}

extension SMTPConfiguration {
    static func parse(
        _ node: DocumentNode, folder: FilePath
    ) throws(DocumentError) -> SMTPConfiguration {
        let members = try node.members([
            "host", "port", "security", "username", "password", "from", "caFile",
        ])
        guard let host = members["host"] else { throw node.missing("host") }
        guard let from = members["from"] else { throw node.missing("from") }
        let security = try members["security"].map(parseSecurity) ?? .starttls
        let smtp = SMTPConfiguration(
            host: try host.hostName(),
            port: try members["port"].map(parsePort) ?? (security == .tls ? 465 : 587),
            security: security,
            username: try members["username"]?.nonEmptyText(),
            password: try members["password"].map { node throws(DocumentError) in
                try SecretReference.parse(node, folder: folder)
            },
            from: try from.emailAddress(),
            caFile: try members["caFile"]?.path(below: folder))
        try check(smtp, members, node)
        return smtp
    }

    private static func parseSecurity(_ node: DocumentNode) throws(DocumentError) -> Security {
        guard let security = Security(rawValue: try node.text()) else {
            throw node.error("must be starttls, tls or none")
        }
        return security
    }

    private static func parsePort(_ node: DocumentNode) throws(DocumentError) -> Int {
        let port = try node.integer()
        guard (1...65535).contains(port) else { throw node.error("must lie between 1 and 65535") }
        return port
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

extension Target {
    static func parse(_ node: DocumentNode, folder: FilePath) throws(DocumentError) -> Target {
        guard let kind = try node.anyMembers()["kind"] else { throw node.missing("kind") }
        switch try kind.text() {
        case "email": return .email(try parseEmail(node))
        case "webhook": return .webhook(try parseWebhook(node, folder: folder))
        case "exec": return .exec(try parseExec(node))
        case "inference":
            _ = try node.members(["kind"])
            return .inference
        case "propose-next":
            _ = try node.members(["kind"])
            return .proposeNext
        default:
            throw kind.error(
                "is not a kind of target",
                hint: "known: email, webhook, exec, inference, propose-next")
        }
    }

    private static func parseEmail(_ node: DocumentNode) throws(DocumentError) -> Email {
        let members = try node.members(["kind", "to", "cc"])
        var email = Email()
        if let to = members["to"] {
            if case .string("policy") = try to.value() {
                email.to = .policy
            } else {
                email.to = .addresses(try to.emailAddresses())
            }
        }
        if let cc = members["cc"] { email.cc = try cc.emailAddresses() }
        return email
    }

    private static func parseWebhook(
        _ node: DocumentNode, folder: FilePath
    ) throws(DocumentError) -> Webhook {
        let members = try node.members(["kind", "url", "secret", "timeout", "insecure"])
        guard let url = members["url"] else { throw node.missing("url") }
        let address = try url.webAddress()
        let isAllowed = try members["insecure"]?.bool() ?? WebAddress.isLoopback(address.host)
        guard address.scheme == "https" || isAllowed else {
            throw url.error(
                "is not encrypted",
                hint: "use https, or say `insecure: true` to send it in the clear")
        }
        var webhook = Webhook(url: address.text)
        if let secret = members["secret"] {
            webhook.secret = try SecretReference.parse(secret, folder: folder)
        }
        if let timeout = members["timeout"] {
            webhook.timeout = try timeout.duration(in: .seconds(1)...Duration.seconds(300))
        }
        return webhook
    }

    private static func parseExec(_ node: DocumentNode) throws(DocumentError) -> Exec {
        let members = try node.members(["kind", "command", "timeout"])
        guard let command = members["command"] else { throw node.missing("command") }
        var words: [String] = []
        for item in try command.items() {
            let word = try item.text()
            guard !word.utf8.contains(0) else { throw item.error("holds a NUL character") }
            words.append(word)
        }
        guard let program = words.first else { throw command.error("is empty") }
        guard program.hasPrefix("/") else {
            throw command.error(
                "begins with '\(program)', which is not an absolute path",
                hint: "a list: the program's path, then its arguments; no shell reads it")
        }
        var exec = Exec(command: words)
        if let timeout = members["timeout"] {
            exec.timeout = try timeout.duration(in: .seconds(1)...Duration.seconds(86_400))
        }
        return exec
    }
}

extension SecretReference {
    static func parse(
        _ node: DocumentNode, folder: FilePath
    ) throws(DocumentError) -> SecretReference {
        let hint = "write `{environment: NAME}` or `{file: PATH}`"
        guard case .mapping = try node.value() else {
            throw node.error("holds a secret itself", hint: hint)
        }
        let members = try node.members(["environment", "file"])
        guard let (key, value) = members.first, members.count == 1 else {
            throw node.error("must name one place", hint: hint)
        }
        guard key == "environment" else { return .file(try value.path(below: folder)) }
        let name = try value.text()
        let isName = name.utf8.allSatisfy {
            (UInt8(ascii: "A")...UInt8(ascii: "Z")).contains($0) || $0 == UInt8(ascii: "_")
                || (UInt8(ascii: "a")...UInt8(ascii: "z")).contains($0)
                || (UInt8(ascii: "0")...UInt8(ascii: "9")).contains($0)
        }
        guard isName, !name.isEmpty else {
            throw value.error("is not the name of an environment variable")
        }
        return .environment(name)
    }
}
