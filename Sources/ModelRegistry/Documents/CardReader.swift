/// Splits Markdown at its headings (CommonMark's ATX and setext headings).
enum CardReader {
    /// A heading and the text up to the next one; level 0 is what stands before the first.
    struct Block {
        var level: Int
        var heading: String
        var lines: [Substring] = []

        /// The text without empty lines around it.
        var body: String {
            let isBlank = { (line: Substring) in line.allSatisfy(\.isWhitespace) }
            let start = lines.drop(while: isBlank)
            let end = start.lastIndex { !isBlank($0) } ?? start.startIndex - 1
            return start.isEmpty ? "" : start[start.startIndex...end].joined(separator: "\n")
        }
    }

    static func blocks(of markdown: [UInt8]) -> [Block] {
        let text = String(decoding: markdown, as: UTF8.self).replacing("\r\n", with: "\n")
        var lines = text.split(separator: "\n", omittingEmptySubsequences: false)[...]
        skipFrontMatter(&lines)
        var blocks = [Block(level: 0, heading: "")]
        var (fence, isInComment) = (Fence?.none, false)
        for line in lines {
            let last = blocks.count - 1
            if let open = fence {
                blocks[last].lines.append(line)
                if open.isClosed(by: line) { fence = nil }
                continue
            }
            let visible = withoutComments(line, isInComment: &isInComment)
            if let (level, heading) = heading(visible) {
                blocks.append(Block(level: level, heading: heading))
            } else if let level = underline(visible), let title = blocks[last].lines.last,
                !title.allSatisfy(\.isWhitespace), Fence(title) == nil
            {
                blocks[last].lines.removeLast()
                blocks.append(Block(level: level, heading: trimmed(title)))
            } else {
                fence = Fence(visible)
                blocks[last].lines.append(visible)
            }
        }
        return blocks
    }

    /// A run of backticks or tildes that opens a block of code.
    private struct Fence {
        let mark: Character
        let length: Int

        init?(_ line: Substring) {
            guard let line = CardReader.unindented(line), let mark = line.first,
                "`~".contains(mark)
            else { return nil }
            let length = line.prefix { $0 == mark }.count
            guard length >= 3, mark == "~" || !line.dropFirst(length).contains("`") else {
                return nil
            }
            (self.mark, self.length) = (mark, length)
        }

        func isClosed(by line: Substring) -> Bool {
            guard let line = CardReader.unindented(line) else { return false }
            let run = line.prefix { $0 == mark }.count
            return run >= length && line.dropFirst(run).allSatisfy(\.isWhitespace)
        }
    }

    /// Skips the YAML between `---` lines that model hubs put first.
    private static func skipFrontMatter(_ lines: inout ArraySlice<Substring>) {
        guard lines.first == "---",
            let end = lines.dropFirst().firstIndex(where: { $0 == "---" || $0 == "..." })
        else { return }
        lines = lines[(end + 1)...]
    }

    private static func withoutComments(_ line: Substring, isInComment: inout Bool) -> Substring {
        var (visible, rest) = ("", line)
        while true {
            if isInComment {
                guard let end = rest.firstRange(of: "-->") else { return Substring(visible) }
                (rest, isInComment) = (rest[end.upperBound...], false)
            }
            guard let start = rest.firstRange(of: "<!--") else { return visible + rest }
            let before = visible + rest[..<start.lowerBound]
            let isAlone = before.allSatisfy(\.isWhitespace)
            // Within a line, what isn't closed there is text: it may stand in code.
            guard isAlone || rest[start.upperBound...].contains("-->") else {
                return visible + rest
            }
            visible = before
            (rest, isInComment) = (rest[start.upperBound...], true)
        }
    }

    private static func heading(_ line: Substring) -> (level: Int, heading: String)? {
        guard let line = unindented(line) else { return nil }
        let level = line.prefix { $0 == "#" }.count
        let rest = line.dropFirst(level)
        guard (1...6).contains(level), rest.first.map({ " \t".contains($0) }) ?? true else {
            return nil
        }
        let title = trimmed(rest)
        let closing = title.reversed().prefix { $0 == "#" }.count
        let opened = title.dropLast(closing)
        let isClosed = closing > 0 && (opened.isEmpty || opened.last == " ")
        return (level, isClosed ? trimmed(opened) : title)
    }

    /// The level of a setext heading that this line underlines.
    private static func underline(_ line: Substring) -> Int? {
        guard let line = unindented(line).map(trimmed), let mark = line.first,
            line.allSatisfy({ $0 == mark })
        else { return nil }
        return mark == "=" ? 1 : mark == "-" ? 2 : nil
    }

    /// The line without up to three spaces before it; nil when it is indented further.
    private static func unindented(_ line: Substring) -> Substring? {
        let spaces = line.prefix { $0 == " " }.count
        return spaces <= 3 && !line.hasPrefix("\t") ? line.dropFirst(spaces) : nil
    }

    private static func trimmed(_ text: some StringProtocol) -> String {
        let start = text.drop { $0.isWhitespace }
        let end = start.lastIndex { !$0.isWhitespace }
        return end.map { String(start[...$0]) } ?? ""
    }
}
