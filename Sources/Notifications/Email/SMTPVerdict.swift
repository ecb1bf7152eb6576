import CCurl

/// What one SMTP transfer means for its recipient.
enum SMTPVerdict {
    case accepted
    case later
    case never

    /// A 5xx reply is final, but for those about signing in and encryption, which a person mends in
    /// the configuration; so is any failure of the connection something that passes.
    init(_ answer: CurlHandle.Answer) {
        let aboutUs = [530, 534, 535, 538]
        switch answer.code {
        case CURLE_OK:
            self = .accepted
        case CURLE_LOGIN_DENIED, CURLE_USE_SSL_FAILED, CURLE_PEER_FAILED_VERIFICATION,
            CURLE_SSL_CONNECT_ERROR, CURLE_SSL_CACERT_BADFILE, CURLE_OPERATION_TIMEDOUT,
            CURLE_ABORTED_BY_CALLBACK:
            self = .later
        default:
            let isFinal = (500...599).contains(answer.status) && !aboutUs.contains(answer.status)
            self = isFinal ? .never : .later
        }
    }
}

/// What came of sending one mail to several recipients.
struct EmailResult {
    private var delivered: [String] = []
    private var later: [String] = []
    private var never: [String] = []

    mutating func add(_ verdict: SMTPVerdict, for recipient: String, words: String) {
        switch verdict {
        case .accepted: delivered.append(recipient)
        case .later: later.append("\(recipient): \(words)")
        case .never: never.append("\(recipient): \(words)")
        }
    }

    /// Tried again while anybody may still get it; given up when the rest never will.
    var outcome: DeliveryOutcome {
        if !later.isEmpty {
            return .retry(
                reason: (later + never).joined(separator: "; "), delivered: delivered)
        }
        guard never.isEmpty else {
            return .undeliverable(reason: never.joined(separator: "; "), delivered: delivered)
        }
        return .delivered
    }
}
