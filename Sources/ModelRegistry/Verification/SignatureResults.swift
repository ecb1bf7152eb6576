import Crypto
import Glibc
import Synchronization
import SystemPackage

/// Which signatures were found good in earlier verifications: results of cryptography, and never verdicts.
///
/// A file of sorted names. Whose key signed, and whether it may, is judged each time anew.
package final class SignatureResults: Sendable {
    private static let magic = Array("SIGNETRESULTS 1\n".utf8)
    private static let largest = 1 << 32

    private let path: FilePath
    private let known: [Name]
    private let found = Mutex<Set<Name>>([])

    /// Reads the results in a file of the caller's own; none when there is no file yet.
    ///
    /// - Throws: `RegistryError.invalid` when somebody else owns it or may write to it.
    package init(at path: FilePath) throws {
        // Its folder must have a name, for the temporary file beside it.
        self.path = path.isRelative ? FilePath(".").pushing(path) : path
        let file: FileDescriptor
        do {
            file = try FileDescriptor.open(path, .readOnly, options: [.noFollow, .closeOnExec])
        } catch Errno.noSuchFileOrDirectory {
            known = []
            return
        }
        known = try file.closeAfter {
            try Self.demandOwn(file, at: path)
            guard let bytes = try DurableFile.read(path, limit: Self.largest),
                let names = Self.names(in: bytes)
            else {
                throw RegistryError.invalid(
                    "'\(path)' is no file of signature results, or is damaged",
                    hint: "remove it: the next verification makes it again")
            }
            return names
        }
    }

    /// How many signatures are known to be good.
    package var count: Int { known.count + found.withLock { $0.count } }

    /// Whether the signature was found good before.
    func holds(_ name: Name) -> Bool {
        var (low, high) = (0, known.count)
        while low < high {
            let middle = (low + high) / 2
            if known[middle] < name { low = middle + 1 } else { high = middle }
        }
        return low < known.count && known[low] == name
    }

    /// Notes that a signature is good.
    func add(_ name: Name) {
        found.withLock { _ = $0.insert(name) }
    }

    /// Writes what was found since to the file, which only its owner may read or write.
    package func save() throws {
        let new = found.withLock { $0.sorted() }
        guard !new.isEmpty else { return }
        var bytes = Self.magic
        bytes.reserveCapacity(Self.magic.count + Name.size * (known.count + new.count))
        var (old, added) = (known[...], new[...])
        while let name = old.first ?? added.first {
            if let next = added.first, next <= name {
                next.append(to: &bytes)
                added = added.dropFirst()
                if next == name { old = old.dropFirst() }
            } else {
                name.append(to: &bytes)
                old = old.dropFirst()
            }
        }
        try DurableFile.write(bytes, to: path, mode: .ownerReadWrite)
    }

    private static func demandOwn(_ file: FileDescriptor, at path: FilePath) throws {
        var status = stat()
        guard fstat(file.rawValue, &status) == 0 else { throw Errno(rawValue: errno) }
        guard status.st_mode & S_IFMT == S_IFREG, status.st_uid == geteuid(),
            status.st_mode & (S_IWGRP | S_IWOTH) == 0
        else {
            throw RegistryError.invalid(
                "the signature results in '\(path)' could be somebody else's",
                hint: "name a file that is yours, and that nobody else may write to: chmod 600 FILE"
            )
        }
    }

    /// The names in a file's bytes, nil when they aren't sorted ones.
    private static func names(in bytes: [UInt8]) -> [Name]? {
        let size = bytes.count - magic.count
        guard bytes.starts(with: magic), size.isMultiple(of: Name.size) else { return nil }
        var names: [Name] = []
        names.reserveCapacity(size / Name.size)
        let isSorted = bytes.withUnsafeBytes { bytes in
            for place in stride(from: magic.count, to: bytes.count, by: Name.size) {
                let name = Name(in: bytes, at: place)
                if let last = names.last, last >= name { return false }
                names.append(name)
            }
            return true
        }
        return isSorted ? names : nil
    }
}

extension SignatureResults {
    /// The name of a signature over a payload: the SHA-256 of the payload's SHA-256 and of the armor,
    /// which holds key and signature in their one accepted form. Nothing else has it.
    struct Name: Hashable, Comparable, Sendable {
        static let size = 32

        private let words: SIMD4<UInt64>

        init(payload: SHA256Digest, armor: [UInt8]) {
            var hash = SHA256()
            payload.withUnsafeBytes { hash.update(bufferPointer: $0) }
            armor.withUnsafeBytes { hash.update(bufferPointer: $0) }
            words = hash.finalize().withUnsafeBytes { Self.words(in: $0, at: 0) }
        }

        init(in bytes: UnsafeRawBufferPointer, at place: Int) {
            words = Self.words(in: bytes, at: place)
        }

        static func < (left: Name, right: Name) -> Bool {
            for index in 0..<4 where left.words[index] != right.words[index] {
                return left.words[index] < right.words[index]
            }
            return false
        }

        func append(to bytes: inout [UInt8]) {
            for index in 0..<4 {
                withUnsafeBytes(of: words[index].bigEndian) { bytes.append(contentsOf: $0) }
            }
        }

        private static func words(
            in bytes: UnsafeRawBufferPointer, at place: Int
        ) -> SIMD4<UInt64> {
            var words = SIMD4<UInt64>()
            for index in 0..<4 {
                words[index] = UInt64(
                    bigEndian: bytes.loadUnaligned(
                        fromByteOffset: place + 8 * index, as: UInt64.self))
            }
            return words
        }
    }
}
