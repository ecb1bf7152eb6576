import ArgumentParser
import BatchInference
import SystemPackage

/// `signet baseline`: the feature statistics that drift is measured against.
struct BaselineCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "baseline",
        abstract: "Write the feature statistics of a data set, for --baseline.",
        discussion: "The answer, JSON, goes to standard output.")

    @Argument(help: "The data the model was trained on, in CSV.")
    var data: FilePath
    @Option(help: "The columns, joined by commas; all of them when left out.")
    var columns: String?
    @Option(help: "Columns to leave out, joined by commas: the id, the label.")
    var excluding: String?

    func run() throws {
        let baseline = try Baseline.make(
            from: data, columns: names(columns), excluding: names(excluding) ?? [])
        Terminal.print(String(decoding: try baseline.serialise(), as: UTF8.self))
    }

    private func names(_ text: String?) -> [String]? {
        text.map { $0.split(separator: ",").map(String.init) }
    }
}
