import Foundation
import GitStore
import SystemPackage
import Testing

struct HistoryTests {
    /// root ─ a ─ m ─ tip, with side merged into m as its second parent.
    private func graph(
        _ fixture: TemporaryRepository
    ) throws -> (root: ObjectID, a: ObjectID, side: ObjectID, m: ObjectID, tip: ObjectID) {
        let root = try fixture.commit("root")
        let a = try fixture.commit("a", parents: [root])
        let side = try fixture.commit("side", parents: [root])
        let m = try fixture.commit("m", parents: [a, side])
        return (root, a, side, m, try fixture.commit("tip", parents: [m]))
    }

    @Test func firstParentsLeadToTheRoot() throws {
        try TemporaryRepository.with { fixture in
            let graph = try graph(fixture)
            let repository = fixture.repository
            #expect(
                try repository.firstParents(from: graph.tip)
                    == [graph.tip, graph.m, graph.a, graph.root])
            #expect(
                try repository.firstParents(from: graph.tip, until: graph.a)
                    == [graph.tip, graph.m])
            #expect(try repository.firstParents(from: graph.tip, until: graph.side).count == 4)
            #expect(try repository.parents(of: graph.m) == [graph.a, graph.side])
        }
    }

    @Test func aWalkStopsWhenToldTo() throws {
        try TemporaryRepository.with { fixture in
            let graph = try graph(fixture)
            var seen: [ObjectID] = []
            try fixture.repository.walkFirstParents(from: graph.tip) { id, commit in
                #expect(commit.id == id)
                seen.append(id)
                return id != graph.m
            }
            #expect(seen == [graph.tip, graph.m])
        }
    }

    @Test func ancestryAgreesWithGit() throws {
        try TemporaryRepository.with { fixture in
            let graph = try graph(fixture)
            let all = [graph.root, graph.a, graph.side, graph.m, graph.tip]
            for a in all {
                for b in all {
                    #expect(
                        try fixture.repository.isAncestor(a, of: b)
                            == fixture.git.succeeds("merge-base", "--is-ancestor", a.hex, b.hex))
                }
            }
        }
    }

    @Test func aMissingParentIsAnError() throws {
        try TemporaryRepository.with { fixture in
            let absent = ObjectID.hash(.commit, [])
            let tip = try fixture.commit("tip", parents: [absent])
            let root = try fixture.commit("root")
            #expect(throws: GitError.missingObject(absent)) {
                try fixture.repository.firstParents(from: tip)
            }
            #expect(throws: GitError.missingObject(absent)) {
                try fixture.repository.isAncestor(root, of: tip)
            }
        }
    }

    @Test func aTreeIsNoCommit() throws {
        try TemporaryRepository.with { fixture in
            let tree = try fixture.repository.writeTree([])
            #expect(throws: GitError.wrongKind(tree, expected: .commit, found: .tree)) {
                try fixture.repository.parents(of: tree)
            }
        }
    }

    @Test func aCommitThatBeginsOtherwiseIsCorrupt() throws {
        try TemporaryRepository.with { fixture in
            for text in ["", "tree \n", "parent \(ObjectID.zero)\n", "tree abc\nparent x\n"] {
                let id = try fixture.repository.write(.commit, Array(text.utf8))
                #expect(throws: GitError.self, "\(text)") {
                    try fixture.repository.parents(of: id)
                }
            }
        }
    }

    @Test func aShallowRepositoryIsNotWalked() throws {
        try TemporaryRepository.with { fixture in
            let graph = try graph(fixture)
            try Data("\(graph.m)\n".utf8).write(
                to: URL(filePath: fixture.path.appending("shallow").string))
            let repository = try fixture.reopened()
            #expect(throws: GitError.shallow(path: repository.gitDirectory)) {
                try repository.isAncestor(graph.root, of: graph.tip)
            }
            #expect(throws: GitError.shallow(path: repository.gitDirectory)) {
                try repository.walkFirstParents(from: graph.tip) { _, _ in true }
            }
        }
    }
}
