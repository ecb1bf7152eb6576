import Testing

@testable import Signatures

@Suite struct CommitDraftTests {
    @Test func payloadIsWhatGitWrites() throws {
        try Sandbox.with { sandbox in
            try sandbox.makeRepository()
            try sandbox.sh(
                """
                cd repository
                id=$(git commit-tree 4b825dc642cb6eb9a060e54bf8d69288fbee4904 -m Subject)
                git cat-file commit $id > ../commit
                """)
            let draft = try Sample.draft(message: "Subject", parents: [])
            #expect(draft.payload() == (try sandbox.read("commit")))
        }
    }

    @Test func signedDraftParsesBackIntoItsParts() throws {
        let draft = try Sample.draft(parents: [Sample.parent, Sample.emptyTree])
        let commit = try SignedCommit.parse(draft.signed(by: Sample.key()))
        #expect(commit.payload == draft.payload())
        #expect(commit.parents == draft.parents)
        #expect(commit.author == draft.author)
        #expect(commit.committer == draft.committer)
        #expect(commit.message == draft.message)
    }

    @Test func partsThatWouldForgeAHeaderAreRefused() throws {
        #expect(throws: CommitFault.malformedIdentity("Jane\nparent x <j@example.com>")) {
            try Identity(name: "Jane\nparent x", email: "j@example.com", seconds: 1)
        }
        #expect(throws: CommitFault.malformedIdentity("Jane <a> <b>")) {
            try Identity(name: "Jane", email: "a> <b", seconds: 1)
        }
        #expect(throws: CommitFault.malformedIdentity(" <j@example.com>")) {
            try Identity(name: "", email: "j@example.com", seconds: 1)
        }
        #expect(throws: CommitFault.malformedIdentity("Jane <>")) {
            try Identity(name: "Jane", email: "", seconds: -1)
        }
        #expect(throws: CommitFault.malformedHeader("parent")) {
            try Sample.draft(parents: ["main"])
        }
        #expect(throws: CommitFault.nulByte) { try Sample.draft(message: "a\0b") }
    }

    @Test func identityIsWrittenWithItsOffset() throws {
        let west = try Identity(name: "A B", email: "", seconds: 0, offset: -61)
        #expect(west.description == "A B <> 0 -0101")
        #expect(Identity(line: ArraySlice(west.description.utf8)) == west)
        let east = try Identity(name: "A", email: "a@b", seconds: 5, offset: 345)
        #expect(east.description == "A <a@b> 5 +0545")
        #expect(Identity(line: ArraySlice(east.description.utf8)) == east)
    }
}
