import SystemPackage
import Testing

@testable import Signatures

/// What is signed here is good for stock git and ssh-keygen.
@Suite struct StockVerificationTests {
    private func demandGood(
        _ signer: any CommitSigner, in sandbox: Sandbox,
        sourceLocation: SourceLocation = #_sourceLocation
    ) throws {
        let line = AllowedSigners.line(principal: "jane@example.com", key: signer.publicKey)
        try sandbox.write(line.bytes + [10], to: "allowed")
        try sandbox.makeRepository()
        let draft = try Sample.draft(parents: [])
        let bytes = try draft.signed(by: signer)
        #expect(
            try SignedCommit.parse(bytes).verify() == .good(signer.publicKey),
            sourceLocation: sourceLocation)
        let (status, words) = try sandbox.verifyWithGit(bytes)
        let name = signer.publicKey.fingerprint
        #expect(status == 0, "\(words)", sourceLocation: sourceLocation)
        #expect(
            words.hasPrefix("Good \"git\" signature for jane@example.com with ")
                && words.contains(name), "\(words)", sourceLocation: sourceLocation)
        try sandbox.write(draft.payload(), to: "payload")
        try sandbox.write(try signer.sign(draft.payload()).bytes, to: "payload.armor")
        try sandbox.sh(
            "ssh-keygen -Y verify -f allowed -I jane@example.com -n git -s payload.armor < payload")
    }

    @Test func commitSignedInProcessIsGood() throws {
        try Sandbox.with { try demandGood(try ServiceKey.generate(comment: "registry"), in: $0) }
    }

    @Test(arguments: ["-t ed25519", "-t ecdsa -b 256", "-t ecdsa -b 521", "-t rsa -b 3072"])
    func commitSignedThroughSSHKeygenIsGood(_ options: String) throws {
        try Sandbox.with { sandbox in
            let key = try sandbox.makeKey("key", options)
            let signer = try SSHKeygenSigner(
                keyFile: sandbox.path("key"), environment: sandbox.environment)
            #expect(signer.publicKey == key)
            try demandGood(signer, in: sandbox)
        }
    }

    @Test func keyFileWrittenHereIsReadBySSHKeygen() throws {
        try Sandbox.with { sandbox in
            let key = try ServiceKey.generate(comment: "runner")
            try key.write(to: sandbox.path("key"))
            let line = try sandbox.sh("ssh-keygen -y -f key")
            #expect(line == key.publicKey.openSSHLine + " runner\n")
            let signer = try SSHKeygenSigner(
                keyFile: sandbox.path("key"), environment: sandbox.environment)
            try demandGood(signer, in: sandbox)
        }
    }
}
