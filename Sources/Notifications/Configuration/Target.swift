/// What a name in the rules stands for on this machine.
package enum Target: Hashable, Sendable {
    case email(Email)
    case webhook(Webhook)
    case exec(Exec)
    /// Starts the batch inference of the environment that advanced.
    case inference
    /// Opens the proposal for the next environment.
    case proposeNext

    /// A mail to people.
    package struct Email: Hashable, Sendable {
        /// Whom a mail is for.
        package enum Recipients: Hashable, Sendable {
            /// The people the policy asks to decide.
            case policy
            case addresses([EmailAddress])
        }

        package var to: Recipients
        package var cc: [EmailAddress]

        package init(to: Recipients = .policy, cc: [EmailAddress] = []) {
            self.to = to
            self.cc = cc
        }
    }

    /// An HTTP receiver.
    package struct Webhook: Hashable, Sendable {
        /// The time-out where none is written.
        package static let defaultTimeout = Duration.seconds(30)

        package var url: String
        package var secret: SecretReference?
        /// For the whole exchange.
        package var timeout: Duration

        package init(
            url: String, secret: SecretReference? = nil, timeout: Duration = defaultTimeout
        ) {
            self.url = url
            self.secret = secret
            self.timeout = timeout
        }
    }

    /// A program on this machine.
    package struct Exec: Hashable, Sendable {
        /// The time-out where none is written.
        package static let defaultTimeout = Duration.seconds(60)

        /// The program's absolute path and its arguments; no shell reads them.
        package var command: [String]
        package var timeout: Duration

        package init(command: [String], timeout: Duration = defaultTimeout) {
            self.command = command
            self.timeout = timeout
        }
    }
}
