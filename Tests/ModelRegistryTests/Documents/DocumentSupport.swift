import Testing

@testable import ModelRegistry

/// What the operation was refused with, as a user reads it; nil when it went through.
func refusal<Value>(_ operation: () throws(DocumentError) -> Value) -> String? {
    do {
        _ = try operation()
        return nil
    } catch {
        return error.description
    }
}

/// The first line of a refusal, without its hint.
func complaint<Value>(_ operation: () throws(DocumentError) -> Value) -> String? {
    refusal(operation)?.split(separator: "\n").first.map(String.init)
}

extension String {
    var bytes: [UInt8] { Array(utf8) }
}
