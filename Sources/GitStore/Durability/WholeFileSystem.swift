import CFiles
import Glibc
import SystemPackage

/// When `syncfs` makes files last as surely as an `fsync` of each, and sooner.
///
/// It waits once instead of once for each file (1.8 ms instead of 8.5 for fourteen on ext4), but for
/// everything that anybody wrote to the file system.
///
/// Source: syncfs(2); fs/sync.c and the file systems' `sync_fs` in Linux.
enum WholeFileSystem {
    /// How much may be waiting to be written, in all, for it to be worth it, in KiB.
    static let patience = 32 * 1024

    /// The kinds that are known to write everything and to flush the disk: ext2 to ext4, XFS, Btrfs, F2FS,
    /// tmpfs, overlayfs. FUSE, for one, doesn't pass it on to whoever serves the files.
    private static let kinds: Set<Int> = [
        0xEF53, 0x5846_5342, 0x9123_683E, 0xF2F5_2010, 0x0102_1994, 0x794C_7630,
    ]

    /// Those of them whose journal keeps all changes of names in one order: ext2 to ext4, XFS, tmpfs.
    private static let ordered: Set<Int> = [0xEF53, 0x5846_5342, 0x0102_1994]

    /// Whether names appear on disk in the order in which they were made.
    static func keepsOrder(around file: CInt) -> Bool { ordered.contains(signet_file_system(file)) }

    static func isQuicker(for files: [CInt]) -> Bool {
        kernelTellsFailures && areOnOneKnown(files) && isLittleWaiting(in: "/proc/meminfo")
    }

    private static func areOnOneKnown(_ files: [CInt]) -> Bool {
        guard kinds.contains(signet_file_system(files[0])) else { return false }
        var first: dev_t?
        return files.allSatisfy { file in
            var status = stat()
            guard fstat(file, &status) == 0 else { return false }
            first = first ?? status.st_dev
            return status.st_dev == first
        }
    }

    /// Linux before 5.8 reports of `syncfs` only that it was called wrongly.
    private static let kernelTellsFailures: Bool = {
        var names = utsname()
        guard uname(&names) == 0 else { return false }
        let release = withUnsafeBytes(of: names.release) { bytes in
            String(decoding: bytes.prefix { $0 != 0 }, as: UTF8.self)
        }
        return tellsFailures(release: release)
    }()

    static func tellsFailures(release: String) -> Bool {
        let numbers = release.split(whereSeparator: { !$0.isNumber }).prefix(2).compactMap {
            Int($0)
        }
        guard numbers.count == 2 else { return false }
        return (numbers[0], numbers[1]) >= (5, 8)
    }

    /// Whether so little is waiting, for whatever disk, that waiting for all of it takes no time.
    static func isLittleWaiting(in file: FilePath) -> Bool {
        // Why it can't be opened is all the same: each file is waited for by itself then.
        guard let file = try? FileDescriptor.open(file, .readOnly) else { return false }
        defer { close(file.rawValue) }
        let bytes = [UInt8](unsafeUninitializedCapacity: 4096) { buffer, count in
            count = max(0, read(file.rawValue, buffer.baseAddress, buffer.count))
        }
        let lines = bytes.split(separator: UInt8(ascii: "\n"))
        return isLittle(lines, "Dirty:") && isLittle(lines, "Writeback:")
    }

    /// `Dirty:             12236 kB`
    private static func isLittle(_ lines: [ArraySlice<UInt8>], _ name: String) -> Bool {
        guard let line = lines.first(where: { $0.starts(with: name.utf8) }) else { return false }
        let digits = line.dropFirst(name.utf8.count).filter { (48...57).contains($0) }
        guard let kibibytes = Int(String(decoding: digits, as: UTF8.self)) else { return false }
        return kibibytes <= patience
    }
}
