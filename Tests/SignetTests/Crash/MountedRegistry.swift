import Foundation
import Testing

/// Mounts for tests: a file system with an end to it, or one that can't be written.
extension Fixture {
    /// Runs a test with the registry on a small file system of its own.
    func onSmallDisk(_ size: String, _ test: () throws -> Void) throws {
        let aside = folder.appending(path: "aside.git")
        try FileManager.default.moveItem(at: registry, to: aside)
        try FileManager.default.createDirectory(at: registry, withIntermediateDirectories: false)
        try mount("-t", "tmpfs", "-o", "size=\(size)", "signet-tests", registry.path)
        defer { unmount() }
        try #require(try run("cp", "-a", aside.path + "/.", registry.path).status == 0)
        try test()
    }

    /// Runs a test with the registry's folder read-only.
    func readOnly(_ test: () throws -> Void) throws {
        try mount("--bind", registry.path, registry.path)
        defer { unmount() }
        try mount("-o", "remount,bind,ro", registry.path)
        try test()
    }

    /// Leaves no room on the registry's file system; `file` is what to remove for some.
    func fillDisk() throws -> URL {
        let file = registry.appending(path: "filler")
        let filled = try run("dd", "if=/dev/zero", "of=\(file.path)", "bs=4k", "status=none")
        try #require(filled.errors.contains("No space left"), "\(filled)")
        return file
    }

    private func mount(_ arguments: String...) throws {
        let mounted = try run(["mount"] + arguments)
        try #require(
            mounted.status == 0,
            "mounting needs root: run the tests as root, or by `unshare --map-root-user --mount`: \(mounted)"
        )
    }

    private func unmount() {
        // What stays mounted is seen by the fixture's folder staying.
        _ = try? run("umount", "--lazy", registry.path)
    }
}
