import SoftwareKeys
import SystemPackage
import Testing

@testable import Signatures

/// What security keys and browsers sign, judged here and by stock git and OpenSSH.
@Suite struct SecurityKeyTests {
    @Test func everyCaseHasTheVerdictsItShould() throws {
        try Sandbox.with { sandbox in
            try sandbox.makeRepository()
            for (number, trial) in (SecurityKeyCase.accepted + SecurityKeyCase.refused).enumerated()
            {
                let key = trial.key.publicKey
                let draft = try Sample.draft(message: "Number \(number)\n", parents: [])
                let line = AllowedSigners.line(principal: "jane@example.com", key: key)
                try sandbox.write(line.bytes + [10], to: "allowed")
                let commit = try draft.signed(by: trial.key)
                let verdict = trial.fault.map { .bad(reason: $0) } ?? SignatureVerdict.good(key)
                #expect(try SignedCommit.parse(commit).verify() == verdict, "\(trial.name)")
                let (status, words) = try sandbox.verifyWithGit(commit)
                #expect((status == 0) == trial.isGoodForGit, "\(trial.name): \(words)")
                if status == 0 { #expect(words.contains(key.fingerprint), "\(words)") }
            }
        }
    }

    @Test(arguments: SoftwareKey.Kind.allCases)
    func aSignatureIsGoodForSSHKeygen(_ kind: SoftwareKey.Kind) throws {
        try Sandbox.with { sandbox in
            let key = SoftwareKey.sample(kind)
            let line = AllowedSigners.line(principal: "jane", key: key.publicKey)
            try sandbox.write(line.bytes + [10], to: "allowed")
            try sandbox.write("payload".bytes, to: "payload")
            let armor = try key.sign("payload".bytes)
            try sandbox.write(armor.bytes, to: "armor")
            #expect(
                SSHSignature.verify(armor: armor.bytes, over: "payload".bytes)
                    == .good(key.publicKey))
            let other: SignatureFault = kind == .browser ? .wrongClientData : .mismatch
            #expect(
                SSHSignature.verify(armor: armor.bytes, over: "payload ".bytes)
                    == .bad(reason: other))
            try sandbox.sh("ssh-keygen -Y verify -f allowed -I jane -n git -s armor < payload")
            let words = try sandbox.run(
                "ssh-keygen -Y verify -f allowed -I jane -n git -s armor < allowed")
            #expect(words.status != 0)
            #expect(
                try sandbox.sh("echo '\(key.publicKey.openSSHLine)' | ssh-keygen -l -f -")
                    .contains(key.publicKey.fingerprint))
        }
    }

    @Test func whatTheKeySaysIsRead() throws {
        let plain = SoftwareKey.sample(.ed25519).claiming { ($0.flags, $0.counter) = (0x01, 9) }
        let assertion = try #require(
            try SSHSignature.parse(armor: plain.sign([1]).bytes).assertion)
        #expect(assertion.application == "ssh:" && assertion.counter == 9)
        #expect(assertion.userPresent && !assertion.userVerified && assertion.browser == nil)
        let commit = try Sample.draft().signed(by: SoftwareKey.sample(.browser))
        let browser = try #require(try SignedCommit.parse(commit).assertion?.browser)
        #expect(browser.origin == "https://approve.example.com")
        #expect(!browser.crossOrigin && browser.extensions.isEmpty)
        #expect(browser.clientData.starts(with: #"{"type":"webauthn.get","challenge":"U1NI"#.utf8))
        #expect(try SignedCommit.parse(Sample.commit().bytes).assertion == nil)
    }

    @Test func faultsWithARemedyNameIt() {
        #expect(
            SignatureFault.userAbsent.description == """
                the security key signed without being touched
                hint: sign with a key made without 'no-touch-required': ssh-keygen -t ed25519-sk
                """)
    }
}
