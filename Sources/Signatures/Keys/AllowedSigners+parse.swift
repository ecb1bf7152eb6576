extension AllowedSigners {
    /// Reads a file's bytes; `file` is the name that faults are reported with.
    package static func parse(
        _ bytes: [UInt8], file: String
    ) throws(AllowedSignersFault) -> AllowedSigners {
        guard bytes.count <= largest else {
            throw AllowedSignersFault(file: file, line: nil, problem: .tooLarge)
        }
        var lines = bytes.split(separator: UInt8(ascii: "\n"), omittingEmptySubsequences: false)
        if lines.last?.isEmpty == true { lines.removeLast() }
        var texts: [String] = []
        var entries: [Entry] = []
        var firstLines: [PublicKey: Int] = [:]
        for (index, line) in lines.enumerated() {
            let number = index + 1
            do throws(AllowedSignersFault.Problem) {
                let text = try plainText(line)
                texts.append(text)
                guard let entry = try entry(text, line: number) else { continue }
                if let first = firstLines.updateValue(number, forKey: entry.key) {
                    throw .repeatedKey(firstLine: first)
                }
                entries.append(entry)
            } catch {
                throw AllowedSignersFault(file: file, line: number, problem: error)
            }
        }
        return AllowedSigners(entries: entries, lines: texts)
    }

    private static func plainText(
        _ line: ArraySlice<UInt8>
    ) throws(AllowedSignersFault.Problem) -> String {
        guard line.allSatisfy({ ($0 >= 0x20 && $0 != 0x7F) || $0 == 0x09 }),
            let text = String(validating: line, as: UTF8.self)
        else { throw .notPlainText }
        return text
    }

    /// Reads one line; nil for a comment and for an empty line.
    private static func entry(
        _ text: String, line: Int
    ) throws(AllowedSignersFault.Problem) -> Entry? {
        let isBlank = { (byte: UInt8) in byte == 0x20 || byte == 0x09 }
        let words = text.utf8.split(maxSplits: 4, whereSeparator: isBlank).map { Substring($0) }
        guard let principal = words.first, principal.utf8.first != UInt8(ascii: "#") else {
            return nil
        }
        guard text.utf8.first.map(isBlank) == false, words.count >= 2 else { throw .malformedLine }
        guard isLiteral(principal) else { throw .malformedPrincipal(String(principal)) }
        let hasOptions = !isKeyTypeName(words[1])
        let options = try hasOptions ? SignerOptions(words[1]) : SignerOptions()
        let rest = words.dropFirst(hasOptions ? 2 : 1)
        guard let type = rest.first, let blob = rest.dropFirst().first else {
            throw .malformedLine
        }
        let key = try key(type, blob)
        return Entry(
            principal: String(principal), namespaces: options.namespaces,
            validAfter: options.validAfter, validBefore: options.validBefore,
            key: key, fingerprint: key.fingerprint, line: line, text: text)
    }

    private static func isLiteral(_ principal: Substring) -> Bool {
        principal.utf8.allSatisfy { byte in
            switch byte {
            case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
                UInt8(ascii: "0")...UInt8(ascii: "9"):
                true
            default: ".-_@+".utf8.contains(byte)
            }
        }
    }

    /// Whether a word is a key type's name, and therefore not options.
    private static func isKeyTypeName(_ word: Substring) -> Bool {
        ["ssh-", "ecdsa-", "sk-", "rsa-", "webauthn-"].contains { word.hasPrefix($0) }
    }

    private static func key(
        _ type: Substring, _ blob: Substring
    ) throws(AllowedSignersFault.Problem) -> PublicKey {
        guard isKeyTypeName(type) else { throw .malformedLine }
        guard KeyType(name: String(type)).isSupported else {
            throw .unusableKeyType(String(type))
        }
        do {
            return try PublicKey(openSSHLine: "\(type) \(blob)")
        } catch {
            throw .malformedKey(error)
        }
    }
}
