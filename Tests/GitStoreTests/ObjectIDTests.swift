import Foundation
import GitStore
import Testing

struct ObjectIDTests {
    static let hex = "0123456789abcdef0123456789abcdef89abcdef"

    @Test func hexAndBytesRoundTrip() throws {
        let id = try #require(ObjectID(Self.hex))
        #expect(id.hex == Self.hex)
        #expect(id.description == Self.hex)
        #expect(id.short == "0123456789")
        #expect(id.bytes.count == 20)
        #expect(id.bytes.prefix(3) == [0x01, 0x23, 0x45])
        #expect(ObjectID(bytes: id.bytes) == id)
        #expect(!id.isZero)
    }

    @Test(arguments: [
        "", "0123", hex + "0", String(hex.dropLast()), hex.uppercased(), "g" + hex.dropFirst(),
        " " + hex.dropFirst(),
    ])
    func anythingButFortyLowerCaseDigitsIsNoID(text: String) {
        #expect(ObjectID(text) == nil)
    }

    @Test func onlyTwentyBytesAreAnID() {
        #expect(ObjectID(bytes: [UInt8](repeating: 1, count: 19)) == nil)
        #expect(ObjectID(bytes: [UInt8](repeating: 1, count: 21)) == nil)
    }

    @Test func zeroIsFortyZeros() {
        #expect(ObjectID.zero.hex == String(repeating: "0", count: 40))
        #expect(ObjectID.zero.isZero)
    }

    @Test func idsOrderAsTheirHexForms() throws {
        let hexes: [String] = ["f" + Self.hex.dropFirst(), Self.hex, Self.hex.dropLast() + "0"]
        let ids = try hexes.map { try #require(ObjectID($0)) }
        #expect(ids.sorted().map(\.hex) == hexes.sorted())
    }

    @Test func jsonHoldsTheHexForm() throws {
        let id = try #require(ObjectID(Self.hex))
        let json = try JSONEncoder().encode([id])
        #expect(String(decoding: json, as: UTF8.self) == "[\"\(Self.hex)\"]")
        #expect(try JSONDecoder().decode([ObjectID].self, from: json) == [id])
        #expect(throws: DecodingError.self) {
            try JSONDecoder().decode([ObjectID].self, from: Data("[\"abc\"]".utf8))
        }
    }

    @Test func theHashIsGits() {
        #expect(
            ObjectID.hash(.blob, []).hex == "e69de29bb2d1d6434b8b29ae775ad8c2e48c5391")
        #expect(
            ObjectID.hash(.tree, []).hex == "4b825dc642cb6eb9a060e54bf8d69288fbee4904")
        #expect(
            ObjectID.hash(.blob, Array("hello\n".utf8)).hex
                == "ce013625030ba8dba906f756967f9e9ca394464a")
    }
}
