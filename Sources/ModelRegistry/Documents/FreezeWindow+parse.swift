extension FreezeWindow {
    /// The most windows of one environment.
    private static let countLimit = 100

    /// Reads the list below `freeze`.
    static func windows(_ node: DocumentNode) throws(DocumentError) -> [FreezeWindow] {
        var windows: [FreezeWindow] = []
        for item in try node.items() {
            let window = try FreezeWindow(item)
            guard !windows.contains(window) else { throw item.error("is there twice") }
            windows.append(window)
        }
        guard !windows.isEmpty else { throw node.error("must not be empty") }
        guard windows.count <= countLimit else {
            throw node.error("has \(windows.count) windows; the limit is \(countLimit)")
        }
        guard !windows.isEndless else {
            throw node.error(
                "leaves no time in the week at which anything could be approved",
                hint: "leave a gap between the windows")
        }
        return windows
    }

    private init(_ node: DocumentNode) throws(DocumentError) {
        _ = try node.members(["from", "to", "timeZone"])
        let (from, to) = (try node.required("from"), try node.required("to"))
        let zone = try Self.zone(try node.required("timeZone"))
        switch (try Moment(from), try Moment(to)) {
        case (.weekly(let start), .weekly(let end)):
            guard start != end else { throw to.error("is the same as 'from'") }
            self.init(.weekly(from: start, to: end), zone: zone)
        case (.once(let start), .once(let end)):
            guard start < end else { throw to.error("is not after 'from'") }
            self.init(.once(from: start, to: end), zone: zone)
        case (.weekly, .once), (.once, .weekly):
            throw node.error(
                "mixes a day of the week and a date",
                hint: "write both ends like \"Fri 16:00\", or both like \"2026-12-20T00:00\"")
        }
    }

    private static func zone(_ node: DocumentNode) throws(DocumentError) -> LocalZone {
        let name = try node.text()
        guard let zone = LocalZone(name) else {
            throw node.error(
                "is '\(name)', which is not a time zone's name",
                hint: "a name of the IANA database such as Europe/Berlin, or UTC")
        }
        return zone
    }

    /// One end of a window.
    private enum Moment {
        case weekly(Int)
        case once(Int64)

        init(_ node: DocumentNode) throws(DocumentError) {
            let text = try node.text()
            if let minute = Self.minute(text) {
                self = .weekly(minute)
            } else if let time = Timestamp("\(text):00Z"), time.description == "\(text):00Z" {
                // Written again, it differs where the month has no such day.
                self = .once(time.seconds)
            } else {
                throw node.error(
                    "is '\(text)', which is no time of a freeze window",
                    hint: "a day and a time such as \"Fri 16:00\", or \"2026-12-20T00:00\"")
            }
        }

        /// Reads `Fri 16:00` into minutes since Monday 00:00.
        private static func minute(_ text: String) -> Int? {
            // The rest is checked as the time of some day.
            guard
                let day = Weekday.allCases.firstIndex(where: { text.hasPrefix("\($0.rawValue) ") }),
                let time = Timestamp("2000-01-01T\(text.dropFirst(4)):00Z")
            else { return nil }
            return day * 24 * 60 + Int(time.seconds % 86_400) / 60
        }
    }
}
