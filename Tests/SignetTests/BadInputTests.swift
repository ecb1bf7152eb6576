import Foundation
import Testing

/// Bad input gets a complaint that names it and the remedy, exit code 1, and nothing is written.
struct BadInputTests {
    @Test func theSameFilesWithOtherParametersAreNotTakenForTheSame() throws {
        try Fixture.with(environments: "dev") { fixture in
            try #require(try fixture.register().status == 0)
            let other = try fixture.write(
                "other.yaml", "inference:\n  input: batch.csv\n  batchSize: 7\n")
            let before = try fixture.state()
            fixture.expect(
                try fixture.signet(
                    ["register", "tumour", "--parameters", other] + fixture.files(1), as: .ravi),
                complaint: """
                    note: tumour@1 is registered with exactly these files already
                    error: tumour@1 is proposed for dev already, with other parameters: <short>
                    hint: approve that one, or reject it and propose yours: signet reject tumour@1 \
                    --env dev --reason TEXT, then signet propose tumour@1 --env dev --parameters FILE
                    """)
            #expect(try fixture.state() == before)
            let same = try fixture.register()
            #expect(same.status == 0 && same.output.contains("proposed for dev: "), "\(same)")
        }
    }

    @Test func whatIsNoModelIsSaidBeforeItIsRegistered() throws {
        try Fixture.with(environments: "dev") { fixture in
            let whole = try Data(contentsOf: URL(filePath: fixture.example(1, "model.onnx")))
            let short = fixture.folder.appending(path: "short.onnx")
            try whole.prefix(whole.count / 2).write(to: short)
            let rest = [
                "--metrics", fixture.example(1, "metrics.json"), "--card",
                fixture.example(1, "CARD.md"), "--no-propose",
            ]
            let before = try fixture.state()
            let refused = try fixture.signet(
                ["register", "tumour", "--artifact", short.path] + rest, as: .ravi)
            #expect(refused.status == 1)
            #expect(
                refused.errors.hasPrefix(
                    "error: '\(short.path)' is not an ONNX model that can be run: "),
                "\(refused)")
            #expect(!refused.errors.contains("can't be used"), "\(refused)")
            let claimed = try fixture.signet(
                [
                    "register", "tumour", "--artifact", fixture.example(1, "CARD.md"),
                    "--format-of-model", "onnx",
                ] + rest, as: .ravi)
            #expect(claimed.status == 1, "\(claimed)")
            #expect(try fixture.state() == before)
            let asItIs = try fixture.signet(
                [
                    "register", "tumour", "--artifact", short.path, "--format-of-model", "other",
                ] + rest, as: .ravi)
            #expect(asItIs.status == 0, "\(asItIs)")
        }
    }

    @Test func aBaselineThatIsNoneIsRefused() throws {
        try Fixture.with(environments: "dev") { fixture in
            let before = try fixture.state()
            let file = try fixture.write("baseline.json", "{\"features\": 3}")
            let refused = try fixture.register("tumour", example: 1, "--baseline", file)
            #expect(refused.status == 1)
            #expect(refused.errors.contains("baseline.json: not a baseline: "), "\(refused)")
            #expect(refused.errors.contains("hint: make it anew with: signet baseline DATA.csv"))
            #expect(try fixture.state() == before)
        }
    }

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

    @Test func aModelsNameThatIsAnothersPrefix() throws {
        try Fixture.with(environments: "dev") { fixture in
            try #require(try fixture.register("churn/eu").status == 0)
            let before = try fixture.state()
            for (name, first) in [
                ("churn", "models/churn"), ("churn/eu/north", "models/churn/eu/north"),
            ] {
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
                    complaint:
                        "error: '<folder>/\(place)' is not a Signet registry: \(why)\n\(remedy)")
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
