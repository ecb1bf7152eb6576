import Testing

@testable import ModelRegistry

/// When a window is open, above all where clocks are changed.
@Suite struct FreezeWindowTests {
    private func window(
        _ from: String, _ to: String, _ zone: String = "Europe/Berlin"
    ) throws -> FreezeWindow {
        let text = "[{from: \"\(from)\", to: \"\(to)\", timeZone: \(zone)}]"
        return try FreezeWindow.windows(DocumentNode(yaml: text.bytes, file: "freeze.yaml"))[0]
    }

    private func time(_ text: String) throws -> Timestamp { try #require(Timestamp(text)) }

    /// Demands that the window is open from the first of two instants to just before the second.
    private func expectOpen(
        _ window: FreezeWindow, from: String, to: String,
        at location: SourceLocation = #_sourceLocation
    ) throws {
        let (from, to) = (try time(from), try time(to))
        func second(_ time: Timestamp, _ shift: Int64) -> Timestamp {
            Timestamp(seconds: time.seconds + shift)
        }
        #expect(!window.contains(second(from, -1)), sourceLocation: location)
        #expect(window.contains(from), sourceLocation: location)
        #expect(window.end(after: from) == to, sourceLocation: location)
        #expect(window.contains(second(to, -1)), sourceLocation: location)
        #expect(!window.contains(to), sourceLocation: location)
        #expect(window.end(after: to) == nil, sourceLocation: location)
    }

    @Test func aWeeklyWindowIsHalfOpenAndComesEveryWeek() throws {
        let window = try window("Tue 09:00", "Tue 17:30")
        try expectOpen(window, from: "2026-01-06T08:00:00Z", to: "2026-01-06T16:30:00Z")
        try expectOpen(window, from: "2026-07-07T07:00:00Z", to: "2026-07-07T15:30:00Z")
    }

    @Test func aWeeklyWindowMayReachIntoTheNextWeek() throws {
        let window = try window("Fri 16:00", "Mon 08:00")
        try expectOpen(window, from: "2026-01-09T15:00:00Z", to: "2026-01-12T07:00:00Z")
        // Before 1970 too, where remainders are negative.
        try expectOpen(window, from: "1969-12-26T15:00:00Z", to: "1969-12-29T07:00:00Z")
    }

    @Test func aWeekendKeepsItsLocalEndsWhenClocksAreSetForward() throws {
        // In the night to 29 March 2026 Berlin goes from UTC+1 to UTC+2.
        let window = try window("Fri 16:00", "Mon 08:00")
        try expectOpen(window, from: "2026-03-27T15:00:00Z", to: "2026-03-30T06:00:00Z")
    }

    @Test func aWeekendKeepsItsLocalEndsWhenClocksAreSetBack() throws {
        let window = try window("Fri 16:00", "Mon 08:00")
        try expectOpen(window, from: "2026-10-23T14:00:00Z", to: "2026-10-26T07:00:00Z")
    }

    @Test func aTimeThatClocksJumpOverIsTheInstantOfTheJump() throws {
        // 02:00 to 03:00 is missing on 29 March 2026; the jump is at 01:00 UTC.
        try expectOpen(
            window("Sat 12:00", "Sun 02:30"), from: "2026-03-28T11:00:00Z",
            to: "2026-03-29T01:00:00Z")
        try expectOpen(
            window("Sun 02:30", "Sun 12:00"), from: "2026-03-29T01:00:00Z",
            to: "2026-03-29T10:00:00Z")
        // A window inside the gap never opens.
        let inside = try window("2026-03-29T02:10", "2026-03-29T02:50")
        #expect(try !inside.contains(time("2026-03-29T01:00:00Z")))
        #expect(try !inside.contains(time("2026-03-29T00:59:59Z")))
    }

    @Test func ofATimeThatComesTwiceTheWindowHasBoth() throws {
        // 02:00 to 03:00 comes twice on 25 October 2026, from 00:00 and from 01:00 UTC.
        try expectOpen(
            window("Sun 02:30", "Sun 12:00"), from: "2026-10-25T00:30:00Z",
            to: "2026-10-25T11:00:00Z")
        try expectOpen(
            window("Sat 12:00", "Sun 02:30"), from: "2026-10-24T10:00:00Z",
            to: "2026-10-25T01:30:00Z")
        try expectOpen(
            window("2026-10-25T02:15", "2026-10-25T02:45"), from: "2026-10-25T00:15:00Z",
            to: "2026-10-25T01:45:00Z")
    }

    @Test func datesAreLocalTimesOfTheirZone() throws {
        try expectOpen(
            window("2026-12-20T00:00", "2027-01-03T00:00"), from: "2026-12-19T23:00:00Z",
            to: "2027-01-02T23:00:00Z")
        try expectOpen(
            window("2026-12-20T00:00", "2027-01-03T00:00", "Asia/Kolkata"),
            from: "2026-12-19T18:30:00Z", to: "2027-01-02T18:30:00Z")
        try expectOpen(
            window("2026-12-20T00:00", "2027-01-03T00:00", "UTC"), from: "2026-12-20T00:00:00Z",
            to: "2027-01-03T00:00:00Z")
    }

    @Test func clocksMayBeChangedByHalfAnHour() throws {
        // Lord Howe goes back from UTC+11 to UTC+10:30 at 02:00 on 5 April 2026, 15:00 UTC the day before.
        try expectOpen(
            window("2026-04-05T01:45", "2026-04-05T03:00", "Australia/Lord_Howe"),
            from: "2026-04-04T14:45:00Z", to: "2026-04-04T16:30:00Z")
    }

    @Test func windowsThatFollowOnEachOtherEndTogether() throws {
        let week = [try window("Mon 08:00", "Wed 12:00"), try window("Wed 12:00", "Thu 09:00")]
        let end = try #require(week.end(after: try time("2026-01-06T00:00:00Z")))
        #expect(end.zone.text(end.time) == "Thu 2026-01-08 09:00 Europe/Berlin")
        #expect(try week.end(after: time("2026-01-09T00:00:00Z")) == nil)
    }

    @Test(arguments: ["Europe/Nowhere", "europe/berlin", "EST", "CET", "GMT+2", "+02:00", "''"])
    func otherZonesAreRefused(name: String) {
        #expect(
            refusal { () throws(DocumentError) in
                try FreezeWindow.windows(
                    DocumentNode(
                        yaml: "[{from: Fri 16:00, to: Mon 08:00, timeZone: \(name)}]".bytes,
                        file: "f.yaml"))
            } == "f.yaml:1: '[0].timeZone' is '\(name.replacing("'", with: ""))', which is not a "
                + "time zone's name\nhint: a name of the IANA database such as Europe/Berlin, or UTC"
        )
    }

    @Test(arguments: [
        "Fri", "Fri 16", "Fri 16:60", "Fri 24:00", "Friday 16:00", "fri 16:00", "Fri 9:00",
        "16:00", "2026-02-30T00:00", "2026-13-01T00:00", "2026-12-20", "2026-12-20T00:00:00",
        "2026-12-20T00:00Z", "2026-12-20 00:00",
    ])
    func otherTimesAreRefused(text: String) {
        #expect(
            complaint { () throws(DocumentError) in
                try FreezeWindow.windows(
                    DocumentNode(
                        yaml: "[{from: \"\(text)\", to: Mon 08:00, timeZone: UTC}]".bytes,
                        file: "f.yaml"))
            } == "f.yaml:1: '[0].from' is '\(text)', which is no time of a freeze window")
    }
}
