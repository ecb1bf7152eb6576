import Testing

@testable import Signatures

/// What stock git and ssh-keygen sign is read and checked here.
@Suite struct GitSignedCommitTests {
    @Test(arguments: [
        ("-t ed25519", KeyType.ed25519, "ssh-ed25519"),
        ("-t ecdsa -b 256", .ecdsaP256, "ecdsa-sha2-nistp256"),
        ("-t ecdsa -b 384", .ecdsaP384, "ecdsa-sha2-nistp384"),
        ("-t ecdsa -b 521", .ecdsaP521, "ecdsa-sha2-nistp521"),
        ("-t rsa -b 3072", .rsa, "rsa-sha2-512"),
    ])
    func commitsSignedByGitAreGood(
        _ options: String, _ type: KeyType, _ signatureType: String
    ) throws {
        try Sandbox.with { sandbox in
            let key = try sandbox.makeKey("key", options)
            #expect(key.type == type)
            try sandbox.makeRepository(signingKey: "key")
            for number in 1...2 {
                try sandbox.sh(
                    """
                    cd repository
                    git commit -q -S --allow-empty -m 'Number \(number)' --trailer 'Decision: rejected'
                    git cat-file commit HEAD > ../commit
                    """)
                let commit = try SignedCommit.parse(sandbox.read("commit"))
                #expect(commit.verify() == .good(key))
                #expect(commit.message == "Number \(number)\n\nDecision: rejected\n")
                #expect(commit.trailerValues("decision") == ["rejected"])
                let armor = try #require(commit.signature)
                #expect(try SSHSignature.parse(armor: armor).signatureType == signatureType)
            }
        }
    }

    @Test func fingerprintIsTheOneSSHKeygenPrints() throws {
        try Sandbox.with { sandbox in
            let key = try sandbox.makeKey("key", "-t ecdsa -b 384")
            let words = try sandbox.sh("ssh-keygen -l -f key.pub")
            #expect(words.split(separator: " ")[1] == key.fingerprint)
            #expect(try PublicKey(openSSHLine: key.openSSHLine) == key)
        }
    }

    @Test func rsaKeyBelow3072BitsIsRefused() throws {
        try Sandbox.with { sandbox in
            #expect(throws: SignatureFault.shortKey(bits: 2048)) {
                try sandbox.makeKey("key", "-t rsa -b 2048")
            }
            try sandbox.makeRepository(signingKey: "key")
            try sandbox.sh(
                """
                cd repository
                git commit -q -S --allow-empty -m Short
                git cat-file commit HEAD > ../commit
                """)
            let commit = try SignedCommit.parse(sandbox.read("commit"))
            #expect(commit.verify() == .bad(reason: .shortKey(bits: 2048)))
        }
    }

    @Test func sha1AndPaddedRSASignaturesAreRefused() throws {
        try Sandbox.with { sandbox in
            let key = try sandbox.makeKey("key", "-t rsa -b 3072")
            try sandbox.write(SSHSignatureTests.message, to: "message")
            try sandbox.sh("ssh-keygen -q -Y sign -n git -f key message")
            let sound = try SSHSignature.parse(armor: sandbox.read("message.sig"))
            #expect(sound.verify(SSHSignatureTests.message) == .good(key))
            var parts = try SSHSignatureTests.Parts()
            parts.key = key.blob
            parts.signature = SSHSignatureTests.encoded("ssh-rsa", sound.signatureBytes)
            #expect(
                parts.verify() == .bad(reason: .wrongSignatureType("ssh-rsa", key: "ssh-rsa")))
            parts.signature = SSHSignatureTests.encoded("rsa-sha2-256", sound.signatureBytes)
            #expect(parts.verify() == .bad(reason: .mismatch))
            parts.signature = SSHSignatureTests.encoded(
                "rsa-sha2-512", [0] + sound.signatureBytes)
            #expect(parts.verify() == .bad(reason: .malformedSignature("rsa-sha2-512")))
        }
    }

    @Test func rsaSignatureOverSHA256IsGood() throws {
        try Sandbox.with { sandbox in
            let key = try sandbox.makeKey("key", "-t rsa -b 3072")
            try sandbox.write(SSHSignatureTests.message, to: "message")
            try sandbox.sh("ssh-keygen -q -Y sign -O hashalg=sha256 -n git -f key message")
            let signature = try SSHSignature.parse(armor: sandbox.read("message.sig"))
            #expect(signature.hashAlgorithm == .sha256)
            #expect(signature.verify(SSHSignatureTests.message) == .good(key))
        }
    }

    @Test func signatureForAnotherNamespaceIsRefused() throws {
        try Sandbox.with { sandbox in
            _ = try sandbox.makeKey("key")
            try sandbox.write(SSHSignatureTests.message, to: "message")
            try sandbox.sh("ssh-keygen -q -Y sign -n file -f key message")
            let verdict = SSHSignature.verify(
                armor: try sandbox.read("message.sig"), over: SSHSignatureTests.message)
            #expect(verdict == .bad(reason: .wrongNamespace("file")))
        }
    }

    @Test func mergeSignedByGitIsGood() throws {
        try Sandbox.with { sandbox in
            let key = try sandbox.makeKey("key")
            try sandbox.makeRepository(signingKey: "key")
            try sandbox.sh(
                """
                cd repository
                git commit -q --allow-empty -m root
                git switch -q -c side
                git commit -q --allow-empty -m side
                git switch -q main
                git merge -q --no-ff -S -m 'Merge side' side
                git cat-file commit HEAD > ../commit
                git rev-parse HEAD^1 HEAD^2 > ../parents
                """)
            let commit = try SignedCommit.parse(sandbox.read("commit"))
            let parents = String(decoding: try sandbox.read("parents"), as: UTF8.self)
            #expect(commit.parents == parents.split(separator: "\n").map(String.init))
            #expect(commit.verify() == .good(key))
        }
    }

    @Test func mergeOfASignedTagIsRefusedWithAHint() throws {
        try Sandbox.with { sandbox in
            _ = try sandbox.makeKey("key")
            try sandbox.makeRepository(signingKey: "key")
            try sandbox.sh(
                """
                cd repository
                git commit -q --allow-empty -m root
                git switch -q -c side
                git commit -q --allow-empty -m side
                git tag -s -m signed v1
                git switch -q main
                git merge -q --no-ff -S -m 'Merge tag' v1
                git cat-file commit HEAD > ../commit
                """)
            let bytes = try sandbox.read("commit")
            #expect(throws: CommitFault.unknownHeader("mergetag")) {
                try SignedCommit.parse(bytes)
            }
            #expect(
                CommitFault.unknownHeader("mergetag").description == """
                    unknown commit header 'mergetag'
                    hint: merge the branch or the commit, not a signed tag
                    """)
        }
    }
}
