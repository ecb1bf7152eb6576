import ModelRegistry
import SystemPackage
import Testing

@testable import Notifications

struct RulesTests {
    static let event = CloudEvent(
        id: "7", source: "signet:abc", type: "run.finished", subject: "dev/churn",
        time: Samples.time,
        data: [
            "model": "churn", "version": 3, "score": .number(0.5), "urgent": true, "nothing": .null,
            "run": ["status": "failed"], "roles": ["approver", "risk"],
        ])

    @Test(arguments: [
        ("type: run.finished", true),
        ("type: run.started", false),
        ("type: [run.started, run.finished]", true),
        ("type: {prefix: run.}", true),
        ("type: {prefix: proposal.}", false),
        ("type: {anything-but: run.finished}", false),
        ("type: {anything-but: [run.started]}", true),
        ("source: 'signet:abc'", true),
        ("subject: {prefix: dev/}", true),
        ("data.model: churn", true),
        ("data.model: [fraud, churn]", true),
        ("data.model: fraud", false),
        ("data.model: {prefix: ch}", true),
        ("data.model: {anything-but: [churn]}", false),
        ("data.version: 3", true),
        ("data.version: 3.0", true),
        ("data.version: '3'", false),
        ("data.score: 0.5", true),
        ("data.urgent: true", true),
        ("data.urgent: 'true'", false),
        ("data.run.status: [failed, error]", true),
        ("data.run.status.deeper: failed", false),
        ("data.roles: risk", true),
        ("data.roles: {anything-but: risk}", false),
        ("data.model: {exists: true}", true),
        ("data.model: {exists: false}", false),
        ("data.absent: {exists: false}", true),
        ("data.absent: {exists: true}", false),
        ("data.absent: churn", false),
        ("data.absent: {anything-but: churn}", false),
        ("data.nothing: {exists: false}", true),
        ("type: run.finished, data.model: churn", true),
        ("type: run.finished, data.model: fraud", false),
    ])
    func aConditionHoldsExactlyWhenItSays(match: String, expected: Bool) throws {
        let rules = try parse("- {name: r, match: {\(match)}, to: [mail]}")
        #expect(rules.targets(for: Self.event) == (expected ? ["mail"] : []))
    }

    @Test func targetsComeInTheOrderOfTheRulesAndOnce() throws {
        let rules = try parse(
            """
            - {name: a, match: {type: run.finished}, to: [mail, chat]}
            - {name: b, match: {type: run.started}, to: [never]}
            - {name: c, match: {data.model: churn}, to: [chat, propose-next, mail]}
            """)
        #expect(rules.targets(for: Self.event) == ["mail", "chat", "propose-next"])
    }

    @Test(arguments: [
        (
            "- {name: r, match: {type: run.finished}, to: [mail], also: x}", 4,
            "rules[0].also", "is not a known key"
        ),
        (
            "- {name: r, match: {typ: run.finished}, to: [mail]}", 4,
            "rules[0].match.typ", "is not a field of an event"
        ),
        (
            "- {name: r, match: {data: x}, to: [mail]}", 4,
            "rules[0].match.data", "is not a field of an event"
        ),
        (
            "- name: r\n  match:\n    type: run.finnished\n  to: [mail]", 6,
            "rules[0].match.type", "names 'run.finnished', which is not a type of event"
        ),
        ("- {name: r, match: {}, to: [mail]}", 4, "rules[0].match", "names no condition"),
        (
            "- {name: r, match: {data.a: {suffix: x}}, to: [mail]}", 4,
            "rules[0].match.data.a.suffix", "is not a known key"
        ),
        (
            "- {name: r, match: {data.a: {prefix: x, exists: true}}, to: [mail]}", 4,
            "rules[0].match.data.a", "must hold one operator"
        ),
        (
            "- {name: r, match: {data.a: []}, to: [mail]}", 4,
            "rules[0].match.data.a", "is an empty list, which nothing matches"
        ),
        (
            "- {name: r, match: {data.a: null}, to: [mail]}", 4,
            "rules[0].match.data.a", "compares with null"
        ),
        (
            "- {name: r, match: {data.a: [[x]]}, to: [mail]}", 4,
            "rules[0].match.data.a", "must be a scalar or a list of scalars"
        ),
        (
            "- {name: r, match: {data.a: {exists: maybe}}, to: [mail]}", 4,
            "rules[0].match.data.a.exists", "must be true or false"
        ),
        (
            "- {name: r, match: {type: run.finished}, to: [/bin/sh]}", 4,
            "rules[0].to[0]", "names '/bin/sh', which can't be a target's name"
        ),
        ("- {name: r, match: {type: run.finished}}", 4, "rules[0]", "lacks the key 'to'"),
        ("- {name: r, match: {type: run.finished}, to: mail}", 4, "rules[0].to", "must be a list"),
    ])
    func aWrongRuleIsRefusedWithItsPlace(
        rule: String, line: Int, field: String, problem: String
    ) throws {
        let error = try #require(throws: DocumentError.self) { try parse(rule) }
        #expect(error.file == "rules.yaml")
        #expect(error.field == field)
        #expect(error.problem == problem)
        #expect(error.line == line)
    }

