import Glibc
import SystemPackage

/// The objects that have a file of their own.
///
/// libgit2 1.5 reads these files as well, and never comes back from one that was cut short: its loop
/// around zlib waits for input that doesn't come. So they are read here.
struct LooseObjects {
    /// Where objects are: the repository's directory, then those it borrows from.
    let directories: [FilePath]
    private let places: [Place]
    private let inflater = Inflater()

    init(directory: FilePath, borrowed: [FilePath] = []) throws(GitError) {
        var found: [FilePath] = []
        for directory in [directory] + borrowed {
            try Self.follow(directory, into: &found)
        }
        directories = found
        places = found.map(Place.init)
    }

    /// Adds a directory, and those its `info/alternates` names.
    private static func follow(
        _ directory: FilePath, into found: inout [FilePath]
    ) throws(GitError) {
        // Git follows five steps; a loop ends where it meets itself.
        guard !found.contains(directory), found.count < 64 else { return }
        found.append(directory)
        let file = directory.appending("info").appending("alternates")
        guard let bytes = try RepositoryFile.contents(of: file) else { return }
        for line in bytes.split(separator: UInt8(ascii: "\n")) where line.first != UInt8(ascii: "#")
        {
            let alternate = FilePath(String(decoding: line, as: UTF8.self))
            try follow(directory.pushing(alternate).lexicallyNormalized(), into: &found)
        }
    }

    /// Whether the object has a file of its own.
    func holds(_ id: ObjectID) -> Bool {
        places.contains { place in
            place.withFile(of: id) { faccessat(place.descriptor, $0, F_OK, 0) } == 0
        }
    }

    /// What is found of an object.
    enum Found {
        case object(RawObject)
        /// It has more bytes than were to be read.
        case tooLarge
    }

    /// The object with this id, if it has `largest` bytes or fewer; nil when it has no file of its own.
    func read(_ id: ObjectID, largest: Int = .max) throws(GitError) -> Found? {
        for place in places {
            guard let compressed = try contents(of: id, in: place) else { continue }
            let object: RawObject?
            do {
                object = try LooseObjectCoding.decode(
                    compressed, largest: largest, with: inflater)
            } catch {
                throw .corruptObject(id, why: error.description)
            }
            guard let object else { return .tooLarge }
            let found = object.id
            guard found == id else {
                throw .corruptObject(id, why: "its bytes have the id \(found)")
            }
            return .object(object)
        }
        return nil
    }

    private func contents(of id: ObjectID, in place: Place) throws(GitError) -> [UInt8]? {
        guard place.mayHold(id) else { return nil }
        do {
            return try place.withFile(of: id) { path throws(Errno) in
                try RepositoryFile.contents(at: path, in: place.descriptor)
            }
        } catch {
            let path = place.withFile(of: id) {
                place.directory.pushing(FilePath(platformString: $0))
            }
            throw RepositoryFile.failed("read", path, error)
        }
    }
}

extension LooseObjects {
    /// A directory of objects, held open: names in it are looked up from there.
    private final class Place {
        let directory: FilePath
        let descriptor: CInt
        /// What goes before a name, without NUL: nothing, or the whole path of what can't be opened.
        private let prefix: [CChar]
        /// Whether a folder is there, by its number, as far as it was asked for since `changed`.
        private var folders: [Bool?] = []
        private var changed = 0

        init(_ directory: FilePath) {
            let opened = directory.withPlatformString {
                open($0, O_RDONLY | O_DIRECTORY | O_CLOEXEC)
            }
            self.directory = directory
            descriptor = opened < 0 ? AT_FDCWD : opened
            prefix = opened < 0 ? (directory.string + "/").utf8.map { CChar(bitPattern: $0) } : []
        }

        deinit {
            if descriptor != AT_FDCWD { close(descriptor) }
        }

        /// Whether the folder is there in which the object would be. Once all is packed none is, and the
        /// directory's time tells it sooner than a look for the file. (libgit2, asked next, looks once more.)
        func mayHold(_ id: ObjectID) -> Bool {
            var status = stat()
            guard descriptor != AT_FDCWD, fstat(descriptor, &status) == 0 else { return true }
            if folders.isEmpty || changed != status.modified {
                changed = status.modified
                folders = Array(repeating: nil, count: 256)
            }
            let folder = Int(id.firstByte)
            if let isThere = folders[folder] { return isThere }
            let name = String(id.hex.prefix(2))
            let isThere = faccessat(descriptor, name, F_OK, 0) == 0 || errno != ENOENT
            // Times are coarse: a folder made a moment after the last change may not show in it.
            if isThere || time(nil) > status.st_mtim.tv_sec + 2 { folders[folder] = isThere }
            return isThere
        }

        /// Lends the name of an object's file: two digits, `/`, the others.
        func withFile<Answer, Failure: Error>(
            of id: ObjectID, _ body: (UnsafePointer<CChar>) throws(Failure) -> Answer
        ) throws(Failure) -> Answer {
            var path = prefix
            path.reserveCapacity(prefix.count + 42)
            for (index, digit) in id.hex.utf8.enumerated() {
                if index == 2 { path.append(CChar(bitPattern: UInt8(ascii: "/"))) }
                path.append(CChar(bitPattern: digit))
            }
            path.append(0)
            return try path.withUnsafeBufferPointer { buffer throws(Failure) in
                // Not empty: the terminating NUL at least is there.
                try body(buffer.baseAddress!)
            }
        }
    }
}
