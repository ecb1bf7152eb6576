import Testing

@testable import Signatures

@Suite struct CommitGrammarTests {
    struct Case: CustomTestStringConvertible, Sendable {
        let testDescription: String
        let old: String
        let new: String
        let fault: CommitFault

        init(_ name: String, _ old: String, _ new: String, _ fault: CommitFault) {
            testDescription = name
            self.old = old
            self.new = new
            self.fault = fault
        }
    }

    static let tree = "tree \(Sample.emptyTree)\n"
    static let parent = "parent \(Sample.parent)\n"
    static let author = "author Jane Doe <jane@example.com> 1700000000 +0100\n"
    static let committer = "committer Jürgen Ömer <j@example.com> 1700000060 -0330\n"

    static let malformed: [Case] = [
        Case("NUL in the message", "Body", "Bo\0dy", .nulByte),
        Case("NUL in a header", "Jane", "Ja\0ne", .nulByte),
        Case("CR after a header", "+0100\n", "+0100\r\n", .controlCharacter(13)),
        Case("CR in the message", "Body", "Bo\rdy", .controlCharacter(13)),
        Case("escape in the message", "Body", "Bo\u{1B}[2Kdy", .controlCharacter(27)),
        Case("no tree", tree, "", .missingHeader("tree")),
        Case("no author", author, "", .missingHeader("author")),
        Case("no committer", committer, "", .missingHeader("committer")),
        Case("tree twice", tree, tree + tree, .duplicateHeader("tree")),
        Case("author twice", author, author + author, .duplicateHeader("author")),
        Case("committer twice", committer, committer + committer, .duplicateHeader("committer")),
        Case("parent before tree", tree + parent, parent + tree, .headerOrder("tree")),
        Case("parent after author", parent + author, author + parent, .headerOrder("parent")),
        Case(
            "committer before author", author + committer, committer + author,
            .headerOrder("author")),
        Case("empty parent", parent, "parent \n", .malformedHeader("parent")),
        Case("parent without a blank", parent, "parent\n", .malformedHeader("parent")),
        Case("short parent", parent, "parent a1a1\n", .malformedHeader("parent")),
        Case("capital in tree", "4b825dc", "4B825dc", .malformedHeader("tree")),
        Case("two blanks before tree", "tree 4b", "tree  4b", .malformedHeader("tree")),
        Case(
            "tab after tree", "tree 4b", "tree\t4b",
            .unknownHeader("tree\t\(Sample.emptyTree.prefix(35))")),
        Case("blank at the start", "tree 4b", " tree 4b", .malformedHeader("")),
        Case("continued author", author, author + " more\n", .malformedHeader("")),
        Case("mergetag", committer, committer + "mergetag object x\n", .unknownHeader("mergetag")),
        Case("unknown header", committer, committer + "note x\n", .unknownHeader("note")),
        Case("capital header", "author ", "Author ", .unknownHeader("Author")),
        Case("gpgsig-foo", committer, committer + "gpgsig-foo x\n", .unknownHeader("gpgsig-foo")),
        Case("gpgsig-sha256", "gpgsig ", "gpgsig-sha256 ", .unknownHeader("gpgsig-sha256")),
        Case(
            "gpgsig without a value", "gpgsig -----BEGIN SSH SIGNATURE-----\n", "gpgsig\n",
            .malformedHeader("gpgsig")),
        Case(
            "empty gpgsig", "gpgsig -----BEGIN SSH SIGNATURE-----\n", "gpgsig \n",
            .malformedSignatureBlock),
        Case("two blanks after gpgsig", "gpgsig -", "gpgsig  -", .malformedSignatureBlock),
        Case(
            "gpgsig before author", author, "gpgsig -----BEGIN SSH SIGNATURE-----\n" + author,
            .headerOrder("author")),
        Case("second gpgsig", "\n\nSubject", "\ngpgsig -----BEGIN \n\nSubject", .twoSignatures),
        Case(
            "header after gpgsig", "\n\nSubject", "\nencoding UTF-8\n\nSubject",
            .headerOrder("encoding")),
        Case(
            "unknown header after gpgsig", "\n\nSubject", "\nnote x\n\nSubject",
            .unknownHeader("note")),
        Case(
            "other encoding", committer, committer + "encoding ISO-8859-1\n",
            .unsupportedEncoding("ISO-8859-1")),
        Case(
            "encoding in other letters", committer, committer + "encoding utf-8\n",
            .unsupportedEncoding("utf-8")),
        Case(
            "author without an address", "Doe <jane@example.com>", "Doe",
            .malformedIdentity("author")),
        Case("committer without a name", "Jürgen Ömer ", "", .malformedIdentity("committer")),
        Case(
            "two addresses", "<j@example.com>", "<j@example.com> <k@example.com>",
            .malformedIdentity("committer")),
        Case("no time", " 1700000000 +0100", "", .malformedIdentity("author")),
        Case("negative time", "1700000000", "-1700000000", .malformedIdentity("author")),
        Case("zero-padded time", "1700000000", "01700000000", .malformedIdentity("author")),
        Case("huge time", "1700000000", "99999999999999999999", .malformedIdentity("author")),
        Case("minus zero zone", "+0100", "-0000", .malformedIdentity("author")),
        Case("short zone", "+0100", "+100", .malformedIdentity("author")),
        Case("zone without a sign", "+0100", "00100", .malformedIdentity("author")),
        Case("blank after the zone", "+0100", "+0100 ", .malformedIdentity("author")),
        Case(
            "two blanks before the time", " 1700000000", "  1700000000",
            .malformedIdentity("author")),
    ]

