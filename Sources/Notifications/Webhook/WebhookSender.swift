import CCurl
import FoundationEssentials

/// Posts events as CloudEvents over HTTP, in structured mode. Follows no redirect.
package struct WebhookSender: Sendable {
    /// The longest wait for a connection.
    package static let connectTimeout = Duration.seconds(10)
    /// The longest wait that a receiver can ask for.
    package static let retryAfterLimit = Duration.seconds(3600)

    let webhook: Target.Webhook
    let secret: Secret?

    package init(webhook: Target.Webhook, secret: Secret?) {
        self.webhook = webhook
        self.secret = secret
    }

    /// Sends the event; `now` stands in the signature.
    package func send(_ event: CloudEvent, now: Date) async -> DeliveryOutcome {
        let body: [UInt8]
        do throws(NotificationError) {
            body = try event.json()
        } catch {
            return .undeliverable(reason: "\(error)")
        }
        return await BlockingWork.run { cancellation in self.post(body, now: now, cancellation) }
    }

    private func post(
        _ body: [UInt8], now: Date, _ cancellation: Cancellation
    ) -> DeliveryOutcome {
        let curl: CurlHandle
        do throws(NotificationError) {
            curl = try CurlHandle()
        } catch {
            return .retry(reason: "\(error)")
        }
        curl.set(CURLOPT_URL, webhook.url)
        curl.set(CURLOPT_PROTOCOLS_STR, "http,https")
        // No proxy, whatever the environment says.
        curl.set(CURLOPT_PROXY, "")
        curl.set(CURLOPT_FOLLOWLOCATION, 0)
        curl.set(CURLOPT_SSLVERSION, CURL_SSLVERSION_TLSv1_2)
        curl.set(CURLOPT_POST, 1)
        curl.set(CURLOPT_POSTFIELDSIZE_LARGE, size: body.count)
        curl.set(CURLOPT_HTTPHEADER, list: headers(for: body, now: now))
        curl.set(CURLOPT_USERAGENT, "signet")
        let total = max(1, Int(webhook.timeout.seconds * 1000))
        curl.set(CURLOPT_TIMEOUT_MS, total)
        curl.set(CURLOPT_CONNECTTIMEOUT_MS, min(total, Int(Self.connectTimeout.seconds * 1000)))
        return Self.outcome(of: curl.perform(sending: body, until: cancellation))
    }

    private func headers(for body: [UInt8], now: Date) -> [String] {
        // Without "Expect:" a body over 1 MiB would wait for a 100 that few receivers send.
        var headers = ["Content-Type: \(CloudEvent.mediaType)", "Expect:"]
        if let secret {
            let signature = WebhookSignature.value(body: body, secret: secret, time: now)
            headers.append("\(WebhookSignature.header): \(signature)")
        }
        return headers
    }

    /// The status decides, even where the rest of the answer was too long or too slow.
    static func outcome(of answer: CurlHandle.Answer) -> DeliveryOutcome {
        let reason = "answered \(answer.status)\(excerpt(answer.body))"
        switch answer.status {
        case 200...299: return .delivered
        case 410: return .gone(reason: reason)
        case 429, 500...599:
            guard answer.retryAfter > 0 else { return .retry(reason: reason) }
            return .retry(
                reason: reason, after: min(.seconds(answer.retryAfter), retryAfterLimit))
        case 300...499: return .undeliverable(reason: reason)
        default: return .retry(reason: answer.problem)
        }
    }

    /// The first of the answer's body, printable and on one line.
    private static func excerpt(_ body: [UInt8]) -> String {
        let text = String(decoding: body.prefix(200), as: UTF8.self).unicodeScalars
            .map { $0.properties.generalCategory == .control ? " " : String($0) }
            .joined().split(separator: " ").joined(separator: " ")
        return text.isEmpty ? "" : ": \(text)"
    }
}
