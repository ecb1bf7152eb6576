import Foundation
import Testing

/// What an approver does with stock git and nothing else.
struct PlainGitTests {
    @Test func anApproverWithStockGitIsAccepted() throws {
        try Fixture.with { fixture in
            try #require(try fixture.register().status == 0)
            let clone = fixture.folder.appending(path: "clone")
            try fixture.run("git", "clone", "-q", fixture.registry.path, clone.path)
            try fixture.git("switch", "-q", "--detach", "origin/env/dev", in: clone, as: .jane)
            let merged = try fixture.git(
                "merge", "--no-ff", "-S", "-m", "fit for dev", "origin/promote/dev/tumour/v1",
                in: clone, as: .jane)
            #expect(merged.status == 0, "\(merged)")
            let pushed = try fixture.git("push", "origin", "HEAD:env/dev", in: clone, as: .jane)
            #expect(pushed.status == 0, "\(pushed)")
            #expect(pushed.errors.contains("signet: ledger entry 8"), "\(pushed)")
            let resolved = try fixture.signet("resolve", "tumour", "--env", "dev")
            #expect(resolved.output.contains("by jane"), "\(resolved)")
        }
    }
}
