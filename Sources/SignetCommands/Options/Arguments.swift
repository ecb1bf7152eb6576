import ArgumentParser
import ModelRegistry
import SystemPackage

/// Names on the command line are read by the rules of names; what breaks them is wrong usage.
extension ModelName: ExpressibleByArgument {
    package init?(argument: String) { self.init(checked: argument) }
}

extension ModelVersion: ExpressibleByArgument {
    package init?(argument: String) { self.init(checked: argument) }
}

extension ModelSelector: ExpressibleByArgument {
    package init?(argument: String) { self.init(checked: argument) }
}

extension PrincipalID: ExpressibleByArgument {
    package init?(argument: String) { self.init(checked: argument) }
}

extension CanonicalName {
    /// Nil for a text that is no such name.
    init?(checked text: String) {
        guard let name = try? Self(text) else { return nil }  // nil is the answer: wrong usage
        self = name
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
    } catch Errno.fileTooLarge {
        throw RegistryError.unreadableFile(
            path: path.string, why: "it has more than the \(limit) bytes that are read of it")
    } catch let error as Errno {
        throw RegistryError.unreadableFile(path: path.string, why: "\(error)")
    }
}
