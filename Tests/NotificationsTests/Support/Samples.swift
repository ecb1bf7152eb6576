import Foundation
import ModelRegistry

@testable import Notifications

enum Samples {
    static let time = Date(timeIntervalSince1970: 1_785_060_900)  // 2026-07-26T10:15:00Z

    static func event(
        id: String = "12-proposal.opened", type: String = "proposal.opened",
        data: [String: DocumentValue] = [:]
    ) -> CloudEvent {
        let place: [String: DocumentValue] = [
            "environment": .string("test"), "model": .string("churn"), "version": .integer(3),
        ]
        return CloudEvent(
            id: id, source: "signet:0123456789abcdef", type: type, subject: "test/churn",
            time: time, data: .mapping(place.merging(data) { $1 }))
    }

    static func delivery(_ id: String = "12-proposal.opened", to target: String = "mail")
        -> Delivery
    {
        Delivery(event: event(id: id), target: target, created: time)
    }

    /// Everything a mail about an open proposal can show.
    static let proposal: [String: DocumentValue] = [
        "registry": .string("9054412"), "registryName": .string("models"),
        "cloneURL": .string("ssh://signet@host/srv/models.git"),
        "environment": .string("test"), "model": .string("churn"),
        "version": .integer(3), "versionText": .string("churn@3"), "action": .string("promotion"),
        "proposal": .string("9f1c2d3e"), "proposedBy": .string("registry"),
        "current": ["version": 1, "commit": "aa11bb22"],
        "metrics": [
            ["name": "accuracy", "value": "0.9474", "current": "0.9300"],
            ["name": "recall", "value": "0.9100"],
        ],
        "evidence": [
            [
                "environment": "dev", "status": "passed",
                "rows": [["name": "auc", "value": "0.98", "interval": "0.96–0.99"]],
                "gates": [
                    [
                        "metric": "accuracy", "limit": "min 0.9", "value": "0.9474",
                        "result": "passed",
                    ]
                ],
            ]
        ],
        "parameters": [
            "unchanged": false,
            "changes": [["path": "inference.batchSize", "old": "128", "new": "256"]],
        ],
        "card": ["excerpt": "Predicts churn.\nNot for credit decisions."],
        "approvers": [["name": "Jane Doe", "email": "jane@example.com", "role": "approver"]],
        "reviewLink": .string("https://signet.example.com/review/test/churn/v3?proposal=9f1c2d3e"),
        "commands": [
            "review": "signet review churn@3 --env test",
            "approve": "signet approve churn@3 --env test --proposal 9f1c2d3e --reason REASON",
            "reject": "signet reject churn@3 --env test --proposal 9f1c2d3e --reason REASON",
            "gitApprove": ["git fetch", "git merge --no-ff -S origin/promote/test/churn/v3"],
            "gitReject": ["git commit --allow-empty -S -m REASON --trailer 'Decision: rejected'"],
        ],
    ]
}

extension DocumentValue: ExpressibleByDictionaryLiteral,
    ExpressibleByArrayLiteral, ExpressibleByStringLiteral,
    ExpressibleByIntegerLiteral, ExpressibleByBooleanLiteral
{
    package init(dictionaryLiteral elements: (String, DocumentValue)...) {
        self = .mapping(Dictionary(uniqueKeysWithValues: elements))
    }
    package init(arrayLiteral elements: DocumentValue...) { self = .list(elements) }
    package init(stringLiteral value: String) { self = .string(value) }
    package init(integerLiteral value: Int) { self = .integer(value) }
    package init(booleanLiteral value: Bool) { self = .bool(value) }
}
