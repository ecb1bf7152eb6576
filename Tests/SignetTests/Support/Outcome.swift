/// What a program answered.
struct Outcome: CustomStringConvertible {
    let status: Int32
    /// Standard output.
    let output: String
    /// Standard error.
    let errors: String

    /// All of it, for a failing test's message.
    var description: String { "exit \(status)\n\(output)\n\(errors)" }
}