    @Test func twoRulesOfOneNameAreRefused() throws {
        let rule = "- {name: r, match: {type: run.finished}, to: [mail]}\n"
        let error = try #require(throws: DocumentError.self) { try parse(rule + rule) }
        #expect(error.field == "rules[1]")
    }

    @Test func anotherKindOfDocumentIsRefused() throws {
        let text = "apiVersion: signet/v1\nkind: Policy\nrules: []\n"
        let error = try #require(throws: DocumentError.self) {
            try Rules.parse(Array(text.utf8), file: "rules.yaml")
        }
        #expect(error.field == "kind")
    }

    @Test func targetsThatTheConfigurationLacksAreNamedOnce() throws {
        let rules = try parse(
            """
            - {name: a, match: {type: run.finished}, to: [mail, chat]}
            - {name: b, match: {type: run.started}, to: [chat, pager]}
            """)
        let configuration = LocalConfiguration.standard(folder: "/registry/signet")
        #expect(rules.targets(missingFrom: configuration) == ["chat", "pager"])
    }

    @Test(
        arguments: [
            ("proposal.opened", [:], ["mail"]),
            ("proposal.closed", ["outcome": "rejected"], ["mail"]),
            ("proposal.closed", ["outcome": "merged"], []),
            ("environment.advanced", ["action": "approved"], ["inference", "mail"]),
            ("environment.advanced", ["action": "parameters changed"], ["inference", "mail"]),
            ("environment.advanced", ["action": "withdrawn"], ["mail"]),
            ("environment.advanced", ["action": "configuration"], ["mail"]),
            ("run.started", [:], []),
            ("run.finished", ["run": ["status": "passed"]], ["propose-next"]),
            ("run.finished", ["run": ["status": "failed"]], ["mail"]),
            ("run.finished", ["run": ["status": "error"]], ["mail"]),
            ("run.finished", ["run": ["status": "skipped"]], []),
            ("registry.alarm", [:], ["mail"]),
            ("version.registered", [:], []),
        ] as [(String, [String: DocumentValue], [String])])
    func theStarterRulesMakeTheWalk(
        type: String, data: [String: DocumentValue], targets: [String]
    ) throws {
        let rules = try Rules.parse(Array(StarterRules.yaml.utf8), file: "rules.yaml")
        #expect(rules.targets(for: Samples.event(type: type, data: data)) == targets)
        let configuration = LocalConfiguration.standard(folder: "/registry/signet")
        #expect(rules.targets(missingFrom: configuration) == [])
    }

    private func parse(_ rules: String) throws -> Rules {
        let text = "apiVersion: signet/v1\nkind: Rules\nrules:\n\(rules)\n"
        return try Rules.parse(Array(text.utf8), file: "rules.yaml")
    }
}
