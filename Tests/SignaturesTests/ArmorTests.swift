import Testing

@testable import Signatures

/// The text around a signature has one form.
@Suite struct ArmorTests {
    private func armor() throws -> String { try Sample.key().sign([]) }

    private func fault(_ change: (String) -> String) throws -> SignatureFault? {
        let sound = try armor()
        let changed = change(sound)
        try #require(sound.bytes != changed.bytes)
        do {
            _ = try SSHSignature.parse(armor: changed.bytes)
            return nil
        } catch {
            return error
        }
    }

    @Test func textAroundTheArmorIsRefused() throws {
        #expect(try fault { $0 + "x\n" } == .malformedArmor)
        #expect(try fault { $0 + "\n" } == .malformedArmor)
        #expect(try fault { "\n" + $0 } == .malformedArmor)
        #expect(try fault { " " + $0 } == .malformedArmor)
        #expect(try fault { $0 + $0 } == .malformedArmor)
        #expect(try fault { String($0.dropLast()) } == .malformedArmor)
        #expect(try fault { String($0.dropFirst()) } == .malformedArmor)
        #expect(try fault { _ in "" } == .malformedArmor)
    }

    @Test func otherLineEndsAreRefused() throws {
        #expect(
            try fault { $0.split(separator: "\n").joined(separator: "\r\n") } == .malformedArmor)
        #expect(try fault { $0.replacingFirst("\n", with: " \n") } == .malformedArmor)
    }

    @Test(arguments: [1, 64, 69, 71, 76, 1000])
    func otherWrappingIsRefused(_ width: Int) throws {
        let found = try fault { text in
            let lines = text.split(separator: "\n")
            var digits = Substring(lines.dropFirst().dropLast().joined())
            var wrapped = [lines[0]]
            while !digits.isEmpty {
                wrapped.append(digits.prefix(width))
                digits = digits.dropFirst(width)
            }
            return (wrapped + [lines[lines.count - 1], ""]).joined(separator: "\n")
        }
        #expect(found == .nonCanonicalArmor)
    }

    @Test func emptyLinesAreRefused() throws {
        #expect(try fault { $0.replacingFirst("\n", with: "\n\n") } == .nonCanonicalArmor)
        #expect(
            try fault { $0.replacingFirst("\n-----END", with: "\n\n-----END") }
                == .nonCanonicalArmor)
    }

    @Test func otherBase64IsRefused() throws {
        #expect(try fault { $0.replacingFirst("U1NI", with: "U1N-") } == .malformedArmor)
        #expect(
            try fault { $0.replacingFirst("\n-----END", with: "====\n-----END") }
                == .malformedArmor)
        #expect(
            try fault { $0.replacingFirst("\n-----END", with: "A\n-----END") }
                == .malformedArmor)
    }

    @Test func base64HasOneTextForOneSequenceOfBytes() {
        #expect(Base64.decode("".utf8) == [])
        #expect(Base64.decode("Zg==".utf8) == [0x66])
        #expect(Base64.decode("Zm8=".utf8) == [0x66, 0x6F])
        #expect(Base64.decode("Zm9v".utf8) == [0x66, 0x6F, 0x6F])
        for wrong in ["Zh==", "Zm9=", "Zg=", "Zg", "Zg=a", "====", "Z===", "Zm9v====", "Zm 9"] {
            #expect(Base64.decode(wrong.utf8) == nil, "\(wrong)")
        }
        for count in 0...50 {
            let bytes = (0..<count).map { UInt8(truncatingIfNeeded: $0 &* 89) }
            #expect(Base64.decode(Base64.encode(bytes)) == bytes)
        }
        #expect(Base64.string([0x66], padded: false) == "Zg")
    }
}
