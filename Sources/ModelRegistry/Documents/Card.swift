/// Reads a model card's Markdown as far as rules and mails need it.
package enum Card {
    /// The bodies of the card's sections by their headings.
    ///
    /// A section reaches to the next heading of its own or a higher level. Headings in fenced code,
    /// HTML comments and the front matter don't count. Equal headings share one entry.
    package static func sections(of markdown: [UInt8]) -> [String: String] {
        let blocks = CardReader.blocks(of: markdown)
        var sections: [String: String] = [:]
        for (index, block) in blocks.enumerated() where block.level > 0 {
            let below = blocks[(index + 1)...].prefix { $0.level > block.level }
            for text in [block.body] + below.flatMap({ [$0.heading, $0.body] }) where !text.isEmpty
            {
                let isFirst = sections[block.heading, default: ""].isEmpty
                sections[block.heading, default: ""] += isFirst ? text : "\n\n" + text
            }
            if sections[block.heading] == nil { sections[block.heading] = "" }
        }
        return sections
    }

    /// Those of `sections` that the card lacks, or that hold no text; upper and lower case are alike.
    package static func missing(sections: [String], in markdown: [UInt8]) -> [String] {
        let blocks = CardReader.blocks(of: markdown)
        var filled: Set<String> = []
        for (index, block) in blocks.enumerated() where block.level > 0 {
            let below = blocks[(index + 1)...].prefix { $0.level > block.level }
            guard !block.body.isEmpty || below.contains(where: { !$0.body.isEmpty }) else {
                continue
            }
            filled.insert(block.heading.lowercased())
        }
        return sections.filter { !filled.contains($0.lowercased()) }
    }

    /// The first `lines` lines of text, without front matter, comments, headings and empty lines.
    package static func excerpt(of markdown: [UInt8], lines: Int) -> String {
        CardReader.blocks(of: markdown)
            .flatMap { $0.body.split(separator: "\n") }
            .prefix(max(lines, 0)).joined(separator: "\n")
    }
}
