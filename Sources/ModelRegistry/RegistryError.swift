import GitStore

/// Why the registry could not do what was asked.
package enum RegistryError: Error, Sendable {
    /// The folder is a git repository without Signet's founding commit, or none at all.
    case notARegistry(path: String, why: String)
    case alreadyExists(path: String)
    /// The engine refused an update; the verdict says why.
    case refused(Verdict)
    /// A push was refused by the registry's hooks; their words.
    case pushRefused(String)
    case unknownModel(String, known: [String])
    case unknownVersion(String, known: Int)
    case unknownEnvironment(String, known: [String])
    case unknownPrincipal(String)
    case noProposal(String, hint: String)
    case staleProposal(String, hint: String)
    /// Somebody else moved the reference first.
    case conflict(reference: String)
    /// The reference moved, and what follows from it could not be written.
    case unsettled(reference: String, any Error)
    case unreadableFile(path: String, why: String)
    case damaged(what: String, why: String)
    /// A file of the ledger's index, which `repair` makes again.
    case damagedIndex(file: String)
    case invalid(String, hint: String?)
}

extension RegistryError {
    /// Does the work, and says what is damaged where objects that it needs can't be read.
    static func placing<Answer>(at what: String, _ work: () throws -> Answer) throws -> Answer {
        do {
            return try work()
        } catch let error as GitError {
            switch error {
            case .missingObject, .corruptObject, .wrongKind:
                throw RegistryError.damaged(what: what, why: error.firstLine)
            default: throw error
            }
        }
    }
}

extension RegistryError: CustomStringConvertible {
    package var description: String {
        switch self {
        case .notARegistry(let path, let why):
            "'\(path)' is not a Signet registry: \(why)\n"
                + "hint: make one with `signet init PATH`, or name another with --registry"
        case .alreadyExists(let path):
            "'\(path)' exists and is not empty\nhint: choose another path"
        case .refused(let verdict): verdict.refusal
        case .pushRefused(let words): "the registry refused the push\n\(words)"
        case .unknownModel(let name, let known):
            "there is no model '\(name)'" + Self.among(known, "models")
        case .unknownVersion(let version, let known):
            "there is no version '\(version)'\nhint: the newest is \(known)"
        case .unknownEnvironment(let name, let known):
            "there is no environment '\(name)'" + Self.among(known, "environments")
        case .unknownPrincipal(let what): what
        case .noProposal(let what, let hint), .staleProposal(let what, let hint):
            "\(what)\nhint: \(hint)"
        case .conflict(let reference):
            "'\(reference)' was moved by somebody else at the same time\n"
                + "hint: look at what is there now with `signet status`, and try again"
        case .unsettled(let reference, let error):
            "'\(reference)' was moved, but it is not in the ledger for good yet: \(error)\n"
                + "hint: do not repeat the command: once that is mended, `signet status` enters the move"
        case .unreadableFile(let path, let why):
            "'\(path)' can't be read: \(why)\nhint: name a plain file that you may read"
        case .damaged(let what, let why):
            "\(what) is damaged: \(why)\n"
                + "hint: put it back from a backup; `signet verify` tells whether the histories hold"
        case .damagedIndex(let file):
            "the file '\(file)' of the ledger's index is damaged\n"
                + "hint: `signet repair` makes the index again from the ledger"
        case .invalid(let what, let hint): hint.map { "\(what)\nhint: \($0)" } ?? what
        }
    }

    private static func among(_ known: [String], _ noun: String) -> String {
        known.isEmpty
            ? "\nhint: there are no \(noun) yet"
            : "\nhint: \(noun) here: \(known.prefix(20).joined(separator: ", "))"
    }
}
