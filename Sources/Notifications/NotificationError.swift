import SystemPackage

/// What kept a notification from being read, kept, composed or sent.
package enum NotificationError: Error, Hashable, Sendable {
    case unreadable(FilePath, reason: String)
    case unwritable(FilePath, reason: String)
    case secretMissing(name: String)
    case secretExposed(FilePath, mode: String)
    case secretUnusable(source: String, reason: String)
    case invalidAddress(String, reason: String)
    case invalidTemplate(name: String, problem: String)
    case missingTemplate(event: String)
    case invalidEvent(String)
    case unknownDelivery(String)
    case libraryMissing(reason: String)
}

extension NotificationError: CustomStringConvertible {
    package var description: String {
        switch self {
        case .unreadable(let path, let reason): "can't read '\(path)': \(reason)"
        case .unwritable(let path, let reason): "can't write '\(path)': \(reason)"
        case .secretMissing(let name):
            "the environment variable '\(name)' that holds a secret is not set\n"
                + "hint: set it for the watcher, or name a file with `{file: PATH}`"
        case .secretExposed(let path, let mode):
            "the secret file '\(path)' can be reached by other users (mode \(mode))\n"
                + "hint: chmod 600 '\(path)'"
        case .secretUnusable(let source, let reason): "the secret in '\(source)' \(reason)"
        case .invalidAddress(let text, let reason):
            "'\(text)' is not an e-mail address that can be used: \(reason)"
        case .invalidTemplate(let name, let problem): "the template '\(name)' \(problem)"
        case .missingTemplate(let event):
            "no template for the event '\(event)'\n"
                + "hint: add '\(event).subject.mustache' and '\(event).txt.mustache'"
        case .invalidEvent(let reason): "an event can't be written: \(reason)"
        case .unknownDelivery(let id): "the spool holds no delivery '\(id)' in that state"
        case .libraryMissing(let reason):
            "can't load libcurl: \(reason)\nhint: apt-get install libcurl4"
        }
    }
}
