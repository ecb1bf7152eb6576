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
        try root.expect(kind: "Configuration")
        var configuration = standard(folder: folder)
        configuration.cloneURL = try members["cloneURL"]?.singleLine(limit: 4096)
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
        for (name, target) in try node.pairs() {
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
