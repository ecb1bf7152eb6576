import ModelRegistry
import SystemPackage

extension Target {
    static func parse(_ node: DocumentNode, folder: FilePath) throws(DocumentError) -> Target {
        let kind = try node.required("kind")
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
            if case .string("policy") = to.value() {
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
        let url = try node.required("url")
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
        let command = try node.required("command")
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
