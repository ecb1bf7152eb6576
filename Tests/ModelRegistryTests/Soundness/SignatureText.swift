import Crypto
import Signatures
import SoftwareKeys

/// The fields of an SSH signature, well-formed or not, to be changed one by one.
struct SignatureText {
    var version: UInt32 = 1
    var key: [UInt8]
    var namespace = "git".bytes
    var reserved: [UInt8] = []
    var hash: [UInt8]
    var type: [UInt8]
    /// What the key made: a string in SSH's encoding, without its length.
    var numbers: [UInt8]
    /// What follows, of a security key: flags, counter and more.
    var rest: [UInt8] = []

    init(key: [UInt8], hash: [UInt8], type: [UInt8], numbers: [UInt8]) {
        self.key = key
        self.hash = hash
        self.type = type
        self.numbers = numbers
    }

    /// Nil for what isn't even roughly one.
    init?(armor: String) {
        let digits = armor.split(separator: "\n").dropFirst().dropLast().joined()
        guard let blob = Base64.decode(digits.utf8), blob.count > 10 else { return nil }
        var rest = blob[10...]
        func string(_ bytes: inout ArraySlice<UInt8>) -> [UInt8]? {
            guard bytes.count >= 4 else { return nil }
            let count = bytes.prefix(4).reduce(0) { $0 << 8 | Int($1) }
            guard count <= bytes.count - 4 else { return nil }
            defer { bytes = bytes.dropFirst(4 + count) }
            return [UInt8](bytes.dropFirst(4).prefix(count))
        }
        guard let key = string(&rest), let namespace = string(&rest), let reserved = string(&rest),
            let hash = string(&rest), let signature = string(&rest)
        else { return nil }
        var inner = signature[...]
        guard let type = string(&inner), let numbers = string(&inner) else { return nil }
        self.init(key: key, hash: hash, type: type, numbers: numbers)
        self.namespace = namespace
        self.reserved = reserved
        self.rest = [UInt8](inner)
    }

    var blob: [UInt8] {
        "SSHSIG".bytes + Wire.uint32(version) + Wire.string(key) + Wire.string(namespace)
            + Wire.string(reserved) + Wire.string(hash)
            + Wire.string(Wire.string(type) + Wire.string(numbers) + rest)
    }
}

extension Mutation {
    private static let orders = [
        32: "ffffffff00000000ffffffffffffffffbce6faada7179e84f3b9cac2fc632551",
        48: "ffffffffffffffffffffffffffffffffffffffffffffffff"
            + "c7634d81f4372ddf581a0db248b0a77aecec196accc52973",
        66: "01fffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffa"
            + "51868783bf2f966b7fcc0148f709a5d03bb5c9b8899c47aebb6fb71e91386409",
    ]

    /// The other signature that ECDSA knows of the same message by the same key.
    @Sendable static func negate(_ signature: inout SignatureText, _ dice: inout Dice) {
        guard let (r, s) = pair(signature.numbers) else { return }
        let width = max(r.count, s.count) <= 33 ? 32 : max(r.count, s.count) <= 49 ? 48 : 66
        guard let text = orders[width] else { return }
        let order = stride(from: 0, to: text.count, by: 2).compactMap {
            UInt8(text.dropFirst($0).prefix(2), radix: 16)
        }
        let padded = [UInt8](repeating: 0, count: max(0, width - s.count)) + s.suffix(width)
        var difference = order
        var borrow = 0
        for place in order.indices.reversed() {
            let value = Int(order[place]) - Int(padded[place]) - borrow
            borrow = value < 0 ? 1 : 0
            difference[place] = UInt8(truncatingIfNeeded: value)
        }
        signature.numbers = Wire.string(r) + Wire.number(difference)
    }

    private static func pair(_ numbers: [UInt8]) -> ([UInt8], [UInt8])? {
        guard numbers.count > 8 else { return nil }
        let first = numbers.prefix(4).reduce(0) { $0 << 8 | Int($1) }
        guard first > 0, first + 8 < numbers.count else { return nil }
        let second = numbers[(4 + first)..<(8 + first)].reduce(0) { $0 << 8 | Int($1) }
        guard 8 + first + second == numbers.count else { return nil }
        return ([UInt8](numbers[4..<(4 + first)]), [UInt8](numbers[(8 + first)...]))
    }
}

extension Person {
    /// What the person's key makes of exactly these bytes.
    func rawSignature(over bytes: [UInt8]) throws -> [UInt8] {
        let seed = [UInt8](SHA256.hash(data: [UInt8]("key of \(id)".utf8)))
        let key = try Curve25519.Signing.PrivateKey(rawRepresentation: seed)
        return [UInt8](try key.signature(for: bytes))
    }
}
