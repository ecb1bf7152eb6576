extension Parameters {
    /// What the runner reads, and how it runs the model.
    package struct Inference: Hashable, Sendable {
        static let keys = [
            "input", "output", "format", "task", "features", "label", "positiveClass", "id",
            "quantization", "batchSize", "threads",
        ]

        /// The input file; relative to the data directory of the local configuration.
        package var input: String?
        /// The output's file name, below the run's own folder.
        package var output: String?
        /// The input's format.
        package var format = DataFormat.csv
        /// What the model predicts.
        package var task: Task?
        /// The columns that the model reads, in its order.
        package var features: [String]?
        /// The column that holds the truth.
        package var label: String?
        /// The label that counts as positive.
        package var positiveClass: String?
        /// The column that is copied to the output to tell rows apart.
        package var id: String?
        /// How the weights are rewritten before the run.
        package var quantization = Quantization.none
        /// Rows per batch; nil leaves it to the runner.
        package var batchSize: Int?
        /// Threads of the engine; nil leaves it to the runner.
        package var threads: Int?

        init() {}

        init(_ node: DocumentNode) throws(DocumentError) {
            let members = try node.members(Set(Self.keys))
            input = try members["input"]?.path(allowingAbsolute: true)
            output = try members["output"]?.path(allowingAbsolute: false)
            format = try members["format"]?.choice() ?? .csv
            task = try members["task"]?.choice()
            features = try members["features"]?.lines()
            label = try members["label"]?.singleLine()
            positiveClass = try members["positiveClass"]?.singleLine()
            id = try members["id"]?.singleLine()
            quantization = try members["quantization"]?.choice() ?? .none
            batchSize = try members["batchSize"]?.integer(in: 1...1_000_000)
            threads = try members["threads"]?.integer(in: 1...1024)
        }
    }

    /// The format of a data set.
    package enum DataFormat: String, CaseIterable, Codable, Hashable, Sendable {
        case csv
    }

    /// What the model predicts.
    package enum Task: String, CaseIterable, Codable, Hashable, Sendable {
        case classification, regression
    }
}

/// How the weights of a model are rewritten before it runs.
package enum Quantization: String, CaseIterable, Codable, Hashable, Sendable {
    case none, int8
}

extension DocumentNode {
    /// A path without `..`.
    fileprivate func path(allowingAbsolute isAbsoluteAllowed: Bool) throws(DocumentError) -> String
    {
        let path = try singleLine(limit: 1024)
        let parts = path.split(separator: "/", omittingEmptySubsequences: false)
        guard !parts.contains("..") else {
            throw error("is '\(path)', which must not contain '..'")
        }
        guard isAbsoluteAllowed || !path.hasPrefix("/") else {
            throw error("is '\(path)', which must be relative to the run's own folder")
        }
        return path
    }
}
