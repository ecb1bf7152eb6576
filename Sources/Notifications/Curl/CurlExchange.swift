import CCurl
import Glibc

/// The bytes of one transfer, reached from libcurl's callbacks.
final class CurlExchange {
    private let body: [UInt8]
    private var sent = 0
    private(set) var received: [UInt8] = []
    private let cancellation: Cancellation

    init(body: [UInt8], cancellation: Cancellation) {
        self.body = body
        self.cancellation = cancellation
    }

    /// Hands libcurl the next bytes to send.
    static let send: signet_curl_transfer = { buffer, size, count, context in
        guard let buffer, let exchange = CurlExchange.from(context) else { return 0 }
        let (room, overflow) = size.multipliedReportingOverflow(by: count)
        let length = min(overflow ? 0 : room, exchange.body.count - exchange.sent)
        exchange.body.withUnsafeBytes { bytes in
            guard length > 0, let start = bytes.baseAddress else { return }
            memcpy(buffer, start + exchange.sent, length)
        }
        exchange.sent += length
        return length
    }

    /// Takes what was received; more than the limit ends the transfer.
    static let receive: signet_curl_transfer = { buffer, size, count, context in
        guard let buffer, let exchange = CurlExchange.from(context) else { return 0 }
        let (length, overflow) = size.multipliedReportingOverflow(by: count)
        let room = CurlHandle.receiveLimit - exchange.received.count
        let bytes = UnsafeRawBufferPointer(start: buffer, count: overflow ? 0 : length)
        exchange.received += bytes.prefix(room)
        return length > room ? 0 : length
    }

    /// Anything but 0 ends the transfer.
    static let progress: signet_curl_progress = { context, _, _, _, _ in
        CurlExchange.from(context)?.cancellation.isCancelled == true ? 1 : 0
    }

    /// The exchange behind libcurl's pointer; `CurlHandle.perform` keeps it alive.
    private static func from(_ context: UnsafeMutableRawPointer?) -> CurlExchange? {
        context.map { Unmanaged<CurlExchange>.fromOpaque($0).takeUnretainedValue() }
    }
}
