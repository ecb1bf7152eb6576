import ArgumentParser
import GitStore
import ModelRegistry

/// `signet show`: one registered version.
struct ShowCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "show", abstract: "Show a registered version: artifacts, metrics, card.")

    @Argument(
        help: "The version, such as churn@3; the newest when only the model is named.",
        transform: ModelSelector.argument)
    var version: ModelSelector
    @OptionGroup var options: RegistryOptions

    func run() throws {
        let registry = try options.open()
        let facts = try registry.registration(of: registry.version(version))
        let folder = facts.files.id
        let metrics = try registry.repository.blob(at: "metrics.json", in: folder)
            .map { try Metrics.parse($0, file: "metrics.json") }
        let card = try registry.repository.blob(at: "CARD.md", in: folder) ?? []
        let shown = Shown(
            version: facts.version, commit: facts.commit.id,
            description: facts.description.documentValue, metrics: metrics?.values ?? [:],
            modelSignature: try facts.modelSignature?.statement(
                under: registry.mainSnapshot().policy),
            card: String(decoding: card, as: UTF8.self))
        try options.renderer.render(shown) {
            let artifacts = facts.description.artifacts.map {
                [$0.name, "\($0.size) bytes", $0.sha256]
            }
            let figures = shown.metrics.sorted { $0.key < $1.key }
                .map { [$0.key, Registry.figure($0.value.value)] }
            return """
                \(facts.version)  \(facts.commit.id.hex)
                format \(facts.description.format.rawValue)
                model signature \(shown.modelSignature?.text ?? "none")

                \(TextColumns(header: [], rows: artifacts).text)

                \(TextColumns(header: [], rows: figures).text)

                \(shown.card)
                """
        }
    }

    private struct Shown: Encodable {
        let version: ModelVersion
        let commit: ObjectID
        let description: DocumentValue
        let metrics: [String: MetricValue]
        let modelSignature: ModelSignatureStatement?
        let card: String
    }
}
