import Crypto
import ModelRegistry
import Signatures

/// Somebody with a key, always the same one.
struct Person: Sendable {
    let id: String
    let key: ServiceKey

    static let ada = Person("ada")
    static let ravi = Person("ravi")
    static let sue = Person("sue")
    static let jane = Person("jane")
    static let kim = Person("kim")
    /// Nobody's key.
    static let mallory = Person("mallory")

    static let enrolled = [ada, ravi, sue, jane, kim]

    /// The person `id` with their key, or with another one of theirs.
    init(_ id: String, key name: String? = nil) {
        self.id = id
        do {
            let seed = [UInt8](SHA256.hash(data: [UInt8]("key of \(name ?? id)".utf8)))
            key = try ServiceKey(seed: seed, comment: id)
        } catch {
            preconditionFailure("32 bytes are a seed: \(error)")
        }
    }

    /// The line in allowed_signers.
    var line: String { AllowedSigners.line(principal: id, key: key.publicKey) }
}
