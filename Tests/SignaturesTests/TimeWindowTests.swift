import Testing

@testable import Signatures

@Suite struct TimeWindowTests {
    @Test(arguments: [
        ("19700102Z", 86_400), ("20240229Z", 1_709_164_800), ("202402291259Z", 1_709_211_540),
        ("20240229125959Z", 1_709_211_599), ("20991231235959Z", 4_102_444_799),
        ("99991231235959Z", 253_402_300_799), ("20000229Z", 951_782_400),
    ])
    func timesAreRead(_ text: String, _ seconds: Int64) {
        #expect(TimeWindow.parse(text) == seconds)
    }

    @Test(arguments: [
        "", "Z", "20240229", "20240229z", "20240229UTC", "2024022Z", "2024022912Z",
        "20240229240000Z", "20240229006000Z", "20240229000060Z", "20230229Z", "21000229Z",
        "20241301Z", "20240001Z", "20240100Z", "20240431Z", "00000101Z", "19691231Z",
        "19700101Z", "2024-02-29Z", "+2024229Z", "２０２４0229Z",
    ])
    func otherTimesAreRefused(_ text: String) {
        #expect(TimeWindow.parse(text) == nil)
    }

    @Test func timesAreWrittenAsTheyAreRead() {
        for seconds in stride(from: Int64(1), to: 253_402_300_799, by: 86_400 * 97 + 12_345) {
            #expect(TimeWindow.parse(TimeWindow.format(seconds)) == seconds)
        }
    }

    /// The ends of a window are judged as OpenSSH judges them.
    @Test(arguments: [-1, 0, 1])
    func opensshAgreesAboutTheEnds(_ distance: Int64) throws {
        try Sandbox.with { sandbox in
            let key = try Sample.key()
            let (after, before): (Int64, Int64) = (1_700_000_000, 1_700_003_600)
            let line = AllowedSigners.line(
                principal: "jane", key: key.publicKey, validAfter: after, validBefore: before)
            try sandbox.write(line.bytes + [10], to: "allowed")
            try sandbox.write([1], to: "message")
            try sandbox.write(try key.sign([1]).bytes, to: "message.sig")
            let entry = try AllowedSigners.parse(line.bytes, file: "allowed").entries[0]
            for seconds in [after + distance, before + distance] {
                let time = TimeWindow.format(seconds)
                let (status, words) = try sandbox.run(
                    """
                    ssh-keygen -Y verify -Overify-time=\(time) -f allowed -I jane -n git \
                    -s message.sig < message
                    """)
                #expect(entry.isValid(at: seconds) == (status == 0), "\(time): \(words)")
            }
        }
    }

    @Test func endsBelongToTheWindow() throws {
        let line = AllowedSigners.line(
            principal: "jane", key: try Sample.key().publicKey, validAfter: 100, validBefore: 200)
        let entry = try AllowedSigners.parse(line.bytes, file: "f").entries[0]
        #expect([99, 100, 200, 201].map { entry.isValid(at: $0) } == [false, true, true, false])
        #expect(TimeWindow.isValid(entry, at: 150))
    }
}
