import Foundation
import Glibc
import SystemPackage
import Testing

@testable import GitStore

/// Waiting for the disk: file by file, or for the whole file system where that is known to be as good.
struct DiskBarrierTests {
    @Test(arguments: [
        ("6.1.0-18-amd64", true), ("5.8.0", true), ("5.10.16.3-microsoft-standard-WSL2", true),
        ("5.7.19", false), ("4.18.0-553.el8.x86_64", false), ("", false), ("generic", false),
    ])
    func onlyKernelsThatTellFailuresAreTrusted(_ release: String, _ isTrusted: Bool) {
        #expect(WholeFileSystem.tellsFailures(release: release) == isTrusted)
    }

    @Test(arguments: [
        ("MemFree: 9 kB\nDirty:             12236 kB\nWriteback:             0 kB\n", true),
        ("Dirty: 32768 kB\nWriteback: 32768 kB\n", true),
        ("Dirty: 32769 kB\nWriteback: 0 kB\n", false),
        ("Dirty: 0 kB\nWriteback: 32769 kB\n", false),
        ("Dirty: 0 kB\n", false), ("Dirty: kB\nWriteback: 0 kB\n", false), ("", false),
    ])
    func whatOthersWriteIsNotWaitedForWhenItIsMuch(_ meminfo: String, _ isLittle: Bool) throws {
        try TemporaryRepository.withDirectory { directory in
            let file = directory.appending("meminfo")
            try meminfo.write(toFile: file.string, atomically: true, encoding: .utf8)
            #expect(WholeFileSystem.isLittleWaiting(in: file) == isLittle)
            #expect(!WholeFileSystem.isLittleWaiting(in: directory.appending("none")))
        }
    }

    @Test func filesOfDifferentOrUnknownFileSystemsAreWaitedForOneByOne() throws {
        try TemporaryRepository.withDirectory { directory in
            let here = try FileDescriptor.open(directory, .readOnly)
            let process = try FileDescriptor.open("/proc/self", .readOnly)
            defer { for file in [here, process] { close(file.rawValue) } }
            #expect(!WholeFileSystem.isQuicker(for: [here.rawValue, process.rawValue]))
            #expect(!WholeFileSystem.isQuicker(for: [process.rawValue, process.rawValue]))
        }
    }

    @Test func whatCannotBeMadeToLastIsAnError() throws {
        let pipe = try FileDescriptor.pipe()
        defer { for end in [pipe.readEnd, pipe.writeEnd] { close(end.rawValue) } }
        #expect(throws: Errno.invalidArgument) {
            try DiskBarrier.wait(for: [pipe.readEnd.rawValue, pipe.writeEnd.rawValue])
        }
        #expect(throws: Errno.badFileDescriptor) { try DiskBarrier.wait(for: [-1]) }
    }
}
