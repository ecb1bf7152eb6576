import Foundation
import Testing

/// Names and keys that the registry does not know get a complaint that says what there is.
struct UnknownNamesTests {
    @Test func namesThatAreNotKnown() throws {
        try Fixture.with(environments: "dev,prod") { fixture in
            try #require(try fixture.register().status == 0)
            let before = try fixture.state()
            let environments = "hint: environments here: dev, prod"
            let rows: [(arguments: [String], complaint: String)] = [
                (
                    ["approve", "tumor", "--env", "dev", "--reason", "x"],
                    "there is no model 'tumor'\nhint: models here: tumour"
                ),
                (
                    ["approve", "tumour", "--env", "staging", "--reason", "x"],
                    "there is no environment 'staging'\n\(environments)"
                ),
                (
                    ["approve", "tumour@9", "--env", "dev", "--reason", "x"],
                    "there is no open proposal of tumour@9 for dev\nhint: open are tumour@1"
                ),
                (
                    ["approve", "tumour", "--env", "prod", "--reason", "x"],
                    """
                    there is no open proposal of tumour for prod
                    hint: see what was decided: signet log --env prod tumour
                    or propose it: signet propose tumour@N --env prod
                    """
                ),
                (
                    [
                        "approve", "tumour", "--env", "dev", "--reason", "x", "--proposal",
                        "abcdef1234",
                    ],
                    """
                    the open proposal of tumour@1 for dev is <short>, not <short>
                    hint: it changed since you reviewed it; look again: \
                    signet review tumour@1 --env dev
                    """
                ),
                (
                    ["approve", "tumour", "--env", "dev", "--reason", "  "],
                    "a decision needs a reason\nhint: give it with --reason TEXT"
                ),
                (
                    ["propose", "tumour@9", "--env", "dev"],
                    "there is no version 'tumour@9'\nhint: the newest is 1"
                ),
                (
                    ["propose", "churn", "--env", "dev"],
                    "there is no model 'churn'\nhint: models here: tumour"
                ),
                (
                    ["propose", "tumour", "--env", "prod", "--set", "inference.speed=1"],
                    """
                    'inference.speed' is not a known key
                    hint: known here: batchSize, features, format, id, input, label, output, \
                    positiveClass, quantization, task, threads
                    """
                ),
                (
                    ["rollback", "tumour", "--env", "dev"],
                    """
                    dev never had another version of tumour
                    hint: what it had: signet log --env dev tumour
                    """
                ),
                (
                    ["withdraw", "tumour", "--env", "dev"],
                    "dev has no version of tumour\nhint: see what is there: signet status tumour"
                ),
                (
                    ["params", "set", "tumour", "--env", "dev", "inference.threads=2"],
                    """
                    dev has no version of tumour to set parameters of
                    hint: give them with a proposal: signet propose tumour@N --env dev --set path=value
                    """
                ),
            ]
            for row in rows {
                let answer = try fixture.signet(row.arguments, as: .jane)
                fixture.expect(answer, complaint: "error: \(row.complaint)")
            }
            for command in [
                ["log", "--env", "staging"], ["verify", "--env", "staging"],
                ["resolve", "tumour", "--env", "staging"],
                ["policy", "roll-out", "--env", "staging"],
            ] {
                let answer = try fixture.signet(
                    command, adding: ["SIGNET_KEY": fixture.key(.ada).path])
                fixture.expect(
                    answer, complaint: "error: there is no environment 'staging'\n\(environments)")
            }
            fixture.expect(
                try fixture.signet("params", "get", "tumour", "--env", "dev"),
                complaint: """
                    error: dev has no parameters of tumour
                    hint: nothing is approved there yet: signet status tumour
                    """)
            #expect(try fixture.state() == before)
        }
    }

    @Test func keysThatMayNotSign() throws {
        try Fixture.with(environments: "dev") { fixture in
            try #require(try fixture.register().status == 0)
            let before = try fixture.state()
            let stranger = fixture.folder.appending(path: "stranger").path
            try fixture.run("ssh-keygen", "-q", "-t", "ed25519", "-N", "", "-f", stranger)
            let noKey = try fixture.write("no-key", "not a key\n")
            let approve = ["approve", "tumour", "--env", "dev", "--reason", "x", "--key"]
            let rows: [(key: String, complaint: String)] = [
                (
                    stranger,
                    """
                    the key <fingerprint> belongs to nobody in this registry
                    hint: use another with --key, or ask an admin to enrol it: \
                    signet keys enrol PRINCIPAL KEYFILE
                    """
                ),
                (
                    "missing",
                    "can't read 'missing': No such file or directory\nhint: name a key file of yours"
                ),
                (
                    noKey,
                    """
                    '<folder>/no-key' is not an OpenSSH private key: malformed public key \
                    'public key line'
                    hint: make one: ssh-keygen -t ed25519 -f KEYFILE
                    """
                ),
                (
                    fixture.key(.ravi).path,
                    """
                    refused: refs/heads/env/dev
                      four-eyes: ravi registered or proposed it, and so may not approve it
                        hint: who may approve it: jane, kim
                    """
                ),
                (
                    fixture.key(.ada).path,
                    """
                    refused: refs/heads/env/dev
                      role: ada is not approver for dev
                        hint: who may: jane, kim, ravi
                    """
                ),
            ]
            for row in rows {
                let answer = try fixture.signet(approve + [row.key])
                fixture.expect(answer, complaint: "error: \(row.complaint)")
            }
            #expect(try fixture.state() == before)
        }
    }
}
