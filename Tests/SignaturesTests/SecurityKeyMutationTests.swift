import SoftwareKeys
import Testing

@testable import Signatures

/// Whatever a security key or a browser can be made to sign: accepted here, it is accepted by git.
@Suite struct SecurityKeyMutationTests {
    typealias Dice = MutationTests.Dice

    private static let mutations = 400
    private static let mostForGit = 16
    private static let pieces = [
        "\"", "\\", "{", "}", "[", "]", ",", ":", " ", "\n", "\0", "ß", "\\u0022", "\\ud800",
        #","crossOrigin":true"#, #","crossOrigin":false"#, #","topOrigin":"https://a.example""#,
        #","origin":"https://a.example""#, #","x":[1,{"y":null}]"#, "é", "=", "}garbage",
    ]

    @Test(arguments: SoftwareKey.Kind.allCases)
    func aMutatedSignatureIsAcceptedOnlyIfGitAcceptsIt(_ kind: SoftwareKey.Kind) throws {
        let seed = UInt64.random(in: 0...UInt64.max)
        var dice = Dice(state: seed)
        let key = try SoftwareKey(kind)
        let draft = try Sample.draft(parents: [])
        let signed = SSHSignature.signedBytes(of: draft.payload(), hash: .sha512)
        let sound = SSHSignature.blob(
            key: key.publicKey, signature: try key.signature(over: signed))
        var accepted = [try draft.signed(by: key)]
        #expect(MutationTests.isGood(accepted[0]))
        for _ in 0..<Self.mutations {
            let armor = SSHSignature.armor(MutationTests.mutate(sound, &dice))
            let commit = draft.signed(armor: String(decoding: armor, as: UTF8.self))
            if MutationTests.isGood(commit), !accepted.contains(commit) { accepted.append(commit) }
        }
        try MutationTests.demandGitAgrees(accepted, signedBy: key.publicKey, seed: seed)
    }

    @Test(arguments: SoftwareKey.Kind.allCases)
    func aMutatedClaimSignedAnewIsAcceptedOnlyIfGitAcceptsIt(_ kind: SoftwareKey.Kind) throws {
        let seed = UInt64.random(in: 0...UInt64.max)
        var dice = Dice(state: seed)
        let sound = try SoftwareKey(kind)
        let draft = try Sample.draft(parents: [])
        var accepted: Set<[UInt8]> = []
        for _ in 0..<Self.mutations where accepted.count < Self.mostForGit {
            let key = sound.claiming { Self.mutate(&$0, &dice) }
            let commit = try draft.signed(by: key)
            if MutationTests.isGood(commit) { accepted.insert(commit) }
        }
        #expect(accepted.count > 5, "seed \(seed)")
        try MutationTests.demandGitAgrees(
            [[UInt8]](accepted), signedBy: sound.publicKey, seed: seed)
    }

    private static func mutate(_ claim: inout SoftwareKey.Claim, _ dice: inout Dice) {
        for _ in 0..<Int.random(in: 1...2, using: &dice) {
            switch Int.random(in: 0..<6, using: &dice) {
            case 0: claim.flags ^= 1 << UInt8.random(in: 0..<8, using: &dice)
            case 1: claim.counter = UInt32.random(in: 0...UInt32.max, using: &dice)
            case 2:
                claim.extensions = [0xA0]
                claim.flags |= 0x80
            case 3: claim.rest = Bool.random(using: &dice) ? [] : [0]
            case 4:
                claim.origin = String(
                    decoding: MutationTests.mutate([UInt8](claim.origin.utf8), &dice),
                    as: UTF8.self)
            default:
                let seed = dice.next()
                claim.edit = { mutated($0, Dice(state: seed)) }
            }
        }
    }

    private static func mutated(_ text: String, _ dice: Dice) -> [UInt8] {
        var dice = dice
        var bytes = [UInt8](text.utf8)
        guard !Int.random(in: 0..<4, using: &dice).isMultiple(of: 4) else {
            return MutationTests.mutate(bytes, &dice)
        }
        // Near the end, where neither git nor the challenge looks.
        let place = Int.random(in: max(0, bytes.count - 24)...bytes.count, using: &dice)
        let piece = pieces.randomElement(using: &dice) ?? ""
        bytes.insert(contentsOf: piece.utf8, at: place)
        return bytes
    }
}
