import CCurl
import Glibc

/// One libcurl transfer after another over the same connection. Used by one thread at a time.
final class CurlHandle {
    /// What libcurl said of a transfer.
    struct Answer {
        var code: CURLcode
        /// The protocol's last status, of HTTP or SMTP; 0 where none came.
        var status: Int
        /// The beginning of what was received, at most `receiveLimit` bytes.
        var body: [UInt8]
        /// Seconds asked for by `Retry-After`; 0 where none came.
        var retryAfter: Int
        /// libcurl's own words.
        var problem: String
    }

    /// Received bytes beyond this end the transfer.
    static let receiveLimit = 64 << 10

    private let library: CurlLibrary
    private let handle: UnsafeMutableRawPointer
    private var lists: [UnsafeMutablePointer<curl_slist>] = []
    private var failure: (option: CURLoption, code: CURLcode)?

    init() throws(NotificationError) {
        library = try CurlLibrary.open()
        guard let handle = library.functions.easy_init() else {
            throw .libraryMissing(reason: "it can't make a handle")
        }
        self.handle = handle
    }

    deinit {
        library.functions.easy_cleanup(handle)
        for list in lists { library.functions.slist_free_all(list) }
    }

    func set(_ option: CURLoption, _ value: Int) {
        check(option, call { signet_curl_set_long($0, handle, option, value) })
    }

    func set(_ option: CURLoption, size: Int) {
        check(option, call { signet_curl_set_size($0, handle, option, curl_off_t(size)) })
    }

    /// libcurl keeps a copy. A text with a NUL, which C would cut short, counts as a failure.
    func set(_ option: CURLoption, _ text: String) {
        guard !text.utf8.contains(0) else { return check(option, CURLE_BAD_FUNCTION_ARGUMENT) }
        check(option, call { signet_curl_set_text($0, handle, option, text) })
    }

    /// Sets a list of texts, which the handle keeps until it ends.
    func set(_ option: CURLoption, list texts: [String]) {
        var list: UnsafeMutablePointer<curl_slist>?
        for text in texts where !text.utf8.contains(0) {
            list = library.functions.slist_append(list, text) ?? list
        }
        if let list { lists.append(list) }
        check(option, call { signet_curl_set_pointer($0, handle, option, list) })
    }

    /// Transfers `body` and waits for the answer; `cancellation` ends it early.
    func perform(sending body: [UInt8], until cancellation: Cancellation) -> Answer {
        let exchange = CurlExchange(body: body, cancellation: cancellation)
        return withExtendedLifetime(exchange) {
            let context = Unmanaged.passUnretained(exchange).toOpaque()
            set(CURLOPT_READDATA, context)
            set(CURLOPT_WRITEDATA, context)
            set(CURLOPT_XFERINFODATA, context)
            set(CURLOPT_READFUNCTION, transfer: CurlExchange.send)
            set(CURLOPT_WRITEFUNCTION, transfer: CurlExchange.receive)
            check(
                CURLOPT_XFERINFOFUNCTION,
                call { signet_curl_set_progress($0, handle, CurlExchange.progress) })
            set(CURLOPT_NOPROGRESS, 0)
            set(CURLOPT_NOSIGNAL, 1)
            return answer(of: exchange)
        }
    }

    private func answer(of exchange: CurlExchange) -> Answer {
        if let failure {
            let problem = "libcurl refuses option \(failure.option.rawValue): \(text(failure.code))"
            return Answer(
                code: failure.code, status: 0, body: [], retryAfter: 0, problem: problem)
        }
        let code = library.functions.easy_perform(handle)
        var status = 0
        var retryAfter: curl_off_t = 0
        // Both keep their 0 where libcurl knows nothing.
        _ = call { signet_curl_get_long($0, handle, CURLINFO_RESPONSE_CODE, &status) }
        _ = call { signet_curl_get_size($0, handle, CURLINFO_RETRY_AFTER, &retryAfter) }
        return Answer(
            code: code, status: status, body: exchange.received, retryAfter: Int(retryAfter),
            problem: text(code))
    }

    private func set(_ option: CURLoption, _ pointer: UnsafeMutableRawPointer) {
        check(option, call { signet_curl_set_pointer($0, handle, option, pointer) })
    }

    private func set(_ option: CURLoption, transfer: signet_curl_transfer) {
        check(option, call { signet_curl_set_transfer($0, handle, option, transfer) })
    }

    /// Keeps the first failure; `perform` then sends nothing and reports it.
    private func check(_ option: CURLoption, _ code: CURLcode) {
        if code != CURLE_OK, failure == nil { failure = (option, code) }
    }

    private func call<Result>(_ body: (UnsafePointer<signet_curl>) -> Result) -> Result {
        withUnsafePointer(to: library.functions, body)
    }

    private func text(_ code: CURLcode) -> String {
        library.functions.easy_strerror(code).map { String(cString: $0) } ?? "no reason given"
    }
}
