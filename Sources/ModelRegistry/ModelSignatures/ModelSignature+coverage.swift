extension ModelSignature {
    /// How many names a complaint lists.
    private static let shown = 5

    /// Demands that exactly these artifacts are signed, by name and SHA-256.
    package func demandCovers(
        _ artifacts: [ModelDescription.Artifact]
    ) throws(DocumentError) {
        guard !artifacts.contains(where: { $0.name == Self.name }) else {
            throw DocumentError(
                file: file, problem: "can't lie beside an artifact that is called '\(Self.name)'",
                hint: "rename the artifact, and sign again")
        }
        let faults = differences(from: artifacts)
        guard !faults.isEmpty else { return try demandNoneIgnored() }
        throw DocumentError(
            file: file,
            problem: "does not sign what is registered: \(faults.joined(separator: "; "))",
            hint: files.map(\.name) == ["."]
                ? "a single file was signed, without its name: sign the folder that it is in"
                : "sign a folder with these artifacts as they are, and nothing else in it")
    }

    /// A file that is signed and to be ignored would pass here and fail with other verifiers.
    private func demandNoneIgnored() throws(DocumentError) {
        let left = files.filter { ignored.contains("") || ignored.contains($0.name) }
        guard let file = left.first else { return }
        throw DocumentError(
            file: self.file, problem: "signs '\(file.name)' and says that it is to be ignored",
            hint: "sign again, without --ignore-paths")
    }

    private func differences(from artifacts: [ModelDescription.Artifact]) -> [String] {
        var signed: [String: String] = [:]
        for file in files { signed[file.name] = file.sha256 }
        var registered: [String: String] = [:]
        for artifact in artifacts { registered[artifact.name] = artifact.sha256 }
        return [
            Self.list(
                "another SHA-256",
                signed.keys.filter { name in
                    registered[name].map { $0 != signed[name] } ?? false
                }),
            Self.list("not signed", registered.keys.filter { signed[$0] == nil }),
            Self.list("signed, but not registered", signed.keys.filter { registered[$0] == nil }),
        ].compactMap(\.self)
    }

    private static func list(_ fault: String, _ names: [String]) -> String? {
        guard !names.isEmpty else { return nil }
        let rest = names.count > shown ? " and \(names.count - shown) more" : ""
        return "\(fault): "
            + names.sorted().prefix(shown).map { "'\($0)'" }.joined(separator: ", ") + rest
    }
}
