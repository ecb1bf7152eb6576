import Foundation
import Testing

/// The walk from registration to the last environment, with `watch --once` after each decision.
struct WatchWalkTests {
    @Test func aPassSaysWhatItDelivered() throws {
        try Fixture.with(environments: "dev") { fixture in
            try fixture.configure()
            try #require(try fixture.register().status == 0)
            let passed = try fixture.watchOnce()
            #expect(passed.errors == "delivered: proposal.opened dev/tumour to mail\n", "\(passed)")
            #expect(try fixture.watchOnce().errors.isEmpty, "nothing is left to deliver")
        }
    }

    @Test func whoMustSignTooIsAskedOnceSomebodyHas() throws {
        try Fixture.with(environments: "dev") { fixture in
            try fixture.configure()
            let draft = try fixture.policy {
                $0.replacing("serial: 1", with: "serial: 2")
                    .replacing("approvals: {approver: 1}", with: "approvals: {approver: 2}")
            }
            for step in [
                ["propose", draft], ["approve", "2", "--reason", "two look"], ["roll-out"],
            ] {
                let done = try fixture.signet(["policy"] + step, as: .ada)
                try #require(done.status == 0, "\(done)")
            }
            try #require(try fixture.register().status == 0)
            try fixture.approve("dev", as: .jane)
            try #require(try fixture.watchOnce().status == 0)
            let mail = try #require(try fixture.mails("proposal.signed", "dev").first)
            #expect(mail.defects.isEmpty)
            #expect(mail.recipients == ["kim@example.com"])
            #expect(
                mail.header("Subject")
                    == "[registry] tumour@1 for dev: signed by jane, please decide (promotion)")
            #expect(mail.text.contains("Signed by:\n- Jane\nAsked for:   1 approver\n"))
            #expect(mail.text.contains("Approve: signet approve tumour@1 --env dev"))
            let opened = try #require(try fixture.mails("proposal.opened", "dev").first)
            #expect(mail.header("References") == opened.header("References"))
            try fixture.approve("dev", as: .kim)
            #expect(try fixture.watchOnce().status == 0)
            #expect(try fixture.mails("proposal.signed", "dev").count == 1)
            #expect(try fixture.version(in: "dev") == 1)
        }
    }

    @Test func fourApprovalsTakeAVersionToProdEachWithTheEvidenceOfTheOnesBefore() throws {
        try Fixture.with { fixture in
            try fixture.configure()
            try #require(try fixture.register().status == 0)
            let environments = ["dev", "test", "uat", "prod"]
            for (place, environment) in environments.enumerated() {
                try #require(try fixture.watchOnce().status == 0)
                let proposal = "refs/heads/promote/\(environment)/tumour/v1"
                try #require(try fixture.references("refs/heads/promote") == [proposal])
                let earlier = environments[..<place]
                #expect(
                    try fixture.lines("ls-tree", "--name-only", proposal, "evidence/tumour/")
                        == earlier.map { "evidence/tumour/\($0).json" }.sorted())
                try fixture.approve(environment, as: environment == "prod" ? .kim : .jane)
            }
            #expect(try fixture.watchOnce().status == 0)
            #expect(try fixture.references("refs/heads/promote").isEmpty)
            for environment in environments {
                #expect(try fixture.version(in: environment) == 1)
                let runs = try fixture.runs(in: environment)
                #expect(runs.map(\.status) == ["passed"])
                #expect(runs.first?.metrics["accuracy"]?.n == 140)
                #expect(runs.first?.gates == [.init(metric: "accuracy", result: "passed")])
                let opened = try fixture.mails("proposal.opened", environment)
                #expect(opened.map(\.recipients) == [["jane@example.com", "kim@example.com"]])
                let advanced = try fixture.mails("environment.advanced", environment)
                #expect(
                    advanced.map(\.recipients) == [
                        ["ada", "jane", "kim", "ravi"].map { "\($0)@example.com" }
                    ])
                #expect(
                    advanced.first?.text.contains("- inference.batchSize: (not set) -> ") == true,
                    "\(advanced)")
                let threads = (opened + advanced).map { $0.header("References") }
                #expect(Set(threads).count == 1 && threads.first != nil, "\(threads)")
            }
            try readsAsAReview(fixture)
            #expect(try fixture.deliveries("pending").isEmpty)
            #expect(try fixture.deliveries("dead").isEmpty)
            #expect(try fixture.signet("verify").status == 0)
        }
    }

    /// What prod's approvers were sent.
    private func readsAsAReview(_ fixture: Fixture) throws {
        let mail = try #require(try fixture.mails("proposal.opened", "prod").first)
        #expect(mail.defects.isEmpty)
        #expect(mail.header("Subject") == "[registry] tumour@1 for prod: please decide (promotion)")
        let closed = "refs/signet/closed/prod/tumour/v1/1"
        let proposal = try #require(try fixture.lines("rev-parse", closed).first)
        for line in [
            "Proposal:    \(proposal)", "Now there:   no version",
            "EVIDENCE from the run in dev: passed", "EVIDENCE from the run in uat: passed",
            "- gate accuracy ≥ 0.9: 0.9214, passed", "- accuracy: 0.9143",
            "Review:  signet review tumour@1 --env prod",
            "Approve: signet approve tumour@1 --env prod --proposal \(proposal.prefix(10)) --reason \"…\"",
            "Reject:  signet reject tumour@1 --env prod --proposal \(proposal.prefix(10)) --reason \"…\"",
            "git merge --no-ff -S \(proposal)", "git push origin HEAD:env/prod",
            "git push origin HEAD:promote/prod/tumour/v1",
            "A first network: one hidden layer of 8 units.",
        ] {
            #expect(mail.text.contains(line), "\(line) is not in\n\(mail.text)")
        }
    }

    @Test func aRejectedVersionIsNotProposedAgain() throws {
        try Fixture.with(environments: "dev,test") { fixture in
            try fixture.approvedInDev()
            try #require(try fixture.watchOnce().status == 0)
            let rejected = try fixture.signet(
                "reject", "tumour@1", "--env", "test", "--reason", "the recall fell", as: .kim)
            try #require(rejected.status == 0, "\(rejected)")
            try #require(try fixture.watchOnce().status == 0)
            let mail = try #require(try fixture.mails("proposal.closed", "test").first)
            #expect(mail.text.contains("the recall fell"))
            // The same version passes in dev once more.
            let changed = try fixture.signet(
                "params", "set", "tumour", "--env", "dev", "inference.batchSize=64", as: .ravi)
            try #require(changed.status == 0, "\(changed)")
            try fixture.approve("dev")
            #expect(try fixture.watchOnce().status == 0)
            #expect(try fixture.runs(in: "dev").map(\.status) == ["passed", "passed"])
            #expect(try fixture.references("refs/heads/promote").isEmpty)
        }
    }

    @Test func changedParametersRunAndAskTheNextEnvironmentOnlyForANewerVersion() throws {
        try Fixture.with(environments: "dev,test") { fixture in
            try fixture.approvedInDev()
            try #require(try fixture.watchOnce().status == 0)
            try fixture.approve("test")
            try #require(try fixture.watchOnce().status == 0)
            // Test has version 1 already: nothing to ask.
            try #require(
                try fixture.signet(
                    "params", "set", "tumour", "--env", "dev", "inference.batchSize=64", as: .ravi
                ).status == 0)
            try fixture.approve("dev")
            #expect(try fixture.watchOnce().status == 0)
            #expect(try fixture.runs(in: "dev").map(\.status) == ["passed", "passed"])
            #expect(try fixture.references("refs/heads/promote").isEmpty)
            // Version 2 misses a gate first; once the gate is put right, its run asks for it.
            let strict = try fixture.parameters("min: 0.9", by: "min: 0.999")
            let registered = try fixture.signet(
                Fixture.registration(example: 3) + ["--no-propose"], as: .ravi)
            try #require(registered.status == 0, "\(registered)")
            let again = try fixture.signet(
                "propose", "tumour@2", "--env", "dev", "--parameters", strict.path, as: .ravi)
            try #require(again.status == 0, "\(again)")
            try fixture.approve("dev")
            try #require(try fixture.watchOnce().status == 0)
            #expect(try fixture.runs(in: "dev").last?.status == "failed")
            #expect(try fixture.references("refs/heads/promote").isEmpty)
            let mended = try fixture.signet(
                "params", "set", "tumour", "--env", "dev", "gates.accuracy.min=0.9", as: .ravi)
            try #require(mended.status == 0, "\(mended)")
            try fixture.approve("dev")
            try #require(try fixture.watchOnce().status == 0)
            #expect(try fixture.runs(in: "dev").last?.status == "passed")
            #expect(
                try fixture.references("refs/heads/promote") == [
                    "refs/heads/promote/test/tumour/v2"
                ])
        }
    }

    @Test func aRollbackRunsAndProposesNothingAndAWithdrawalDoesNotEvenRun() throws {
        try Fixture.with(environments: "dev,test") { fixture in
            try fixture.approvedInDev()
            try #require(try fixture.watchOnce().status == 0)
            try #require(
                try fixture.signet(Fixture.registration(example: 3), as: .ravi).status == 0)
            try fixture.approve("dev")
            try #require(try fixture.watchOnce().status == 0)
            let open = ["refs/heads/promote/test/tumour/v2"]
            try #require(try fixture.references("refs/heads/promote") == open)
            let back = try fixture.signet("rollback", "tumour", "--env", "dev", as: .ravi)
            try #require(back.status == 0, "\(back)")
            try fixture.approve("dev")
            try #require(try fixture.watchOnce().status == 0)
            #expect(try fixture.version(in: "dev") == 1)
            #expect(try fixture.runs(in: "dev").map(\.version) == [1, 2, 1])
            #expect(try fixture.references("refs/heads/promote") == open)
            let out = try fixture.signet("withdraw", "tumour", "--env", "dev", as: .ravi)
            try #require(out.status == 0, "\(out)")
            try fixture.approve("dev")
            #expect(try fixture.watchOnce().status == 0)
            #expect(try fixture.version(in: "dev") == nil)
            #expect(try fixture.runs(in: "dev").count == 3)
            #expect(
                try fixture.deliveries("sent").filter {
                    $0.target == "mail" && $0.event.type == "environment.advanced"
                }.compactMap(\.event.data.action).sorted()
                    == ["approved", "approved", "rolled back", "withdrawn"])
        }
    }
}
