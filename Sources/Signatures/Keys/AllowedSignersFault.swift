/// What is wrong with a list of allowed signers: where, what, and the remedy.
package struct AllowedSignersFault: Error, Hashable, Sendable, CustomStringConvertible {
    /// The kinds of fault.
    package enum Problem: Error, Hashable, Sendable {
        case tooLarge
        case notPlainText
        case malformedLine
        case malformedPrincipal(String)
        case unknownOption(String)
        case repeatedOption(String)
        case malformedOption(String)
        /// `valid-before` is not after `valid-after`.
        case emptyWindow
        case malformedKey(SignatureFault)
        case unusableKeyType(String)
        case repeatedKey(firstLine: Int)
    }

    /// The file's name as the user knows it.
    package let file: String
    /// The line, from 1; nil where the fault is the whole file's.
    package let line: Int?
    /// What is wrong.
    package let problem: Problem

    package var description: String {
        let place = line.map { "\(file):\($0)" } ?? file
        return "\(place): \(what)\nhint: \(remedy)"
    }

    private var what: String {
        switch problem {
        case .tooLarge: "larger than 1 MiB"
        case .notPlainText: "not plain UTF-8 text with LF line ends"
        case .malformedLine: "not a line of principal, options, key type and key"
        case .malformedPrincipal(let text): "principal '\(text)' is not one literal name"
        case .unknownOption(let text): "unknown option '\(text)'"
        case .repeatedOption(let name): "option '\(name)' stands twice"
        case .malformedOption(let text): "malformed option '\(text)'"
        case .emptyWindow: "'valid-before' is not after 'valid-after'"
        case .malformedKey(.shortKey(let bits)): "rsa key of \(bits) bits, below 3072"
        case .malformedKey(let fault): "\(fault)"
        case .unusableKeyType(let name): "key type '\(name)' cannot sign for git"
        case .repeatedKey(let first): "the same key as on line \(first)"
        }
    }

    private var remedy: String {
        switch problem {
        case .tooLarge: "keep one line per key"
        case .notPlainText: "save the file as UTF-8 with LF line ends and no control characters"
        case .malformedLine:
            "write: jane namespaces=\"git\" ssh-ed25519 AAAA…, the last two from jane's .pub file"
        case .malformedPrincipal: "use letters, digits and . _ - @ + alone, one principal a line"
        case .unknownOption, .repeatedOption:
            "use namespaces, valid-after and valid-before alone, each at most once"
        case .malformedOption:
            "write namespaces=\"git\", valid-after=\"20260131Z\", valid-before=\"202601311200Z\""
        case .emptyWindow: "set 'valid-before' to a later time"
        case .malformedKey: "copy type and key from the .pub file; make one: ssh-keygen -t ed25519"
        case .unusableKeyType: "make a key: ssh-keygen -t ed25519"
        case .repeatedKey: "keep one line per key: a key belongs to one principal"
        }
    }
}
