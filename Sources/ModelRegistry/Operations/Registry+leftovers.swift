import GitStore
import Glibc
import SystemPackage

/// Taking away what crashed processes left behind and nobody misses.
extension Registry {
    /// Removes locks on references whose holders are dead; returns the references' names.
    package static func removeDeadLocks(at path: FilePath) throws -> [String] {
        let repository = try GitRepository.open(at: path)
        guard isKept(in: repository) else { return [] }
        return try repository.removeDeadLocks()
    }

    /// Removes temporary files that are older than a day; returns how many.
    package func removeLeftovers() throws -> Int {
        guard access == .local else { return 0 }
        let end = Int(now.seconds) - 24 * 3600
        var count = 0
        let own = artifacts.root.appending("tmp")
        for (folder, isTemporary) in try folders() + [(own, { _ in true })] {
            for name in try DurableFile.allNames(in: folder) where isTemporary(name) {
                let file = folder.appending(name)
                var status = stat()
                guard lstat(file.string, &status) == 0, (status.st_mode & S_IFMT) == S_IFREG,
                    status.st_mtim.tv_sec < end
                else { continue }
                try DurableFile.remove(file)
                count += 1
            }
        }
        return count
    }

    /// The registry's own folder and all below it; the runs' are left to their runners.
    private func folders() throws -> [(FilePath, (String) -> Bool)] {
        var found: [FilePath] = [folder]
        var next = 0
        while next < found.count {
            for name in try DurableFile.names(in: found[next]) {
                let path = found[next].appending(name)
                var status = stat()
                guard lstat(path.string, &status) == 0, (status.st_mode & S_IFMT) == S_IFDIR,
                    !["runs", "outputs"].contains(name) || found[next] != folder
                else { continue }
                found.append(path)
            }
            next += 1
        }
        return found.map { ($0, { $0.hasPrefix(".tmp-") }) }
    }
}
