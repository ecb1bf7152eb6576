import Foundation
import Testing

/// Every command of the walk, its complete text.
struct WalkTests {
    @Test func aVersionGoesFromRegistrationToFetching() throws {
        try Fixture.with(environments: "dev,prod") { fixture in
            fixture.expect(
                try fixture.signet("status"),
                """
                no models yet
                next: signet register MODEL --artifact FILE --metrics FILE --card FILE
                """)
            fixture.expect(
                try fixture.register(),
                """
                tumour@1
                proposed for dev: <short>
                next: signet review tumour@1 --env dev
                """)
            fixture.expect(
                try fixture.signet("status"),
                """
                model   newest  dev      prod
                tumour  v1      – ← v1?  –
                """)
            fixture.expect(
                try fixture.signet(
                    "approve", "tumour", "--env", "dev", "--reason", "fit for dev", as: .jane),
                "approved tumour@1 for dev as jane: <short>, ledger entry 6")
            fixture.expect(
                try fixture.signet("status", "tumour"),
                """
                model   newest  dev  prod
                tumour  v1      v1   –
                """)
            fixture.expect(
                try fixture.signet("resolve", "tumour", "--env", "dev"),
                """
                version       tumour@1
                commit        <id>
                approved      <time> by jane
                ledger entry  6
                artifact      <folder>/registry.git/lfs/objects/<object>
                """)
            fixture.expect(
                try fixture.signet("log", "--env", "dev"),
                """
                commit      received              what      model     by    reason
                <short>  <time>  approved  tumour@1  jane  fit for dev
                <short>  <time>  began               ada   \("")
                """)
            let folder = fixture.folder.appending(path: "fetched")
            fixture.expect(
                try fixture.signet("fetch", "tumour", "--env", "dev", "--to", folder.path),
                "fetched tumour@1 to <folder>/fetched: model.onnx")
            #expect(
                try Data(contentsOf: folder.appending(path: "model.onnx"))
                    == Data(contentsOf: URL(filePath: fixture.example(1, "model.onnx"))))
            let kept = try String(
                contentsOf: folder.appending(path: "signet.json"), encoding: .utf8)
            let answer = try fixture.json("resolve", "tumour", "--env", "dev")
            // The same answer, but for where the artifact is: beside it.
            let stored = try #require(answer["artifacts"]?[0]?["path"]?.text)
            #expect(stored.contains("/lfs/objects/"))
            let moved = kept.replacing(
                "\"path\" : \"model.onnx\"", with: "\"path\" : \"\(stored)\"")
            #expect(moved != kept)
            #expect(try JSON(moved) == answer)
        }
    }

    @Test func aReviewShowsWhatAnApproverNeeds() throws {
        try Fixture.with(environments: "dev") { fixture in
            try #require(try fixture.register().status == 0)
            try fixture.signet("approve", "tumour", "--env", "dev", "--reason", "ok", as: .jane)
            try #require(try fixture.register(example: 2).status == 0)
            let review = try fixture.signet("review", "tumour@2", "--env", "dev")
            #expect(review.status == 0, "\(review)")
            let text = fixture.scrubbed(review.output)
            #expect(
                text.hasPrefix(
                    """
                    tumour@2 for dev: promotion, proposed by Ravi
                      proposal  <id>
                      there now tumour@1
                      model     without a model signature

                    Metrics at registration
                                 proposed  there now

                    """), "\(text)")
            let number = /0\.\d+/
            #expect(text.contains(try Regex("accuracy +0\\.\\d+ +0\\.9143")), "\(text)")
            #expect(text.contains(number))
            #expect(text.contains("\nMay approve: Jane (jane, approver), Kim (kim, approver)\n"))
            #expect(
                text.hasSuffix(
                    """

                    approve: signet approve tumour@2 --env dev --proposal <short> --reason "…"
                    reject:  signet reject tumour@2 --env dev --proposal <short> --reason "…"
                    or with git alone, to approve:
                      git fetch origin && git switch --detach origin/env/dev
                      git merge --no-ff -S <id>
                      git push origin HEAD:env/dev
                    and to reject:
                      git fetch origin && git switch --detach <id>
                      git commit --allow-empty -S -m "REASON" --trailer "Decision: rejected"
                      git push origin HEAD:promote/dev/tumour/v2

                    """), "\(text)")
            let answer = try fixture.json("review", "tumour", "--env", "dev")
            #expect(answer["versionText"]?.text == "tumour@2")
            #expect(answer["proposal"]?.text == (try fixture.commit("promote/dev/tumour/v2")))
            #expect(answer["approvers"]?.count == 2)
            #expect(answer["approvers"]?[0]?["id"]?.text == "jane")
            #expect(answer["missing"]?.count == 0)
            #expect(answer["current"]?["version"]?.number == 1)
            #expect(answer["metrics"]?[0]?["current"]?.text == "0.9143")
        }
    }

    @Test func aRejectionClosesTheProposalForGood() throws {
        try Fixture.with(environments: "dev") { fixture in
            try #require(try fixture.register().status == 0)
            let proposal = try fixture.commit("promote/dev/tumour/v1")
            fixture.expect(
                try fixture.signet(
                    "reject", "tumour@1", "--env", "dev", "--reason", "too many false alarms",
                    "--proposal", String(proposal.prefix(10)), as: .kim),
                "rejected tumour@1 for dev as kim: <short>, ledger entry 5")
            let rejection = try fixture.commit("refs/signet/closed/dev/tumour/v1/1")
            #expect(try fixture.commit("\(rejection)^") == proposal)
            let message = try fixture.git("show", "-s", "--format=%B", rejection)
            #expect(
                message.output == """
                    Reject tumour@1 for dev

                    too many false alarms

                    Decision: rejected
                    Model: tumour
                    Version: 1
                    Environment: dev
                    Reason: too many false alarms
                    Meaning: review
                    Signed-by: Kim


                    """)
            fixture.expect(
                try fixture.signet("status"),
                """
                model   newest  dev
                tumour  v1      –
                """)
            #expect(try fixture.git("rev-parse", "--verify", "promote/dev/tumour/v1").status != 0)
            fixture.expect(
                try fixture.signet("approve", "tumour", "--env", "dev", "--reason", "x", as: .jane),
                complaint: """
                    error: there is no open proposal of tumour for dev: tumour@1 was rejected by kim, \
                    too many false alarms
                    hint: see what was decided: signet log --env dev tumour
                    or propose it: signet propose tumour@N --env dev
                    """)
        }
    }

    @Test func rollingBackAndWithdrawingAreProposals() throws {
        try Fixture.with(environments: "dev") { fixture in
            for number in 1...2 {
                try #require(try fixture.register(example: number).status == 0)
                let approved = try fixture.signet(
                    "approve", "tumour", "--env", "dev", "--reason", "ok", as: .jane)
                try #require(approved.status == 0, "\(approved)")
            }
            fixture.expect(
                try fixture.signet("rollback", "tumour", "--env", "dev", as: .ravi),
                """
                proposed to roll dev back to tumour@1: <short>
                next: signet review tumour@1 --env dev
                """)
            let review = try fixture.signet("review", "tumour", "--env", "dev")
            #expect(review.output.hasPrefix("tumour@1 for dev: rollback, proposed by Ravi\n"))
            try fixture.signet("approve", "tumour", "--env", "dev", "--reason", "slow", as: .jane)
            let resolved = try fixture.json("resolve", "tumour", "--env", "dev")
            #expect(resolved["version"]?.number == 1)
            fixture.expect(
                try fixture.signet("withdraw", "tumour", "--env", "dev", as: .ravi),
                """
                proposed to take tumour@1 out of dev: <short>
                next: signet review tumour@1 --env dev
                """)
            fixture.expect(
                try fixture.signet(
                    "approve", "tumour", "--env", "dev", "--reason", "end", as: .kim),
                "approved taking tumour@1 out of dev as kim: <short>, ledger entry 12")
            let gone = try fixture.signet("resolve", "tumour", "--env", "dev")
            fixture.expect(
                gone, complaint: "nothing is approved: dev has no version of tumour", status: 2)
            let none = fixture.folder.appending(path: "none")
            fixture.expect(
                try fixture.signet("fetch", "tumour", "--env", "dev", "--to", none.path),
                complaint: "nothing is approved: dev has no version of tumour", status: 2)
            #expect(!FileManager.default.fileExists(atPath: none.path))
            fixture.expect(
                try fixture.signet("log", "--env", "dev", "tumour"),
                """
                commit      received              what         model             by    reason
                <short>  <time>  withdrawn    tumour@1          kim   end
                <short>  <time>  rolled back  tumour@1 (was 2)  jane  slow
                <short>  <time>  approved     tumour@2 (was 1)  jane  ok
                <short>  <time>  approved     tumour@1          jane  ok
                """)
            fixture.expect(
                try fixture.signet("log", "--env", "dev", "tumour", "--limit", "1"),
                """
                commit      received              what       model     by   reason
                <short>  <time>  withdrawn  tumour@1  kim  end
                """)
            let verified = try fixture.signet("verify")
            #expect(verified.status == 0, "\(verified)")
        }
    }

    @Test func parametersAreReadChangedAndTraced() throws {
        try Fixture.with(environments: "dev") { fixture in
            let parameters = try fixture.write(
                "parameters.yaml", "inference:\n  input: batch.csv\n  batchSize: 256\n")
            let registered = try fixture.register("tumour", example: 1, "--no-propose")
            fixture.expect(
                registered,
                """
                tumour@1
                next: signet propose tumour@1 --env E
                """)
            fixture.expect(
                try fixture.signet(
                    "propose", "tumour", "--env", "dev", "--parameters", parameters, as: .ravi),
                """
                proposed tumour@1 for dev: <short>
                next: signet review tumour@1 --env dev
                """)
            try fixture.signet("approve", "tumour", "--env", "dev", "--reason", "ok", as: .jane)
            fixture.expect(
                try fixture.signet("params", "get", "tumour", "--env", "dev"),
                "inference:\n  input: batch.csv\n  batchSize: 256")
            fixture.expect(
                try fixture.signet(
                    "params", "get", "tumour", "--env", "dev", "inference.batchSize"),
                "256")
            fixture.expect(
                try fixture.signet(
                    "params", "set", "tumour", "--env", "dev", "inference.batchSize=64",
                    "gates.accuracy.min=0.9", as: .ravi),
                """
                proposed other parameters of tumour@1 in dev: <short>
                next: signet review tumour@1 --env dev
                """)
            try fixture.signet("approve", "tumour", "--env", "dev", "--reason", "ok", as: .jane)
            fixture.expect(
                try fixture.signet("params", "history", "tumour", "--env", "dev"),
                """
                <short>  <time>
                    gates.accuracy.min: – → 0.9
                    inference.batchSize: 256 → 64
                <short>  <time>
                    inference.batchSize: – → 256
                    inference.input: – → batch.csv
                """)
            let history = try fixture.json("params", "history", "tumour", "--env", "dev")
            #expect(history[0]?["changes"]?[1]?["old"]?.text == "256")
            #expect(history[0]?["changes"]?[1]?["new"]?.text == "64")
            let present = try fixture.json("params", "get", "tumour", "--env", "dev")
            #expect(present["inference"]?["batchSize"]?.number == 64)
        }
    }
}
