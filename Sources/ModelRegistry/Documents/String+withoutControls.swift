extension String {
    /// The text without what a terminal, a page or a mail would obey: control characters but for line
    /// ends and tabs, and those that turn the direction of text, each shown as `\u{FFFD}`.
    package var withoutControls: String {
        guard unicodeScalars.contains(where: \.isObeyed) else { return self }
        return String(
            String.UnicodeScalarView(unicodeScalars.map { $0.isObeyed ? "\u{FFFD}" : $0 }))
    }
}

extension Unicode.Scalar {
    fileprivate var isObeyed: Bool {
        if ("\u{20}"..."\u{7E}").contains(self) || self == "\n" || self == "\t" { return false }
        return switch properties.generalCategory {
        case .control, .format, .lineSeparator, .paragraphSeparator: true
        default: false
        }
    }
}
