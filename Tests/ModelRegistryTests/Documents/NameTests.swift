import Foundation
import ModelRegistry
import Testing

@Suite struct NameTests {
    @Test(arguments: ["churn", "eu/churn", "a/b/c", "c", "churn-2.1_x", "v", "vx", "v1x", "7"])
    func aModelNameIsKeptAsWritten(text: String) throws {
        #expect(try ModelName(text).text == text)
    }

    @Test(arguments: [
        ("", "it has an empty segment"), ("a//b", "it has an empty segment"),
        ("/a", "it has an empty segment"), ("a/b/c/d", "it has 4 segments"),
        ("Churn", "'Churn' has other characters than a-z 0-9 . _ -"),
        ("chürn", "'chürn' has other characters than a-z 0-9 . _ -"),
        // Nothing that can't be seen, or sits on a letter.
        ("chur\u{34F}n", "'chur\u{34F}n' has other characters than a-z 0-9 . _ -"),
        ("churn\u{200D}", "'churn\u{200D}' has other characters than a-z 0-9 . _ -"),
        ("b\u{301}c", "'b\u{301}c' has other characters than a-z 0-9 . _ -"),
        ("a b", "'a b' has other characters than a-z 0-9 . _ -"),
        ("-a", "'-a' does not begin and end with a letter or digit"),
        ("a.", "'a.' does not begin and end with a letter or digit"),
        ("a..b", "'a..b' has '..'"), ("x/v12", "'v12' reads like a version"),
        ("a.lock", "'a.lock' is reserved"), ("a.yaml/b", "'a.yaml' is reserved"),
        ("a/artifacts", "'artifacts' is reserved"),
        ("promote/dev", "'promote/' is where branches of another kind are"),
        (
            String(repeating: "a", count: 65),
            "'\(String(repeating: "a", count: 65))' is longer than 64"
        ),
    ])
    func aModelNameThatBreaksTheRulesIsRefused(text: String, why: String) {
        #expect(
            complaint { () throws(DocumentError) in try ModelName(text) }
                == "'\(text)' is not a model name: \(why)")
    }

    @Test func aSegmentMayHave64Characters() throws {
        let text = String(repeating: "a", count: 64)
        #expect(try ModelName(text).text == text)
    }

    @Test func aModelKnowsItsPlaces() throws {
        let name = try ModelName("eu/churn")
        for path in [
            name.parametersPath, name.modelPath + "/model.yaml", name.evidencePath + "/dev.json",
            name.modelPath + "/artifacts/deep/model.onnx",
        ] {
            #expect(ModelName.names(ofScopeWith: path).contains("eu/churn"), "\(path)")
        }
        for path in ["models", "evidence", "", "/", ".signet/policy.yaml", "models/eu"] {
            #expect(ModelName.names(ofScopeWith: path) == [], "\(path)")
        }
        #expect(name.branch == "refs/heads/models/eu/churn")
        #expect(name.modelPath == "models/eu/churn")
        #expect(name.parametersPath == "parameters/eu/churn.yaml")
        #expect(name.evidencePath == "evidence/eu/churn")
    }

    @Test func onlyPathPrefixesConflict() throws {
        let churn = try ModelName("churn")
        let below = try ModelName("churn/eu")
        let beside = try ModelName("churn-eu")
        #expect(churn.isPrefix(of: below))
        #expect(!below.isPrefix(of: churn))
        #expect(churn.conflicts(with: below) && below.conflicts(with: churn))
        #expect(!churn.conflicts(with: beside))
        #expect(!churn.conflicts(with: churn))
    }

    @Test func aVersionIsWrittenWithAnAtSign() throws {
        let version = try ModelVersion("eu/churn@7")
        #expect(version.model.text == "eu/churn")
        #expect(version.number == 7)
        #expect(version.description == "eu/churn@7")
        #expect(version.tag == "eu/churn/v7")
        #expect(version.tagReference == "refs/tags/eu/churn/v7")
    }

    @Test func versionsAreOrderedByNumber() throws {
        let versions = try ["b@1", "a@10", "a@9"].map { try ModelVersion($0) }
        #expect(versions.sorted().map(\.description) == ["a@9", "a@10", "b@1"])
    }

    @Test(arguments: ["0", "-1", "01", "+1", "1.0", "", "x", "1000000000", "99999999999999999999"])
    func aVersionNumberIsAPlainCount(number: String) {
        #expect(
            refusal { () throws(DocumentError) in try ModelVersion("churn@\(number)") }
                == "'churn@\(number)' is not a version: '\(number)' is not a version number\n"
                + "hint: write it like 'churn@1'")
    }

    @Test func aVersionNeedsANumberAndASelectorDoesNot() throws {
        #expect(
            refusal { () throws(DocumentError) in try ModelVersion("churn") }
                == "'churn' is not a version: it has no number\nhint: write it like 'churn@1'")
        #expect(try ModelSelector("churn").number == nil)
        #expect(try ModelSelector("churn@3").number == 3)
        #expect(try ModelSelector("churn@3").description == "churn@3")
    }

    @Test func anEnvironmentKnowsItsBranches() throws {
        let environment = try Environment("prod-eu")
        let version = try ModelVersion("churn@7")
        #expect(environment.branch == "refs/heads/env/prod-eu")
        #expect(environment.runsBranch == "refs/heads/runs/prod-eu")
        #expect(
            environment.proposalBranch(version) == "refs/heads/promote/prod-eu/churn/v7")
        #expect(environment.closedPrefix(version) == "refs/signet/closed/prod-eu/churn/v7/")
    }

    @Test(arguments: [
        "", "1a", "-a", "Prod", "a_b", "a/b", "a.b", "prod\n", "prod\u{200D}",
        "b\u{301}", String(repeating: "a", count: 33),
    ])
    func anEnvironmentThatBreaksTheRulesIsRefused(text: String) {
        #expect(
            refusal { () throws(DocumentError) in try Environment(text) }
                == "'\(text)' is not an environment's name\n"
                + "hint: 1 to 32 of a-z 0-9 -, of which the first is a letter")
    }

    @Test func aPrincipalMayBeAnAddress() throws {
        #expect(try PrincipalID("Jane.Doe+x_1@example-1.com").text == "Jane.Doe+x_1@example-1.com")
        #expect(PrincipalID.registry.isService && PrincipalID.runner.isService)
        #expect(try !PrincipalID("jane").isService)
    }

    @Test(arguments: ["", "a b", "a,b", "*", "a\"b", "jäne", String(repeating: "a", count: 129)])
    func aPrincipalThatBreaksTheRulesIsRefused(text: String) {
        #expect(
            complaint { () throws(DocumentError) in try PrincipalID(text) }
                == "'\(text)' is not a principal's id")
    }

    @Test func aRoleThatBreaksTheRulesIsRefused() throws {
        #expect(try RoleName("risk-2").text == "risk-2")
        #expect(
            complaint { () throws(DocumentError) in try RoleName("Risk") }
                == "'Risk' is not a role's name")
    }

    @Test func namesAreEncodedAsTheirText() throws {
        let versions = [try ModelVersion("churn@7")]
        let encoded = try JSONEncoder().encode(versions)
        #expect(String(decoding: encoded, as: UTF8.self) == "[\"churn@7\"]")
        #expect(try JSONDecoder().decode([ModelVersion].self, from: encoded) == versions)
        #expect(throws: DecodingError.self) {
            try JSONDecoder().decode([ModelVersion].self, from: Data("[\"churn\"]".utf8))
        }
    }
}
