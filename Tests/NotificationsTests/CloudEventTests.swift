import Foundation
import ModelRegistry
import Testing

@testable import Notifications

struct CloudEventTests {
    @Test func anEventIsCloudEventsJSONWithSortedKeys() throws {
        let event = CloudEvent(
            id: "12-run.finished", source: "signet:abc", type: "run.finished",
            subject: "dev/churn/eu", time: Samples.time,
            data: ["b": 1, "a": ["x", .null, .number(0.5)]])
        #expect(
            String(decoding: try event.json(), as: UTF8.self) == #"""
                {"data":{"a":["x",null,0.5],"b":1},"datacontenttype":"application/json","id":"12-run.finished","source":"signet:abc","specversion":"1.0","subject":"dev/churn/eu","time":"2026-07-26T10:15:00Z","type":"run.finished"}
                """#)
    }

    @Test(arguments: [0, 0.25, 0.001, 0.9996])
    func anEventComesBackAsItWas(fraction: Double) throws {
        var event = Samples.event()
        event = CloudEvent(
            id: event.id, source: event.source, type: event.type, subject: nil,
            time: Samples.time.addingTimeInterval(fraction), data: event.data)
        let data = Data(try event.json())
        #expect(try JSONDecoder().decode(CloudEvent.self, from: data) == event)
    }

    @Test(arguments: [
        #"{"specversion":"0.3","id":"1","source":"s","type":"t","time":"2026-07-26T10:15:00Z"}"#,
        #"{"specversion":"1.0","id":"1","source":"s","type":"t","time":"yesterday"}"#,
        #"{"specversion":"1.0","source":"s","type":"t","time":"2026-07-26T10:15:00Z"}"#,
    ])
    func whatIsNoCloudEventIsRefused(text: String) {
        #expect(throws: DecodingError.self) {
            try JSONDecoder().decode(CloudEvent.self, from: Data(text.utf8))
        }
    }

    @Test func aNumberThatJSONLacksIsAnErrorNotACrash() {
        let event = CloudEvent(
            id: "1", source: "s", type: "t", time: Samples.time, data: ["x": .number(.nan)])
        #expect(throws: NotificationError.self) { try event.json() }
    }
}
