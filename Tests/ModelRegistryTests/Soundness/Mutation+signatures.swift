import Signatures
import SoftwareKeys

/// Changes of the signature alone, field by field, and of who signed.
extension Mutation {
    static let signatures: [Mutation] = [
        Mutation("armor wrapped otherwise") { mutant, dice in
            let width = dice.pick([64, 69, 71, 76, 10_000])
            rewrite(&mutant) { signature in
                let digits = Base64.string(signature.blob)
                let lines = stride(from: 0, to: digits.utf8.count, by: width).map {
                    String(digits.dropFirst($0).prefix(width))
                }
                return frame(lines)
            }
        },
        Mutation("armor with something in it") { mutant, dice in
            let extra = dice.pick([" ", "\t", "\r", "", "=", "x", "Comment: x", "\u{c}"])
            mutant.edit { text in
                guard let armor = text.armor else { return }
                var lines = armor.split(separator: "\n").map(String.init)
                let place = dice.below(lines.count)
                switch dice.below(3) {
                case 0: lines[place] += extra
                case 1: lines[place] = extra + lines[place]
                default: lines.insert(extra, at: place)
                }
                text.fields.removeAll { $0.name == "gpgsig".bytes }
                let value = lines.joined(separator: "\n ").bytes
                text.fields.append(CommitText.Field(name: "gpgsig".bytes, value: value))
            }
        },
        Mutation("bytes after the signature") { mutant, _ in
            rewrite(&mutant) { frame(wrapped($0.blob + [0])) }
        },
        field("another version") { signature, dice in
            signature.version = UInt32(dice.pick([0, 2, 256, 0xFFFF_FFFF]))
        },
        field("another namespace") { signature, dice in
            signature.namespace = dice.pick(["file", "", "git\0", "Git", "gi", "git "]).bytes
        },
        field("reserved bytes") { signature, dice in
            signature.reserved = dice.pick(["x", "\0", "git"]).bytes
        },
        field("another hash") { signature, dice in
            signature.hash = dice.pick(["sha256", "sha1", "SHA512", "", "sha512 "]).bytes
        },
        field("another signature type") { signature, dice in
            signature.type =
                dice.pick([
                    "ssh-ed25519", "rsa-sha2-256", "rsa-sha2-512", "ssh-rsa", "ecdsa-sha2-nistp256",
                    "ecdsa-sha2-nistp384", "sk-ssh-ed25519@openssh.com", "",
                    "sk-ecdsa-sha2-nistp256@openssh.com",
                    "webauthn-sk-ecdsa-sha2-nistp256@openssh.com",
                ]).bytes
        },
        field("a byte of the numbers") { signature, dice in
            guard !signature.numbers.isEmpty else { return }
            signature.numbers[dice.below(signature.numbers.count)] ^= 1 << UInt8(dice.below(8))
        },
        field("a byte of the key") { signature, dice in
            guard !signature.key.isEmpty else { return }
            signature.key[dice.below(signature.key.count)] ^= 1 << UInt8(dice.below(8))
        },
        field("bytes after the numbers") { signature, _ in signature.numbers.append(0) },
        field("numbers cut off") { signature, dice in
            signature.numbers.removeLast(min(signature.numbers.count, 1 + dice.below(8)))
        },
        field("s and n−s", Self.negate),
        field("a number padded") { signature, _ in
            guard signature.numbers.count > 8 else { return }
            // The length of the first number, which is one more with a zero before it.
            signature.numbers[3] &+= 1
            signature.numbers.insert(0, at: 4)
        },
        field("a counter or flags") { signature, dice in
            guard signature.rest.count == 5 else { return }
            signature.rest[dice.below(5)] ^= 1 << UInt8(dice.below(8))
        },
        Mutation("another commit's signature") { mutant, dice in
            let other = CommitText(try mutant.rig.anySignedCommit(&dice)).armor
            mutant.edit { $0.armor = other }
        },
        Mutation("another commit's numbers") { mutant, dice in
            let other = CommitText(try mutant.rig.anySignedCommit(&dice)).armor
            let numbers = other.flatMap { SignatureText(armor: $0)?.numbers } ?? []
            rewrite(&mutant) { signature in
                var signature = signature
                signature.numbers = numbers
                return frame(wrapped(signature.blob))
            }
        },
        Mutation("unsigned") { mutant, _ in mutant.edit { $0.armor = nil } },
    ]

    /// Signed by somebody, entitled or not, with the payload as it is.
    static let keys: [Mutation] = [
        Mutation("signed by somebody") { mutant, dice in
            try mutant.sign(by: dice.pick(mutant.rig.signers))
        },
        Mutation("somebody else's key named") { mutant, dice in
            let other = dice.pick(mutant.rig.signers).publicKey.blob
            rewrite(&mutant) { signature in
                var signature = signature
                signature.key = other
                return frame(wrapped(signature.blob))
            }
        },
        Mutation("signed over sha256") { mutant, dice in
            let person = dice.pick([Person.jane, .sue, .kim, .ravi, .ada])
            var text = CommitText(mutant.bytes)
            let signed = SSHSignature.signedBytes(of: text.payload, hash: .sha256)
            let signature = SignatureText(
                key: person.key.publicKey.blob, hash: "sha256".bytes, type: "ssh-ed25519".bytes,
                numbers: try person.rawSignature(over: signed))
            text.armor = frame(wrapped(signature.blob))
            mutant.bytes = text.bytes
        },
    ]

    private static func field(
        _ name: String, _ change: @escaping @Sendable (inout SignatureText, inout Dice) -> Void
    ) -> Mutation {
        Mutation(name) { mutant, dice in
            rewrite(&mutant) { signature in
                var signature = signature
                change(&signature, &dice)
                return frame(wrapped(signature.blob))
            }
        }
    }

    private static func rewrite(_ mutant: inout Mutant, _ change: (SignatureText) -> String) {
        mutant.edit { text in
            guard let armor = text.armor, let signature = SignatureText(armor: armor) else {
                return
            }
            text.armor = change(signature)
        }
    }

    private static func wrapped(_ blob: [UInt8]) -> [String] {
        let digits = [UInt8](Base64.string(blob).utf8)
        return stride(from: 0, to: digits.count, by: 70).map {
            String(decoding: digits[$0..<min($0 + 70, digits.count)], as: UTF8.self)
        }
    }

    private static func frame(_ lines: [String]) -> String {
        (["-----BEGIN SSH SIGNATURE-----"] + lines + ["-----END SSH SIGNATURE-----"])
            .map { "\($0)\n" }.joined()
    }
}
