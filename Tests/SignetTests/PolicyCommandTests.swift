import Foundation
import Testing

/// `policy check` and `policy diff`: a draft in words, tried, and compared.
struct PolicyCommandTests {
    /// Main's policy with every rule there is for prod, and a risk officer.
    private func draft(_ fixture: Fixture) throws -> String {
        try fixture.policy {
            $0.replacing("serial: 1", with: "serial: 2")
                .replacing(
                    "  - {id: kim",
                    with: "  - {id: omar, name: Omar Oz, email: omar@example.com}\n  - {id: kim"
                )
                .replacing("  approver: {\"*\": [ravi, jane, kim]}", with: Self.roles)
                .replacing(Self.prod, with: Self.prod + Self.rules)
                + "scopes: {kim: [\"credit/**\"]}\n"
        }
    }

    private static let roles = """
          approver: {dev: [ravi, jane, kim], prod: [jane, kim]}
          risk: {prod: [omar]}
          audit: {"*": [omar]}
        """
    private static let prod = "    after: dev\n    approvals: {approver: 1"
    private static let rules = """
        , risk: 1}
            soak: 24h
            freeze:
              - {from: "Fri 16:00", to: "Mon 08:00", timeZone: Europe/Berlin}
              - {from: "2020-12-20T00:00", to: "2021-01-03T00:00", timeZone: Asia/Tokyo}
            approvalMaxAge: 7d
            breakGlass: {reapproveWithin: 72h, approvals: {admin: 1}
        """

    /// Main's keys with Omar's among them, and Kim's retired in the far future.
    private func keys(_ fixture: Fixture) throws -> String {
        let omar = fixture.folder.appending(path: "omar").path
        try fixture.run("ssh-keygen", "-q", "-t", "ed25519", "-N", "", "-f", omar)
        let key = try String(contentsOfFile: omar + ".pub", encoding: .utf8)
        let text = try fixture.git("show", "main:.signet/allowed_signers").output
        return try fixture.write(
            "allowed_signers",
            text.replacing(
                "kim namespaces=\"git\"",
                with: "kim namespaces=\"git\",valid-before=\"22000101000000Z\"")
                + "omar namespaces=\"git\" \(key)")
    }

    @Test func checkExplainsADraftAndTriesIt() throws {
        try Fixture.with(environments: "dev,prod") { fixture in
            let policy = try draft(fixture)
            fixture.expect(
                try fixture.signet("policy", "check", policy),
                complaint: """
                    error: <folder>/policy.yaml: 'environments[1].approvals' asks for 1 'risk', \
                    but 0 with a live key hold this role in 'prod'
                    hint: grant the role to a principal with a key in allowed_signers
                    """)
            try fixture.register("churn")
            let checked = try fixture.signet(
                "policy", "check", policy, "--allowed-signers", keys(fixture))
            fixture.expect(
                checked,
                """
                serial 2: can be satisfied
                dev
                  approve    1 approver of jane, kim, ravi
                  propose    ada, jane, kim, ravi, registry
                  four eyes  nobody approves what they registered or proposed
                prod
                  approve      1 approver of jane, kim and 1 risk of omar, all of them different
                  propose      ada, jane, kim, ravi, registry
                  four eyes    nobody approves what they registered or proposed
                  after        dev has accepted the version
                  run          a run in dev has passed
                  soak         24h unchanged in dev
                  freeze       nothing is approved from Fri 16:00 to Mon 08:00 Europe/Berlin
                  freeze       nothing is approved from 2020-12-20T00:00 to 2021-01-03T00:00 \
                Asia/Tokyo
                  age          an approval counts for 7d
                  break-glass  1 admin of ada may override requirements, soak, freeze and age; \
                to be approved as usual within 72h
                everywhere
                  register       ada, jane, kim, ravi
                  policy change  1 admin of ada
                  scope          kim approves and rejects credit/** alone
                warning: the role 'audit' is granted, but nothing asks for it
                warning: without 'ada' the policy can never be changed again
                warning: prod: without 'omar' nothing can be approved
                warning: prod: the freeze from 2020-12-20T00:00 to 2021-01-03T00:00 Asia/Tokyo is over
                after serial 1 of main: would be accepted
                after serial 1 of env/dev: would be accepted
                after serial 1 of env/prod: would be accepted
                """)
        }
    }

