/// The tree and the parents of a commit: the lines a commit begins with.
///
/// Only what it takes to walk; whether a commit is well-formed is not judged here.
struct CommitLinks {
    var tree: ObjectID
    var parents: [ObjectID]

    static func decode(_ bytes: [UInt8], of id: ObjectID) throws(GitError) -> CommitLinks {
        var rest = bytes[...]
        guard let tree = takeID("tree ", from: &rest) else {
            throw .corruptObject(id, why: "the commit doesn't begin with its tree")
        }
        var parents: [ObjectID] = []
        while rest.starts(with: "parent ".utf8) {
            guard let parent = takeID("parent ", from: &rest) else {
                throw .corruptObject(id, why: "the commit has a parent line that isn't an id")
            }
            parents.append(parent)
        }
        return CommitLinks(tree: tree, parents: parents)
    }

    private static func takeID(_ label: String, from rest: inout ArraySlice<UInt8>) -> ObjectID? {
        guard rest.starts(with: label.utf8) else { return nil }
        let line = rest.dropFirst(label.utf8.count)
        guard line.count > 40, line[line.startIndex + 40] == UInt8(ascii: "\n") else { return nil }
        guard let id = ObjectID(String(decoding: line.prefix(40), as: UTF8.self)) else {
            return nil
        }
        rest = line.dropFirst(41)
        return id
    }
}
