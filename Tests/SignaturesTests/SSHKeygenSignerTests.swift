import SoftwareKeys
import Synchronization
import SystemPackage
import Testing

@testable import Signatures

@Suite struct SSHKeygenSignerTests {
    private static let payload: [UInt8] = [1, 2, 3]

    private func signer(_ name: String, in sandbox: Sandbox) throws -> SSHKeygenSigner {
        try SSHKeygenSigner(keyFile: sandbox.path(name), environment: sandbox.environment)
    }

    @Test func nothingIsLeftInTheTemporaryFolder() throws {
        try Sandbox.with { sandbox in
            _ = try sandbox.makeKey("key")
            let before = try sandbox.sh("ls")
            _ = try signer("key", in: sandbox).sign(Self.payload)
            #expect(try sandbox.sh("ls") == before)
        }
    }

    @Test func keyOfAnAgentSignsByItsPublicFile() throws {
        try Sandbox.with { sandbox in
            let key = try sandbox.makeKey("key")
            try sandbox.sh(
                """
                ssh-agent -a agent > agent.lines 2>&1
                SSH_AUTH_SOCK=agent ssh-add -q key 2>/dev/null
                mv key key.elsewhere
                """)
            defer {
                do {
                    try sandbox.sh(". ./agent.lines > /dev/null; kill $SSH_AGENT_PID")
                } catch {
                    Issue.record(error)
                }
            }
            var environment = sandbox.environment
            environment["SSH_AUTH_SOCK"] = sandbox.path("agent").string
            let signer = try SSHKeygenSigner(
                keyFile: sandbox.path("key.pub"), environment: environment)
            let armor = try signer.sign(Self.payload).bytes
            #expect(SSHSignature.verify(armor: armor, over: Self.payload) == .good(key))
            // And by the key itself, of which there is no file.
            let line = try sandbox.sh("cat key.pub")
            try sandbox.sh("mv key.pub key.pub.elsewhere")
            let other = try SSHKeygenSigner(agentKey: line, environment: environment)
            let second = try other.sign(Self.payload).bytes
            #expect(SSHSignature.verify(armor: second, over: Self.payload) == .good(key))
        }
    }

    @Test func publicFileWithoutAnAgentFailsInSSHKeygensWords() throws {
        try Sandbox.with { sandbox in
            _ = try sandbox.makeKey("key")
            try sandbox.sh("mv key key.elsewhere")
            let signer = try signer("key.pub", in: sandbox)
            let error = #expect(throws: SigningError.self) { try signer.sign(Self.payload) }
            let words = try #require(error?.description)
            #expect(words.contains("No private key found for"), "\(words)")
            #expect(words.contains("\nhint: "), "\(words)")
        }
    }

    @Test func lockedKeyIsKnownAndItsRefusalIsReported() throws {
        try Sandbox.with { sandbox in
            try sandbox.sh("ssh-keygen -q -t ed25519 -N secret -f locked")
            let line = String(decoding: try sandbox.read("locked.pub"), as: UTF8.self)
            try sandbox.sh("rm locked.pub")
            var environment = sandbox.environment
            environment["SSH_ASKPASS"] = "/bin/false"
            environment["SSH_ASKPASS_REQUIRE"] = "force"
            let heard = Mutex("")
            let signer = try SSHKeygenSigner(
                keyFile: sandbox.path("locked"), environment: environment
            ) { words in heard.withLock { $0 += words } }
            #expect(signer.publicKey == (try PublicKey(openSSHLine: line)))
            let error = #expect(throws: SigningError.self) { try signer.sign(Self.payload) }
            guard case .failed(sandbox.path("locked"), let words) = error else {
                Issue.record("\(String(describing: error))")
                return
            }
            #expect(words.contains("incorrect passphrase"), "\(words)")
            #expect(heard.withLock { $0 }.contains("incorrect passphrase"))
        }
    }

