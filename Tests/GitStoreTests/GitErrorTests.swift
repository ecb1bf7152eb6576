import GitStore
import SystemPackage
import Testing

struct GitErrorTests {
    private static let id = ObjectID.hash(.blob, [])

    @Test(arguments: [
        (GitError.notARepository(path: "/r"), "no git repository at '/r'"),
        (
            GitError.notOwned(path: "/r"),
            """
            the git repository at '/r' belongs to another user
            hint: to trust it, run `git config --global --add safe.directory '/r'`
            """
        ),
        (
            GitError.conflict(reference: "refs/heads/main", expected: nil, found: id),
            """
            ref 'refs/heads/main' was moved by somebody else: expected nothing, found \(id)
            hint: look at the new state and try again
            """
        ),
        (
            GitError.locked(reference: "refs/heads/main"),
            """
            ref 'refs/heads/main' is locked by another process
            hint: try again; a lock that a killed git process left, `signet repair` removes a \
            minute later
            """
        ),
        (
            GitError.wrongKind(id, expected: .commit, found: .blob),
            "object \(id) is a blob, not a commit"
        ),
        (
            GitError.libgit2(operation: "write a blob", class: 2, code: -1, message: "disk full"),
            "write a blob: disk full"
        ),
    ])
    func anErrorSaysWhatFailedAndTheRemedyOnALineOfItsOwn(error: GitError, text: String) {
        #expect(error.description == text)
    }
}
