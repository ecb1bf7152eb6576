import SystemPackage

/// What this machine adds to a registry: `signet/config.yaml` of the bare repository, unversioned.
package struct LocalConfiguration: Hashable, Sendable {
    /// Where others clone the registry from; nil leaves the plain git commands out of mails.
    package var cloneURL: String?
    /// The web address review links begin with, without a slash at its end.
    package var baseURL: String?
    /// Relative inputs of runs are below it.
    package var dataDirectory: FilePath?
    package var outputs: FilePath?
    package var smtp: SMTPConfiguration?
    /// The folder that mails are written to when there is no mail server.
    package var outbox: FilePath
    package var targets: [String: Target]

    package init(
        cloneURL: String? = nil, baseURL: String? = nil, dataDirectory: FilePath? = nil,
        outputs: FilePath? = nil, smtp: SMTPConfiguration? = nil, outbox: FilePath,
        targets: [String: Target]
    ) {
        self.cloneURL = cloneURL
        self.baseURL = baseURL
        self.dataDirectory = dataDirectory
        self.outputs = outputs
        self.smtp = smtp
        self.outbox = outbox
        self.targets = targets
    }

    /// What holds without a file: mails to the outbox in `folder`, runs and next proposals on.
    package static func standard(folder: FilePath) -> LocalConfiguration {
        LocalConfiguration(outbox: folder.appending("outbox"), targets: standardTargets)
    }

    /// The targets of the starter rules.
    package static let standardTargets: [String: Target] = [
        "mail": .email(Target.Email()), "inference": .inference, "propose-next": .proposeNext,
    ]

    /// The link to review a proposal; nil without a base URL.
    package func reviewLink(
        environment: String, model: String, version: Int, proposal: String
    ) -> String? {
        baseURL.map { "\($0)/review/\(environment)/\(model)/v\(version)?proposal=\(proposal)" }
    }
}
