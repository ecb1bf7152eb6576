import Crypto
import FoundationEssentials

/// The header that proves a webhook's sender and body: `t=<unix seconds>,v1=<hex>`, where `v1` is
/// HMAC-SHA256, keyed with the shared secret, over `<unix seconds>.<body>`.
package enum WebhookSignature {
    /// The name of the header.
    package static let header = "Signet-Signature"

    /// The value of the header.
    package static func value(body: [UInt8], secret: Secret, time: Date) -> String {
        let seconds = Int64(time.timeIntervalSince1970.rounded(.down))
        var code = HMAC<SHA256>(key: SymmetricKey(data: secret.bytes))
        code.update(data: Array("\(seconds).".utf8))
        code.update(data: body)
        return "t=\(seconds),v1=\(Hex.text(code.finalize()))"
    }
}
