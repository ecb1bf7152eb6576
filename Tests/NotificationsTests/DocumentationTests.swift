import Foundation
import SystemPackage
import Testing

@testable import Notifications

struct DocumentationTests {
    @Test func theExamplesOfThePageAreValid() throws {
        let page = Program.scripts.deletingLastPathComponent().deletingLastPathComponent()
            .appendingPathComponent("docs/notifications.md")
        let blocks = try String(contentsOf: page, encoding: .utf8)
            .components(separatedBy: "```yaml\n").dropFirst()
            .map { $0.components(separatedBy: "```")[0] }
        #expect(blocks.count == 2)
        let rules = try Rules.parse(Array(blocks[0].utf8), file: "notifications.md")
        let configuration = try LocalConfiguration.parse(
            Array(blocks[1].utf8), file: "notifications.md", folder: "/r/signet")
        #expect(rules.targets(missingFrom: configuration) == [])
        #expect(configuration.targets["deploy"] != nil)
    }
}
