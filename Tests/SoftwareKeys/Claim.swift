import Signatures

extension SoftwareKey {
    /// What is said beside the signature; by default a touch, a PIN, and the page as it should be.
    package struct Claim: Sendable {
        package var application: String
        package var flags: UInt8 = 0x05
        package var counter: UInt32 = 7
        package var origin = "https://approve.example.com"
        package var extensions: [UInt8] = []
        package var type = "webauthn.get"
        package var challenge: String?
        /// The origin in the client data, where it isn't the signature's.
        package var signedOrigin: String?
        /// What follows the origin in the client data.
        package var end = #","crossOrigin":false}"#
        /// Makes the client data of what it would be otherwise.
        package var edit: (@Sendable (String) -> [UInt8])?
        /// What follows the signature's last field.
        package var rest: [UInt8] = []

        init(application: String) { self.application = application }

        func clientData(over signed: [UInt8]) -> [UInt8] {
            let challenge = challenge ?? Base64.urlString(signed)
            let text =
                #"{"type":"\#(type)","challenge":"\#(challenge)","#
                + #""origin":"\#(signedOrigin ?? origin)"\#(end)"#
            return edit?(text) ?? [UInt8](text.utf8)
        }
    }
}