    @Test(arguments: malformed)
    func malformedCommitIsRefusedWithItsNamedFault(_ one: Case) throws {
        let sound = try Sample.commit()
        let text = sound.replacingFirst(one.old, with: one.new)
        try #require(text.bytes != sound.bytes)
        #expect(throws: one.fault) { try SignedCommit.parse(text.bytes) }
    }

    @Test func soundCommitIsReadWhole() throws {
        let commit = try SignedCommit.parse(Sample.commit().bytes)
        #expect(commit.tree == Sample.emptyTree)
        #expect(commit.parents == [Sample.parent])
        #expect(commit.author.name == "Jane Doe")
        #expect(commit.author.email == "jane@example.com")
        #expect(commit.author.seconds == 1_700_000_000)
        #expect(commit.author.offset == 60)
        #expect(commit.committer.name == "Jürgen Ömer")
        #expect(commit.committer.offset == -210)
        #expect(commit.encoding == nil)
        #expect(commit.message == "Subject\n\nBody\n\nDecision: approved\n")
        #expect(commit.payload == (try Sample.draft().payload()))
        #expect(
            commit.payloadSHA256
                == "f5a520813c3bb75f395a976370907c0bef16990300297b437982250db35790de")
        #expect(commit.verify() == .good(try Sample.key().publicKey))
    }

    @Test func signatureInTheMessageIsNoSignature() throws {
        let signed = try Sample.commit()
        let block = try #require(signed.split(separator: "gpgsig ", maxSplits: 1).last)
        let unsigned = String(decoding: try Sample.draft().payload(), as: UTF8.self)
        let commit = try SignedCommit.parse((unsigned + "\ngpgsig " + block).bytes)
        #expect(commit.signature == nil)
        #expect(commit.verify() == .bad(reason: .unsigned))
    }

    @Test func encodingUTF8IsAcceptedAndSigned() throws {
        let text = try Sample.commit().replacingFirst("gpgsig", with: "encoding UTF-8\ngpgsig")
        let commit = try SignedCommit.parse(text.bytes)
        #expect(commit.encoding == "UTF-8")
        #expect(commit.verify() == .bad(reason: .mismatch))
    }

    @Test func bytesThatAreNotUTF8AreRefused() throws {
        let text = try Sample.commit().bytes + [0xC3, 0x28]
        #expect(throws: CommitFault.notUTF8) { try SignedCommit.parse(text) }
        let surrogate = try Sample.commit().bytes + [0xED, 0xA0, 0x80]
        #expect(throws: CommitFault.notUTF8) { try SignedCommit.parse(surrogate) }
        let overlong = try Sample.commit().bytes + [0xC0, 0xAF]
        #expect(throws: CommitFault.notUTF8) { try SignedCommit.parse(overlong) }
    }

    @Test func headersWithoutAnEndAreRefused() throws {
        let headers = try Sample.commit().split(separator: "\n\nSubject")[0]
        #expect(throws: CommitFault.unendedHeaders) {
            try SignedCommit.parse([UInt8](headers.utf8))
        }
        #expect(throws: CommitFault.unendedHeaders) {
            try SignedCommit.parse([UInt8](headers.utf8) + [10])
        }
        #expect(throws: CommitFault.unendedHeaders) { try SignedCommit.parse([]) }
        #expect(throws: CommitFault.missingHeader("tree")) { try SignedCommit.parse([10]) }
    }

    @Test func hugeCommitIsRefused() throws {
        let text = try Sample.commit().bytes + [UInt8](repeating: 120, count: 1 << 20)
        #expect(throws: CommitFault.tooLarge(bytes: text.count)) { try SignedCommit.parse(text) }
    }

    @Test func emptyMessageIsAccepted() throws {
        let draft = try Sample.draft(message: "", parents: [])
        let commit = try SignedCommit.parse(draft.signed(by: Sample.key()))
        #expect(commit.message == "")
        #expect(commit.parents == [])
        #expect(commit.verify() == .good(try Sample.key().publicKey))
    }

    @Test func openPGPAndCMSSignaturesAreUnsupported() throws {
        let ssh = try Sample.commit()
        let pgp = ssh.replacingFirst("gpgsig -----BEGIN SSH", with: "gpgsig -----BEGIN PGP")
        #expect(try SignedCommit.parse(pgp.bytes).verify() == .unsupported("OpenPGP"))
        let cms = ssh.replacingFirst("BEGIN SSH SIGNATURE", with: "BEGIN SIGNED MESSAGE")
        #expect(try SignedCommit.parse(cms.bytes).verify() == .unsupported("CMS"))
    }

    @Test func changedPayloadDoesNotMatch() throws {
        let text = try Sample.commit().replacingFirst("approved", with: "rejected")
        #expect(try SignedCommit.parse(text.bytes).verify() == .bad(reason: .mismatch))
    }
}
