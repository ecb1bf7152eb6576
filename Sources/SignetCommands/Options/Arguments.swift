import ArgumentParser
import ModelRegistry
import SystemPackage

extension CanonicalName {
    /// Reads a name on the command line; what breaks the rules of names is wrong usage, and said.
    static func argument(_ text: String) throws -> Self {
        do {
            return try Self(text)
        } catch {
            throw ValidationError(
                [error.problem, error.hint].compactMap { $0 }.joined(separator: "\n"))
        }
    }
}

// swift-format-ignore: AvoidRetroactiveConformances
// Neither package will ever declare it: System knows no arguments, ArgumentParser no paths.
extension FilePath: @retroactive ExpressibleByArgument {
    public init?(argument: String) { self.init(argument) }
}

/// Reads a file that the user named; the error says which.
func contents(of path: FilePath, limit: Int = 1 << 24) throws -> [UInt8] {
    do {
        guard let bytes = try DurableFile.read(path, limit: limit) else {
            throw RegistryError.unreadableFile(path: path.string, why: "there is no such file")
        }
        return bytes
    } catch Errno.isDirectory {
        throw RegistryError.unreadableFile(path: path.string, why: "it is no plain file")
    } catch Errno.fileTooLarge {
        throw RegistryError.unreadableFile(
            path: path.string, why: "it has more than the \(limit) bytes that are read of it")
    } catch let error as Errno {
        throw RegistryError.unreadableFile(path: path.string, why: "\(error)")
    }
}
