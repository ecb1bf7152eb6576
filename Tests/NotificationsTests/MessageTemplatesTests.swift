import Foundation
import ModelRegistry
import SystemPackage
import Testing

@testable import Notifications

struct MessageTemplatesTests {
    /// The project's own templates.
    static let folder = FilePath(
        Program.scripts.deletingLastPathComponent().deletingLastPathComponent()
            .appendingPathComponent("templates/email").path)

    @Test func theMailThatAsksForADecisionSaysAllAnApproverNeeds() throws {
        let mail = try MessageTemplates.load(folder: Self.folder)
            .render("proposal.opened", context: Samples.proposal)
        #expect(mail.subject == "[models] churn@3 for test: please decide (promotion)")
        #expect(
            mail.text == """
                churn@3 is proposed for test (promotion). You may decide.

                Model:       churn, version 3
                Environment: test
                Now there:   version 1 (aa11bb22)
                Proposal:    9f1c2d3e
                Proposed by: registry

                Review and decide: https://signet.example.com/review/test/churn/v3?proposal=9f1c2d3e

                METRICS (beside what is in test now)
                - accuracy: 0.9474 (now: 0.9300)
                - recall: 0.9100

                EVIDENCE from the run in dev: passed
                - auc: 0.98 0.96–0.99
                - gate accuracy min 0.9: 0.9474, passed

                PARAMETERS
                - inference.batchSize: 128 -> 256

                FROM THE MODEL CARD
                Predicts churn.
                Not for credit decisions.

                WHO MAY APPROVE
                - Jane Doe <jane@example.com>, approver

                DECIDE WITH SIGNET
                Review:  signet review churn@3 --env test
                Approve: signet approve churn@3 --env test --proposal 9f1c2d3e --reason REASON
                Reject:  signet reject churn@3 --env test --proposal 9f1c2d3e --reason REASON

                APPROVE WITH PLAIN GIT
                git fetch
                git merge --no-ff -S origin/promote/test/churn/v3

                REJECT WITH PLAIN GIT
                git commit --allow-empty -S -m REASON --trailer 'Decision: rejected'

                FOR PLAIN GIT, CLONE THE REGISTRY
                git clone ssh://signet@host/srv/models.git

                --
                Signet, registry models (9054412). Reading this decides nothing: only a signature does.

                """)
        let html = try #require(mail.html)
        #expect(html.contains("<tr><td>accuracy</td><td>0.9474</td><td>0.9300</td></tr>"))
        // A row without an incumbent's figure shows none, not the version from further out.
        #expect(html.contains("<tr><td>recall</td><td>0.9100</td><td>–</td></tr>"))
        #expect(
            html.contains(
                "href=\"https://signet.example.com/review/test/churn/v3?proposal=9f1c2d3e\""))
    }

    @Test func whatIsNotThereLeavesNoTrace() throws {
        let context: [String: DocumentValue] = [
            "registry": "9054412", "registryName": "models", "environment": "dev", "model": "churn",
            "version": 1,
            "versionText": "churn@1", "action": "promotion", "proposal": "9f1c",
        ]
        let mail = try MessageTemplates.load(folder: Self.folder)
            .render("proposal.opened", context: context)
        #expect(
            mail.text == """
                churn@1 is proposed for dev (promotion). You may decide.

                Model:       churn, version 1
                Environment: dev
                Now there:   no version
                Proposal:    9f1c

                --
                Signet, registry models (9054412). Reading this decides nothing: only a signature does.

                """)
        #expect(mail.html?.contains("{{") == false)
        #expect(mail.html?.contains("class=\"button\"") == false)
    }

    @Test(arguments: EventType.allCases)
    func everyEventHasAMail(type: EventType) throws {
        let context: [String: DocumentValue] = [
            "registryName": "models", "type": .string(type.rawValue), "environment": "test",
            "model": "churn", "version": 3, "previousVersion": 1, "actor": "jane",
            "reason": "because", "commit": "aa11", "outcome": "rejected", "action": "approved",
            "run": [
                "status": "failed", "reason": "a gate",
                "rows": [["name": "auc", "value": "0.98"]],
                "gates": [
                    ["metric": "auc", "limit": "min 0.99", "value": "0.98", "result": "failed"]
                ],
            ],
        ]
        let mail = try MessageTemplates.load(folder: Self.folder)
            .render(type.rawValue, context: context)
        #expect(mail.subject.hasPrefix("[models] "))
        #expect(mail.text.contains("churn"))
        #expect(mail.html?.contains("</html>") == true)
        #expect(!mail.text.contains("{{") && mail.html?.contains("{{") == false)
        #expect(!mail.text.contains("\n\n\n"))
    }

    @Test func valuesAreNeverTemplatesAndNeverMarkup() throws {
        var context = Samples.proposal
        let evil = "{{registry}} {{#card}}x{{/card}} <script>alert('1')</script> \"&\""
        context["card"] = ["excerpt": .string(evil)]
        context["model"] = .string("churn\r\nBcc: eve@example.com")
        context["versionText"] = .string("churn\r\nBcc: eve@example.com\u{2028}x\u{202E}y")
        let mail = try MessageTemplates.load(folder: Self.folder)
            .render("proposal.opened", context: context)
        #expect(mail.text.contains(evil))
        #expect(mail.html?.contains("<script>") == false)
        #expect(
            mail.html?.contains(
                "{{registry}} {{#card}}x{{/card}} &lt;script&gt;alert(&#39;1&#39;)&lt;/script&gt;")
                == true)
        #expect(
            mail.subject
                == "[models] churn Bcc: eve@example.com x y for test: please decide (promotion)")
    }

    @Test func aSubjectIsCutBeforeItIsAbsurd() {
        let subject = RenderedMessage.singleLine(String(repeating: "word ", count: 100))
        #expect(subject.count == 200)
        #expect(subject.hasSuffix("…"))
    }

    @Test func anEventWithoutATemplateUsesTheDefaultAndElseIsAnError() throws {
        let templates = try MessageTemplates(sources: [
            "default.subject": "{{type}}", "default.txt": "{{type}} <&>\n",
        ])
        let mail = try templates.render("run.started", context: ["type": "a & b"])
        #expect(mail == RenderedMessage(subject: "a & b", text: "a & b <&>\n", html: nil))
        #expect(throws: NotificationError.missingTemplate(event: "run.started")) {
            try MessageTemplates(sources: [:]).render("run.started", context: [:])
        }
    }

    @Test func templatesCanBeReplacedOneByOne() throws {
        let templates = try MessageTemplates.load(folder: Self.folder)
            .overridden(by: ["proposal.opened.subject": "Please: {{versionText}}"])
        let mail = try templates.render("proposal.opened", context: Samples.proposal)
        #expect(mail.subject == "Please: churn@3")
        #expect(mail.text.hasPrefix("churn@3 is proposed"))
    }

    @Test func aTemplateThatIsTooLongIsRefused() {
        let text = String(repeating: "a", count: 65_537)
        let wanted = NotificationError.invalidTemplate(
            name: "x.txt", problem: "is longer than 65536 bytes")
        #expect(throws: wanted) { try MessageTemplates(sources: ["x.txt": text]) }
    }

    @Test(arguments: [
        ("{{#a}}", "is not valid mustache at line 1: expectedSectionEnd"),
        ("x\n{{#a}}{{/b}}", "is not valid mustache at line 2: sectionCloseNameIncorrect"),
        ("{{a", "is not valid mustache at line 1: overflow"),
        ("{{> x.txt}}", "includes itself"),
        ("{{>loop.txt}}", "includes itself"),
        ("{{> none.txt}}", "includes 'none.txt', which is missing"),
        ("{{>*name}}", "uses '{{>*', which is not supported"),
        ("{{=<% %>=}}", "uses '{{=', which is not supported"),
        ("{{<x}}{{/x}}", "uses '{{<', which is not supported"),
        ("{{$x}}{{/x}}", "uses '{{$', which is not supported"),
        (String(repeating: "{{#a}}", count: 17), "is nested too deeply"),
        ("{{% CONTENT_TYPE:PDF}}", "is not valid mustache at line 1: unrecognisedConfigVariable"),
    ])
    func aTemplateThatCantBeRenderedIsRefused(text: String, problem: String) {
        let sources = ["x.txt": text, "loop.txt": "{{> back.txt}}", "back.txt": "{{> x.txt}}"]
        #expect(throws: NotificationError.invalidTemplate(name: "x.txt", problem: problem)) {
            do {
                _ = try MessageTemplates(sources: sources)
            } catch NotificationError.invalidTemplate(_, "includes itself") {
                throw NotificationError.invalidTemplate(name: "x.txt", problem: "includes itself")
            }
        }
    }
}
