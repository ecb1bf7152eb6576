import Testing

@testable import ModelRegistry

/// Times as people write them.
struct AuditTimeTests {
    @Test(arguments: [
        ("2026-01-31T09:30:00Z", "2026-01-31T09:30:00Z"),
        ("2026-01-31t09:30:00z", "2026-01-31T09:30:00Z"),
        ("2026-01-31 09:30:00.75Z", "2026-01-31T09:30:00Z"),
        ("2026-01-31T09:30:00+02:00", "2026-01-31T07:30:00Z"),
        ("2026-12-31T23:30:00-01:30", "2027-01-01T01:00:00Z"),
        ("2026-01-31", "2026-01-31T00:00:00Z"), ("2024-02-29", "2024-02-29T00:00:00Z"),
    ])
    func theseAreTimes(_ text: String, _ time: String) {
        #expect(AuditTime.parse(text)?.description == time)
    }

    @Test func aDateAtTheEndIsTheWholeDay() {
        #expect(
            AuditTime.parse("2026-01-31", isEnd: true)?.description == "2026-01-31T23:59:59Z")
        #expect(
            AuditTime.parse("2026-01-31T09:30:00Z", isEnd: true)?.description
                == "2026-01-31T09:30:00Z")
    }

    @Test(arguments: [
        "", "yesterday", "2026", "2026-1-31", "2026-02-29", "2026-02-31", "2026-13-01",
        "2026-01-31T", "2026-01-31T09:30", "2026-01-31T09:30:00", "2026-01-31T24:00:00Z",
        "2026-01-31T09:30:00+24:00", "2026-01-31T09:30:00+02", "20260131T093000Z",
        " 2026-01-31", "2026-01-31T09:30:00Z ",
    ])
    func theseAreNot(_ text: String) {
        #expect(AuditTime.parse(text) == nil)
    }
}
