import Foundation
import SystemPackage
import Testing

@testable import Notifications

struct SecretReferenceTests {
    @Test func aSecretComesFromTheEnvironmentGiven() throws {
        let secret = try SecretReference.environment("KEY").resolve(environment: ["KEY": "hunter2"])
        #expect(secret.text == "hunter2")
    }

    @Test func aMissingVariableIsNamed() {
        #expect(throws: NotificationError.secretMissing(name: "KEY")) {
            try SecretReference.environment("KEY").resolve(environment: ["KEY": ""])
        }
    }

    @Test func aSecretIsTheFirstLineOfItsFile() async throws {
        try await TemporaryFolder.with { folder in
            let path = try file("hunter2\nnot this", in: folder, mode: 0o640)
            #expect(try SecretReference.file(path).resolve(environment: [:]).text == "hunter2")
        }
    }

    @Test(arguments: [0o604, 0o644, 0o602, 0o660, 0o601])
    func aFileThatOthersCanReachIsRefused(mode: Int) async throws {
        try await TemporaryFolder.with { folder in
            let path = try file("hunter2", in: folder, mode: mode)
            let wanted = NotificationError.secretExposed(path, mode: String(mode, radix: 8))
            #expect(throws: wanted) { try SecretReference.file(path).resolve(environment: [:]) }
        }
    }

    @Test(arguments: ["", "\nhunter2", "hun\u{7}ter", String(repeating: "x", count: 5000)])
    func aFileThatHoldsNoSecretIsRefused(text: String) async throws {
        try await TemporaryFolder.with { folder in
            let path = try file(text, in: folder, mode: 0o600)
            #expect(throws: NotificationError.self) {
                try SecretReference.file(path).resolve(environment: [:])
            }
        }
    }

    @Test func aSecretNeverPrintsItself() {
        let secret = Secret(bytes: Array("hunter2".utf8))
        var dumped = ""
        dump(secret, to: &dumped)
        #expect(
            "\(secret) \(String(reflecting: secret)) \([secret]) \(dumped)".contains("hunter2")
                == false)
        #expect(!dumped.contains("104"))
    }

    private func file(_ text: String, in folder: FilePath, mode: Int) throws -> FilePath {
        let path = folder.appending("secret")
        try path.write(text)
        try FileManager.default.setAttributes([.posixPermissions: mode], ofItemAtPath: path.string)
        return path
    }
}
