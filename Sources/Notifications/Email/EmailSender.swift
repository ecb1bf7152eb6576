import CCurl
import SystemPackage

/// Sends mails by SMTP.
package struct EmailSender: Sendable {
    /// The longest wait for a connection, signing in included.
    package static let connectTimeout = Duration.seconds(15)
    /// The longest transfer to one recipient.
    package static let totalTimeout = Duration.seconds(60)

    let smtp: SMTPConfiguration
    let password: Secret?

    package init(smtp: SMTPConfiguration, password: Secret?) {
        self.smtp = smtp
        self.password = password
    }

    /// Sends the mail to each recipient who is not in `delivered`, in an envelope of their own: one
    /// refused address keeps nobody else from having it.
    package func send(
        _ message: EmailMessage, except delivered: [String] = []
    ) async -> DeliveryOutcome {
        let recipients = message.recipients.map(\.address).filter { !delivered.contains($0) }
        return await BlockingWork.run { cancellation in
            self.send(message.serialised(), from: message.from, to: recipients, cancellation)
        }
    }

    private func send(
        _ bytes: [UInt8], from: EmailAddress, to recipients: [String], _ cancellation: Cancellation
    ) -> DeliveryOutcome {
        let curl: CurlHandle
        do throws(NotificationError) {
            curl = try CurlHandle()
        } catch {
            return .retry(reason: "\(error)")
        }
        configure(curl, from: from)
        var result = EmailResult()
        for recipient in recipients {
            curl.set(CURLOPT_MAIL_RCPT, list: ["<\(recipient)>"])
            curl.set(CURLOPT_INFILESIZE_LARGE, size: bytes.count)
            let answer = curl.perform(sending: bytes, until: cancellation)
            result.add(SMTPVerdict(answer), for: recipient, words: words(answer))
        }
        return result.outcome
    }

    private func configure(_ curl: CurlHandle, from: EmailAddress) {
        let scheme = smtp.security == .tls ? "smtps" : "smtp"
        curl.set(CURLOPT_URL, "\(scheme)://\(smtp.host):\(smtp.port)")
        curl.set(CURLOPT_PROTOCOLS_STR, "smtp,smtps")
        // No proxy, whatever the environment says.
        curl.set(CURLOPT_PROXY, "")
        let encryption = smtp.security == .starttls ? CURLUSESSL_ALL : CURLUSESSL_NONE
        curl.set(CURLOPT_USE_SSL, Int(encryption.rawValue))
        curl.set(CURLOPT_SSLVERSION, CURL_SSLVERSION_TLSv1_2)
        if let file = smtp.caFile { curl.set(CURLOPT_CAINFO, file.string) }
        if let username = smtp.username, let password {
            curl.set(CURLOPT_USERNAME, username)
            curl.set(CURLOPT_PASSWORD, password.text)
        }
        curl.set(CURLOPT_MAIL_FROM, "<\(from.address)>")
        curl.set(CURLOPT_UPLOAD, 1)
        curl.set(CURLOPT_CONNECTTIMEOUT_MS, Int(Self.connectTimeout.seconds * 1000))
        curl.set(CURLOPT_TIMEOUT_MS, Int(Self.totalTimeout.seconds * 1000))
    }

    private func words(_ answer: CurlHandle.Answer) -> String {
        let server = "\(smtp.host):\(smtp.port)"
        guard answer.status >= 400 else { return "\(server): \(answer.problem)" }
        return "\(server) answered \(answer.status) (\(answer.problem))"
    }
}
