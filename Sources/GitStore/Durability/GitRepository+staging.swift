import CLibgit2
import Glibc
import SystemPackage

/// What was written and isn't on disk yet.
struct Staging {
    /// The objects, not in the repository for anybody else.
    var objects: [ObjectID: RawObject] = [:]
    /// In the order in which they are to be put in place, after the objects.
    var files: [StagedFile] = []
    /// Lock files that hold the new values of refs; they are put in place by those who took them.
    var locks: [StagedFile] = []
    /// The directories whose entries changed and may not be on disk.
    var directories: Set<FilePath> = []
}

/// Writing that is made to last in a few steps: contents of everything, then names.
///
/// The order in which names appear is the order on disk on file systems that journal them, which is
/// what git itself relies on; a name never appears before its contents are on disk.
extension GitRepository {
    /// Puts a file in place with the objects before it, when a ref moves next.
    package func stage(_ file: StagedFile) { staging.files.append(file) }

    /// Whether this file's name would be on disk before those that follow it: it is on the repository's
    /// own file system, one that keeps their order.
    package func canStage(_ file: StagedFile) -> Bool {
        var (own, other) = (stat(), stat())
        return gitDirectory.withPlatformString { stat($0, &own) } == 0
            && fstat(file.descriptor, &other) == 0 && own.st_dev == other.st_dev
            && WholeFileSystem.keepsOrder(around: file.descriptor)
    }

    /// Forgets the files that are not in place yet.
    package func discardStagedFiles() { staging.files = [] }

    /// Puts what was gathered in place: for everybody to see, its contents on disk.
    package func flush() throws {
        let objects = try staging.objects.map { try stagedFile($0.key, $0.value) }
        let files = objects + staging.files
        do {
            let written = (staging.locks + files).sorted { $0.opened < $1.opened }
            try DiskBarrier.wait(for: written.map(\.descriptor))
            for file in files { try put(file) }
        } catch {
            throw RepositoryFile.failed("write to", gitDirectory, error)
        }
        staging.objects = [:]
        staging.files = []
        staging.locks = []
    }

    /// Waits until everything in place is there for good.
    package func makeLast() throws {
        do {
            try flush()
            try DiskBarrier.wait(forDirectories: staging.directories)
            staging.directories = []
        } catch let error as Errno {
            throw RepositoryFile.failed("write to", gitDirectory, error)
        }
    }

    func put(_ file: StagedFile) throws(Errno) {
        do {
            try file.put()
        } catch {
            throw error as? Errno ?? .ioError
        }
        staging.directories.insert(file.place.removingLastComponent())
    }

    private func stagedFile(_ id: ObjectID, _ object: RawObject) throws -> StagedFile {
        let directory = looseObjects.directories[0].appending(String(id.hex.prefix(2)))
        let place = directory.appending(String(id.hex.dropFirst(2)))
        // Git takes files of this name away when they are old.
        let temporary = directory.appending("tmp_obj_\(UniqueName.next())")
        let bytes = try LooseObjectCoding.encode(object, with: deflater)
        do {
            return try RepositoryFile.inDirectory(
                directory,
                making: { staging.directories.insert(directory.removingLastComponent()) },
                { () throws(Errno) in
                    try StagedFile(for: place, bytes, at: temporary, mode: .readable)
                })
        } catch {
            throw RepositoryFile.failed("write", place, error)
        }
    }
}

extension FilePermissions {
    /// As git has its objects.
    fileprivate static let readable: FilePermissions = [.ownerRead, .groupRead, .otherRead]
}
