import CLibgit2
import Glibc
import Synchronization

/// Starting libgit2 without the system's certificates.
///
/// Debian's libgit2 parses them all when it starts, 8 of the 9 ms it takes to open a repository, and
/// needs none here: it is never used over a network. The linker prefers a function of the program to
/// one of a library, so the one below is asked instead. Should libgit2 be built with another TLS
/// library, nobody calls it.
extension Libgit2 {
    fileprivate static let isStarting = Atomic(false)

    /// Starts the C library; false when it can't be.
    static func startWithoutCertificates() -> Bool {
        isStarting.store(true, ordering: .sequentiallyConsistent)
        defer { isStarting.store(false, ordering: .sequentiallyConsistent) }
        defer { git_error_clear() }
        return git_libgit2_init() > 0
    }
}

/// Stands in for mbedTLS's function of this name; anybody but libgit2's start gets the real one.
@c(mbedtls_x509_crt_parse_file)
public func parseCertificates(
    _ chain: UnsafeMutableRawPointer?, _ path: UnsafePointer<CChar>?
) -> Int32 {
    let failed: Int32 = -0x3E00  // MBEDTLS_ERR_PK_FILE_IO_ERROR
    guard !Libgit2.isStarting.load(ordering: .sequentiallyConsistent) else { return failed }
    // RTLD_NEXT, a macro Swift doesn't import: the next library that has the name.
    let next = UnsafeMutableRawPointer(bitPattern: -1)
    guard let real = dlsym(next, "mbedtls_x509_crt_parse_file") else { return failed }
    typealias Parse = @convention(c) (UnsafeMutableRawPointer?, UnsafePointer<CChar>?) -> Int32
    // Safe: mbedTLS declares the function with these parameters.
    return unsafeBitCast(real, to: Parse.self)(chain, path)
}
