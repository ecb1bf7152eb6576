import Foundation
import Testing

/// Bad input gets a complaint that names it and the remedy, exit code 1, and nothing is written.
struct BadInputTests {
    @Test func filesThatCanNotBeRegistered() throws {
        try Fixture.with(environments: "dev") { fixture in
            let before = try fixture.state()
            let huge = fixture.folder.appending(path: "huge.json").path
            try fixture.run("truncate", "-s", "17M", huge)
            let artifact = ["--artifact", fixture.example(1, "model.onnx")]
            let metrics = ["--metrics", fixture.example(1, "metrics.json")]
            let card = ["--card", fixture.example(1, "CARD.md")]
            let plainFile = "hint: name a plain file that you may read"
            let broken = try fixture.write("m1.json", "{\"accuracy\": 0.9,\n \"f1\": }")
            let word = try fixture.write("m2.json", "{\"accuracy\": \"high\"}")
            let open = try fixture.write("p1.yaml", "inference:\n  batchSize: [\n")
            let negative = try fixture.write("p2.yaml", "inference:\n  batchSize: -1\n")
            let unknown = try fixture.write("p3.yaml", "inference:\n  speed: 1\n")
            let rows: [(arguments: [String], complaint: String)] = [
                (
                    ["--artifact", "missing.onnx"] + metrics + card,
                    "'missing.onnx' can't be read: No such file or directory\n\(plainFile)"
                ),
                (
                    ["--artifact", fixture.folder.path] + metrics + card,
                    "'<folder>' can't be read: it is no plain file\n\(plainFile)"
                ),
                (
                    artifact + ["--metrics", "missing.json"] + card,
                    "'missing.json' can't be read: there is no such file\n\(plainFile)"
                ),
                (
                    artifact + ["--metrics", huge] + card,
                    """
                    '<folder>/huge.json' can't be read: it has more than the 16777216 bytes that are \
                    read of it
                    \(plainFile)
                    """
                ),
                (
                    artifact + metrics + ["--card", huge],
                    """
                    '<folder>/huge.json' can't be read: it has more than the 1048576 bytes that are \
                    read of it
                    \(plainFile)
                    """
                ),
                (
                    artifact + ["--metrics", broken] + card,
                    """
                    <folder>/m1.json:2: is not valid JSON: expected a value
                    hint: correct that line
                    """
                ),
                (
                    artifact + ["--metrics", word] + card,
                    """
                    <folder>/m2.json:1: 'accuracy' must be a number, or a mapping of value, n, low and \
                    high
                    hint: a value that is not known is written {"value": null}
                    """
                ),
                (
                    artifact + metrics + card + ["--parameters", open],
                    """
                    <folder>/p1.yaml:3: is not valid YAML: did not find expected node content
                    hint: correct that line, or the one before
                    """
                ),
                (
                    artifact + metrics + card + ["--parameters", negative],
                    """
                    <folder>/p2.yaml:2: 'inference.batchSize' is -1; it must be between 1 and 1000000
                    """
                ),
                (
                    artifact + metrics + card + ["--parameters", unknown],
                    """
                    <folder>/p3.yaml:2: 'inference.speed' is not a known key
                    hint: known here: batchSize, features, format, id, input, label, output, \
                    positiveClass, quantization, task, threads
                    """
                ),
                (
                    artifact + ["--artifact", fixture.example(2, "model.onnx")] + metrics + card,
                    """
                    two artifacts are called 'model.onnx'
                    hint: rename one: artifacts lie in one folder
                    """
                ),
            ]
            for row in rows {
                let answer = try fixture.signet(["register", "tumour"] + row.arguments, as: .ravi)
                fixture.expect(answer, complaint: "error: \(row.complaint)")
            }
            #expect(try fixture.state() == before)
        }
    }

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
                    ["approve", "tumour", "--env", "dev", "--reason", "x", "--proposal", "abcdef1234"],
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
                (["propose", "churn", "--env", "dev"], "there is no model 'churn'\nhint: models here: tumour"),
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
                ["resolve", "tumour", "--env", "staging"], ["policy", "roll-out", "--env", "staging"],
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

    @Test func aModelsNameThatIsAnothersPrefix() throws {
        try Fixture.with(environments: "dev") { fixture in
            try #require(try fixture.register("churn/eu").status == 0)
            let before = try fixture.state()
            for (name, first) in [("churn", "models/churn"), ("churn/eu/north", "models/churn/eu/north")] {
                fixture.expect(
                    try fixture.register(name),
                    complaint: """
                        error: '\(first)' and 'models/churn/eu' exclude each other: \
                        one is the other's prefix
                        hint: choose a name that is no path prefix of another
                        """)
            }
            #expect(try fixture.state() == before)
            #expect(try fixture.register("churn/us").status == 0)
            #expect(try fixture.register("chur").status == 0)
        }
    }

