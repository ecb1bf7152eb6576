import GitStore

/// Where a ledger that can't be read is damaged.
struct LedgerDamage {
    let ledger: Ledger
    private static let limit = 20

    /// What can't be read, each with its commit and the entry it is behind; newest first.
    func findings() -> [Verification.Finding] {
        var findings: [Verification.Finding] = []
        var next: ObjectID?
        var after = "the newest entry"
        do {
            next = try ledger.tip()
        } catch {
            return [finding(nil, "the ledger's tip can't be read: \(Self.line(error))")]
        }
        while let id = next, findings.count < Self.limit {
            do {
                let entry = try ledger.entry(of: id)
                after = "the one before entry \(entry.number)"
            } catch {
                findings.append(finding(id, "\(after) can't be read: \(Self.line(error))"))
            }
            do {
                next = try ledger.repository.parents(of: id).first
            } catch {
                // What led here was said; what is behind it can't be reached.
                if findings.last?.commit != id {
                    findings.append(finding(id, "\(after) can't be read: \(Self.line(error))"))
                }
                next = nil
            }
        }
        return findings
    }

    private func finding(_ commit: ObjectID?, _ saw: String) -> Verification.Finding {
        .init(reference: Ledger.reference, commit: commit, basis: .ledger, rule: .record, saw: saw)
    }

    private static func line(_ error: any Error) -> String {
        "\(error)".split(separator: "\n").first.map(String.init) ?? ""
    }
}