    @Test func checkSaysWhereADraftWouldBeRefused() throws {
        try Fixture.with(environments: "dev,prod") { fixture in
            let policy = try fixture.policy { $0.replacing("name: prod", with: "name: live") }
            let before = try fixture.state()
            let only = try fixture.git("show", "main:.signet/allowed_signers").output
                .split(separator: "\n").filter { !$0.hasPrefix("kim") }
            let keys = try fixture.write("allowed_signers", only.joined(separator: "\n") + "\n")
            let checked = try fixture.signet(
                "policy", "check", policy, "--allowed-signers", keys)
            #expect(checked.status == 1)
            #expect(checked.errors == "")
            let faults = """
                  serial: the serial goes from 1 to 1
                    hint: the serial only grows: write serial: 2
                  keys-kept: the key <fingerprint> of kim is removed or reassigned
                    hint: keys are retired with valid-before="…", never removed, so that history \
                stays readable
                """
            #expect(
                fixture.scrubbed(checked.output).hasSuffix(
                    """
                    warning: 'kim' holds roles, but has no valid key
                    warning: without 'ada' the policy can never be changed again
                    after serial 1 of main: would be refused
                    \(faults)
                    after serial 1 of env/dev: would be refused
                    \(faults)
                    after serial 1 of env/prod: would be refused
                    \(faults)
                      policy: the incoming policy drops 'prod'
                        hint: an environment that exists stays in the policy

                    """), "\(checked)")
            #expect(try fixture.state() == before)
        }
    }

    @Test func checkWarnsOfWhatHangsOnOnePerson() throws {
        try Fixture.with(environments: "dev,prod") { fixture in
            let policy = try fixture.policy {
                $0.replacing("serial: 1", with: "serial: 2").replacing(
                    "approver: {\"*\": [ravi, jane, kim]}",
                    with: "approver: {dev: [jane], prod: [jane, kim]}"
                ).replacing(
                    "approvals: {approver: 1}\n    fourEyes: true",
                    with: "approvals: {approver: 1}\n    fourEyes: false"
                ).replacing(
                    "after: dev\n    approvals: {approver: 1}\n    fourEyes: false",
                    with: """
                        after: dev
                            approvals: {approver: 1}
                            soak: 3d
                            breakGlass: {approvals: {approver: 1}, reapproveWithin: 72h}
                        """)
                    + "scopes: {jane: [churn], kim: [churn]}\n"
            }
            try #require(try fixture.register("fraud").status == 0)
            let checked = try fixture.json("policy", "check", policy)
            #expect(checked["serial"]?.number == 2)
            #expect(checked["satisfiable"]?.bool == true)
            let warnings = (0..<(checked["warnings"]?.count ?? 0)).map {
                checked["warnings"]?[$0]?.text
            }
            #expect(
                warnings == [
                    "without 'ada' the policy can never be changed again",
                    "dev: 'jane' may approve alone what they registered themselves",
                    "dev: without 'jane' nothing can be approved",
                    "dev: the scopes leave 'fraud' to too few approvers",
                    "prod: the scopes leave 'fraud' to too few approvers",
                    "prod: what skips its soak of 3d can't be approved again within "
                        + "reapproveWithin (72h)",
                ])
            #expect(checked["trials"]?[1]?["place"]?.text == "env/dev")
            #expect(checked["trials"]?[1]?["accepted"]?.bool == true)
            #expect(checked["environments"]?[1]?["rules"]?[0]?["rule"]?.text == "approve")
        }
    }

    private static let difference = """
        principals
          + omar: Omar Oz <omar@example.com>
        roles
          - approver everywhere: jane
          - approver everywhere: kim
          - approver everywhere: ravi
          + approver in dev: jane
          + approver in dev: kim
          + approver in dev: ravi
          + approver in prod: jane
          + approver in prod: kim
          + audit everywhere: omar
          + risk in prod: omar
        environment prod
          + approvalMaxAge: 7d
          ~ approvals: 1 approver → 1 approver and 1 risk
          + breakGlass.approvals: 1 admin
          + breakGlass.reapproveWithin: 72h
          + freeze: 2020-12-20T00:00 to 2021-01-03T00:00 Asia/Tokyo; Fri 16:00 to Mon 08:00 \
        Europe/Berlin
          + soak: 24h
        scopes
          + kim: credit/**
        keys
          ~ kim: <fingerprint> retired, valid until 2200-01-01T00:00:00Z
          + omar: <fingerprint> added
        """

    @Test func diffShowsWhatADraftAndAnOpenChangeAndARollOutChange() throws {
        try Fixture.with(environments: "dev,prod") { fixture in
            let (policy, keys) = (try draft(fixture), try keys(fixture))
            func expect(
                _ heading: String, _ difference: String, _ arguments: String...,
                at location: SourceLocation = #_sourceLocation
            ) throws {
                let outcome = try fixture.signet(["policy", "diff"] + arguments)
                // Unlike the times of commits, the one until when a key is valid is ours.
                #expect(outcome.status == 0, "\(outcome)", sourceLocation: location)
                let text = outcome.output.replacing(fixture.folder.path, with: "<folder>")
                    .replacing(/SHA256:[A-Za-z0-9+\/]{43}/, with: "<fingerprint>")
                #expect(text == "\(heading)\n\(difference)\n", sourceLocation: location)
            }
            try expect(
                "main (serial 1) → <folder>/policy.yaml (serial 2)", Self.difference, policy,
                "--allowed-signers", keys)
            try fixture.signet(
                "policy", "propose", policy, "--allowed-signers", keys, as: .ada)
            try expect("main (serial 1) → policy/2 (serial 2)", Self.difference, "2")
            fixture.expect(
                try fixture.signet("policy", "diff", "3"),
                complaint: """
                    error: there is no open change of configuration 3
                    hint: open: 2
                    """)
            try fixture.signet("policy", "approve", "2", "--reason", "agreed", as: .ada)
            try expect(
                "env/prod (serial 1) → main (serial 2)", Self.difference, "--env", "prod")
            try fixture.signet("policy", "roll-out", "--env", "prod", as: .ada)
            try expect(
                "env/prod (serial 2) → main (serial 2)", "nothing differs", "--env", "prod")
            let next = try fixture.policy { $0.replacing("serial: 2", with: "serial: 3") }
            try expect(
                "env/prod (serial 2) → <folder>/policy.yaml (serial 3)",
                "nothing but the serial differs", next, "--env", "prod")
            let rules = fixture.folder.appending(path: "rules.yaml")
            try """
            apiVersion: signet/v1
            kind: Rules
            rules:
              - name: ask
                match: {type: proposal.opened}
                to: [mail]

            """.write(to: rules, atomically: true, encoding: .utf8)
            let proposed = try fixture.signet(
                "policy", "propose", next, "--rules", rules.path, as: .ada)
            try #require(proposed.status == 0, "\(proposed)")
            let outcome = try fixture.signet("policy", "diff", "3")
            #expect(
                outcome.output.contains(
                    /\nfiles .*\n +~ \.signet\/rules\.yaml: [0-9a-f]{10} → [0-9a-f]{10}\n/),
                "\(outcome)")
        }
    }

    @Test func diffAsJSONHasOneListForEachKindOfThing() throws {
        try Fixture.with(environments: "dev") { fixture in
            let policy = try fixture.policy {
                $0.replacing("serial: 1", with: "serial: 2")
                    .replacing(
                        "environments:\n",
                        with: "environments:\n  - {name: lab, approvals: {approver: 2}}\n"
                    )
                    .replacing("policyChange: {admin: 1}", with: "policyChange: {approver: 2}")
                    .replacing("name: Kim", with: "name: Kim Kern")
            }
            let difference = try fixture.json("policy", "diff", policy)
            #expect(
                difference.keys == [
                    "environments", "files", "keys", "new", "old", "principals", "roles",
                    "scopes", "settings",
                ])
            #expect(difference["old"]?["name"]?.text == "main")
            #expect(difference["new"]?["serial"]?.number == 2)
            #expect(difference["principals"]?[0]?["key"]?.text == "kim")
            #expect(difference["principals"]?[0]?["old"]?.text == "Kim <kim@example.com>")
            #expect(difference["principals"]?[0]?["new"]?.text == "Kim Kern <kim@example.com>")
            let lab = difference["environments"]?[0]
            #expect(lab?["environment"]?.text == "lab")
            #expect(lab?["change"]?.text == "added")
            #expect(lab?["settings"]?[0]?["new"]?.text == "2 approver")
            #expect(difference["settings"]?.count == 2)
            #expect(difference["settings"]?[0]?["new"]?.text == "lab, dev")
            #expect(difference["settings"]?[1]?["key"]?.text == "policyChange")
            #expect(difference["roles"]?.count == 0)
        }
    }
}
