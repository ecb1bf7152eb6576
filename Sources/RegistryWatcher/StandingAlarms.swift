import GitStore
import ModelRegistry
import SystemPackage

/// The alarms that stand, a file each: what is wrong is told once for as long as it lasts, and again
/// when it comes back after it was mended.
package struct StandingAlarms {
    private let folder: FilePath

    package init(in registry: Registry) {
        folder = registry.folder.appending("alarms")
    }

    /// Ends all of them: what was wrong is mended, and is told again if it comes back.
    package func end() throws {
        for name in try DurableFile.names(in: folder) {
            try DurableFile.remove(folder.appending(name))
        }
    }

    /// Each stray with the time since when it stands; alarms about anything else are over.
    func update(
        _ strays: [Registry.Stray], now: Timestamp
    ) throws -> [(stray: Registry.Stray, raised: Timestamp)] {
        let names = Set(strays.map(Self.name))
        for name in try DurableFile.names(in: folder) where !names.contains(name) {
            try DurableFile.remove(folder.appending(name))
        }
        return try strays.map { ($0, try raised($0, now: now)) }
    }

    private func raised(_ stray: Registry.Stray, now: Timestamp) throws -> Timestamp {
        let file = folder.appending(Self.name(stray))
        if let bytes = try DurableFile.read(file),
            let seconds = Int64(String(decoding: bytes, as: UTF8.self))
        {
            return Timestamp(seconds: seconds)
        }
        try DurableFile.write(Array("\(now.seconds)".utf8), to: file)
        return now
    }

    /// No reference's name has a tilde in it.
    private static func name(_ stray: Registry.Stray) -> String {
        stray.reference.replacing("/", with: "~") + "~" + (stray.found?.hex ?? "gone")
    }
}
