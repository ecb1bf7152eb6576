import Testing

@testable import ModelRegistry

/// Durations and patterns, as a policy writes them.
@Suite struct PolicyValueTests {
    @Test(arguments: [
        ("1s", 1), ("90s", 90), ("15m", 900), ("24h", 86_400), ("7d", 604_800), ("2w", 1_209_600),
        ("3650d", 315_360_000),
    ])
    func aDurationIsANumberAndAUnit(text: String, seconds: Int64) throws {
        #expect(try PolicyDuration(text).seconds == seconds)
        #expect(try PolicyDuration(text).description == text)
    }

    @Test(arguments: [
        "", "h", "24", "0h", "024h", "-1h", "+1h", "1.5h", "24 h", "24H", "1y", "1h30m", "٣h",
    ])
    func otherDurationsAreRefused(text: String) {
        #expect(
            complaint { () throws(DocumentError) in try PolicyDuration(text) }
                == "is '\(text)', which is not a duration")
    }

    @Test(arguments: ["3651d", "522w", "99999999999999999999s", "9223372036854775807w"])
    func aDurationOfMoreThanTenYearsIsRefused(text: String) {
        #expect(
            complaint { () throws(DocumentError) in try PolicyDuration(text) }
                == "is '\(text)', which is longer than ten years")
    }

    @Test func durationsAreEqualByTheirLength() throws {
        #expect(try PolicyDuration("24h") == PolicyDuration("1d"))
        #expect(try PolicyDuration("24h") != PolicyDuration("25h"))
    }

    @Test(arguments: [
        (0, "0s"), (59, "59s"), (60, "1m"), (3661, "1h 1m"), (86_400, "1d"), (86_460, "1d"),
        (90_000, "1d 1h"), (864_000, "10d"),
    ])
    func aLengthIsSaidInItsTwoLargestUnits(seconds: Int64, text: String) {
        #expect(PolicyDuration.text(of: seconds) == text)
    }

    @Test(arguments: [
        ("churn", "churn", true), ("churn", "churn/eu", false), ("churn", "fraud", false),
        ("credit/*", "credit/eu", true), ("credit/*", "credit", false),
        ("credit/*", "credit/eu/retail", false), ("*", "churn", true), ("*", "credit/eu", false),
        ("credit/**", "credit/eu", true), ("credit/**", "credit/eu/retail", true),
        ("credit/**", "credit", false), ("credit/**", "credits/eu", false),
        ("**", "churn", true), ("**", "credit/eu/retail", true),
        ("*/eu", "credit/eu", true), ("*/eu", "credit/us", false),
        ("*/eu/**", "credit/eu/retail", true), ("*/eu/**", "credit/eu", false),
        ("*/*/*", "credit/eu/retail", true),
    ])
    func aPatternMatchesBySegments(pattern: String, model: String, isMatch: Bool) throws {
        #expect(try ModelPattern(pattern).matches(ModelName(model)) == isMatch)
    }

    @Test(arguments: [
        "", "/", "a//b", "a/**/b", "cre*", "***", "a/b/c/**", "Churn", "a/../b", "v3", "a.lock",
        "?",
    ])
    func otherPatternsAreRefused(text: String) {
        #expect(
            complaint { () throws(DocumentError) in try ModelPattern(text) }
                == "'\(text)' is not a pattern of models")
    }
}
