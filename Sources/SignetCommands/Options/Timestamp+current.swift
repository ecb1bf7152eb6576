import Foundation
import ModelRegistry

extension Timestamp {
    /// The machine's clock.
    static var current: Timestamp { Timestamp(seconds: Int64(Date().timeIntervalSince1970)) }
}