    @Test func passphraseFromAProgramUnlocksTheKey() throws {
        try Sandbox.with { sandbox in
            try sandbox.sh(
                """
                ssh-keygen -q -t ed25519 -N secret -f locked
                printf '#!/bin/sh\\necho secret\\n' > ask
                chmod +x ask
                """)
            var environment = sandbox.environment
            environment["SSH_ASKPASS"] = sandbox.path("ask").string
            environment["SSH_ASKPASS_REQUIRE"] = "force"
            let signer = try SSHKeygenSigner(
                keyFile: sandbox.path("locked"), environment: environment)
            let armor = try signer.sign(Self.payload).bytes
            let verdict = SSHSignature.verify(armor: armor, over: Self.payload)
            #expect(verdict == .good(signer.publicKey))
        }
    }

    @Test func missingProgramIsNamedWithItsPackage() throws {
        try Sandbox.with { sandbox in
            _ = try sandbox.makeKey("key")
            var environment = sandbox.environment
            environment["PATH"] = sandbox.folder.string
            let signer = try SSHKeygenSigner(
                keyFile: sandbox.path("key"), environment: environment)
            #expect(throws: SigningError.missingProgram("ssh-keygen")) {
                try signer.sign(Self.payload)
            }
            #expect(
                SigningError.missingProgram("ssh-keygen").description == """
                    program 'ssh-keygen' not found
                    hint: install the package openssh-client
                    """)
        }
    }

    @Test func publicKeyOfAnOlderKeyFileIsTheOneBesideIt() throws {
        try Sandbox.with { sandbox in
            let key = try sandbox.makeKey("key", "-t rsa -b 3072 -m PEM")
            #expect(try signer("key", in: sandbox).publicKey == key)
            try sandbox.sh("rm key.pub")
            let path = sandbox.path("key")
            #expect(throws: SigningError.noPublicKey(path)) { try signer("key", in: sandbox) }
        }
    }

    @Test func fileThatIsNoKeyIsRefused() throws {
        try Sandbox.with { sandbox in
            try sandbox.write("hello\n".bytes, to: "text")
            let reason = SignatureFault.malformedKey("public key line").description
            #expect(throws: SigningError.notAKey(sandbox.path("text"), reason)) {
                try signer("text", in: sandbox)
            }
        }
    }

    /// No key is at hand: a script answers for ssh-keygen with what a key in software signed.
    @Test func whatAHardwareKeySignsIsCheckedAtOnce() throws {
        try Sandbox.with { sandbox in
            let key = try SoftwareKey(.ed25519)
            try sandbox.write(key.publicKey.openSSHLine.bytes + [10], to: "key.pub")
            let script = """
                #!/bin/sh
                for file; do :; done
                cp "${0%/*}/armor" "$file.sig"

                """
            try sandbox.write(script.bytes, to: "script")
            // Copied by a process of its own: none that starts beside it has the program open to write.
            try sandbox.sh("cp script program; chmod +x program")
            let signer = try SSHKeygenSigner(
                keyFile: sandbox.path("key.pub"), program: sandbox.path("program").string,
                environment: sandbox.environment)
            let armor = try key.sign(Self.payload)
            try sandbox.write(armor.bytes, to: "armor")
            #expect(try signer.sign(Self.payload) == armor)
            let untouched = try key.claiming { $0.flags = 0 }.sign(Self.payload)
            try sandbox.write(untouched.bytes, to: "armor")
            let error = #expect(throws: SigningError.self) { try signer.sign(Self.payload) }
            #expect(
                error?.description == """
                    ssh-keygen's signature with '\(sandbox.path("key.pub"))' is not good: \
                    the security key signed without being touched
                    hint: sign with a key made without 'no-touch-required': \
                    ssh-keygen -t ed25519-sk
                    """)
        }
    }

    @Test func signatureOfAnotherKeyIsRefused() throws {
        try Sandbox.with { sandbox in
            _ = try sandbox.makeKey("key", "-t rsa -b 3072 -m PEM")
            let other = try sandbox.makeKey("other", "-t rsa -b 3072 -m PEM")
            try sandbox.sh("cp key.pub saved; cp other.pub key.pub")
            let signer = try signer("key", in: sandbox)
            #expect(signer.publicKey == other)
            #expect(throws: SigningError.self) { try signer.sign(Self.payload) }
        }
    }
}