    @Test func aProposalThatWentStaleOrIsThereTwice() throws {
        try Fixture.with(environments: "dev") { fixture in
            try #require(try fixture.register().status == 0)
            fixture.expect(
                try fixture.signet("propose", "tumour", "--env", "dev", as: .ravi),
                complaint: """
                    error: refused: refs/heads/promote/dev/tumour/v1
                      open: a proposal of tumour@1 for dev is open already: <short>
                        hint: decide it first: signet approve tumour@1 --env dev --reason TEXT, or reject
                    """)
            try #require(try fixture.register(example: 2).status == 0)
            // A newer version's proposal closes the older one.
            fixture.expect(
                try fixture.signet("approve", "tumour@1", "--env", "dev", "--reason", "x", as: .jane),
                complaint: """
                    error: there is no open proposal of tumour@1 for dev
                    hint: open are tumour@2
                    """)
            // Two proposals are open: the one that is approved makes the other one stale.
            try #require(
                try fixture.signet("propose", "tumour@1", "--env", "dev", as: .ravi).status == 0)
            fixture.expect(
                try fixture.signet("approve", "tumour", "--env", "dev", "--reason", "x", as: .jane),
                complaint: """
                    error: several proposals of tumour are open for dev
                    hint: name one: tumour@1, tumour@2
                    """)
            let first = try fixture.signet(
                "approve", "tumour@1", "--env", "dev", "--reason", "x", as: .jane)
            #expect(first.status == 0, "\(first)")
            let before = try fixture.state()
            let second = try fixture.signet(
                "approve", "tumour@2", "--env", "dev", "--reason", "x", as: .jane)
            #expect(second.status == 1)
            #expect(second.errors.hasPrefix("error: there is no open proposal of tumour@2 for dev\n"))
            let again = try fixture.signet(
                "approve", "tumour@1", "--env", "dev", "--reason", "x", as: .kim)
            #expect(again.status == 1)
            #expect(again.errors.hasPrefix("error: there is no open proposal of tumour@1 for dev\n"))
            fixture.expect(
                try fixture.signet("propose", "tumour@1", "--env", "dev", as: .ravi),
                complaint: """
                    error: dev has tumour@1 with these parameters already
                    hint: change something: --set path=value, or propose another version
                    """)
            #expect(try fixture.state() == before)
        }
    }

    @Test func anArtifactThatWasChangedInTheStore() throws {
        try Fixture.with(environments: "dev") { fixture in
            try #require(try fixture.register().status == 0)
            try fixture.signet("approve", "tumour", "--env", "dev", "--reason", "ok", as: .jane)
            let answer = try fixture.json("resolve", "tumour", "--env", "dev")
            let path = try #require(answer["artifacts"]?[0]?["path"]?.text)
            try fixture.run("chmod", "u+w", path)
            try "swapped".write(toFile: path, atomically: false, encoding: .utf8)
            let out = fixture.folder.appending(path: "out").path
            let refused = try fixture.signet("fetch", "tumour", "--env", "dev", "--to", out)
            fixture.expect(
                refused,
                complaint: """
                    error: artifact <folder>/registry.git/lfs/objects/<object> is damaged: \
                    its SHA-256 is <sha256>
                    hint: put it back from a backup; `signet verify` tells whether the histories hold
                    """)
            let left = try? FileManager.default.contentsOfDirectory(atPath: out)  // nil: no folder
            #expect((left ?? []) == [])
            // Registering the right file once more puts it back.
            try #require(try fixture.register("tumour", example: 1, "--no-propose").status == 0)
            #expect(try fixture.signet("fetch", "tumour", "--env", "dev", "--to", out).status == 0)
        }
    }

    @Test func placesThatAreNoRegistry() throws {
        try Fixture.inFolder { fixture in
            let remedy = "hint: make one with `signet init PATH`, or name another with --registry"
            try fixture.run("mkdir", fixture.folder.path + "/empty")
            try fixture.run("git", "init", "-q", fixture.folder.path + "/plain")
            try fixture.run("git", "init", "-q", "--bare", fixture.folder.path + "/bare.git")
            for (name, place, why) in [
                ("empty", "empty", "there is no git repository"),
                ("missing", "missing", "there is no git repository"),
                ("plain", "plain/.git", "it has no branch 'main'"),
                ("bare.git", "bare.git", "it has no branch 'main'"),
            ] {
                fixture.expect(
                    try fixture.signet("status", "--registry", fixture.folder.path + "/" + name),
                    complaint: "error: '<folder>/\(place)' is not a Signet registry: \(why)\n\(remedy)")
            }
            let plain = fixture.folder.appending(path: "plain")
            try fixture.git("checkout", "-q", "-b", "main", in: plain)
            let made = try fixture.git(
                "-c", "user.name=x", "-c", "user.email=x@example.com", "commit", "-q",
                "--allow-empty", "-m", "not ours", in: plain)
            try #require(made.status == 0, "\(made)")
            fixture.expect(
                try fixture.signet("status", "--registry", plain.path),
                complaint: """
                    error: '<folder>/plain/.git' is not a Signet registry: \
                    main has no .signet/registry.yaml
                    \(remedy)
                    """)
        }
    }

    @Test(arguments: [
        (0, "an older format", "hint: upgrade the registry: see the documentation of upgrades"),
        (2, "a newer format", "hint: install a newer Signet"),
    ])
    func anotherFormatVersionIsRefused(_ version: Int, _ words: String, _ remedy: String) throws {
        try Fixture.inFolder { fixture in
            let place = fixture.folder.appending(path: "other")
            try fixture.run("git", "init", "-q", "-b", "main", place.path)
            try fixture.run("mkdir", place.path + "/.signet")
            try fixture.write(
                "other/.signet/registry.yaml", "formatVersion: \(version)\nname: other\n")
            try fixture.git("add", ".", in: place)
            try fixture.git(
                "-c", "user.name=x", "-c", "user.email=x@example.com", "commit", "-q", "-m", "x",
                in: place)
            fixture.expect(
                try fixture.signet("status", "--registry", place.path),
                complaint: """
                    error: .signet/registry.yaml:1: 'formatVersion' is \(version), \(words) than this \
                    version of Signet reads (1)
                    \(remedy)
                    """)
        }
    }
}
