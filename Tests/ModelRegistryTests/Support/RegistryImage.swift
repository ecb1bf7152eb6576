import Foundation
import Synchronization
import SystemPackage

@testable import ModelRegistry

/// A new registry's files in memory: founding one takes much longer than writing it out again.
struct RegistryImage: Sendable {
    private struct File {
        let path: String
        let bytes: Data
        let mode: Int
    }

    private let folders: [String]
    private let files: [File]
    private static let known = Mutex<[String: RegistryImage]>([:])

    /// The image of this key, made by `make` at the path it is given when there is none yet.
    static func of(_ key: String, make: (FilePath) throws -> Void) throws -> RegistryImage {
        try known.withLock { known in
            if let image = known[key] { return image }
            let folder = TemporaryRegistry.temporaryFolder
                .appending("image-\(UUID().uuidString)")
            let image: RegistryImage
            do {
                try make(folder)
                image = try RegistryImage(of: folder)
            } catch {
                try DurableFile.removeTree(folder)
                throw error
            }
            try DurableFile.removeTree(folder)
            known[key] = image
            return image
        }
    }

    private init(of folder: FilePath) throws {
        var folders: [String] = []
        var files: [File] = []
        let manager = FileManager.default
        for path in try manager.subpathsOfDirectory(atPath: folder.string).sorted() {
            let full = folder.appending(path).string
            let attributes = try manager.attributesOfItem(atPath: full)
            if attributes[.type] as? FileAttributeType == .typeDirectory {
                folders.append(path)
            } else {
                let mode = attributes[.posixPermissions] as? Int ?? 0o600
                let bytes = try Data(contentsOf: URL(filePath: full))
                files.append(File(path: path, bytes: bytes, mode: mode))
            }
        }
        (self.folders, self.files) = (folders, files)
    }

    /// Writes the registry to a folder that does not exist.
    func write(to folder: FilePath) throws {
        let manager = FileManager.default
        let root = folder.string
        try manager.createDirectory(atPath: root, withIntermediateDirectories: false)
        for path in folders {
            try manager.createDirectory(
                atPath: "\(root)/\(path)", withIntermediateDirectories: false)
        }
        for file in files {
            let path = "\(root)/\(file.path)"
            guard
                manager.createFile(
                    atPath: path, contents: file.bytes, attributes: [.posixPermissions: file.mode])
            else { throw RegistryError.unreadableFile(path: path, why: "it can't be made") }
        }
    }
}
