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
            return [Self.finding(nil, "the ledger's tip can't be read: \(error.firstLine)")]
        }
        while let id = next, findings.count < Self.limit {
            do {
                let entry = try ledger.entry(of: id)
                after = "the one before entry \(entry.number)"
            } catch {
                findings.append(Self.finding(id, "\(after) can't be read: \(error.firstLine)"))
            }
            do {
                next = try ledger.repository.parents(of: id).first
            } catch {
                // What led here was said; what is behind it can't be reached.
                if findings.last?.commit != id {
                    findings.append(Self.finding(id, "\(after) can't be read: \(error.firstLine)"))
                }
                next = nil
            }
        }
        return findings
    }

    /// What is said of a ledger that can't be read, though each of its entries can.
    static func finding(_ error: any Error) -> Verification.Finding {
        finding(nil, "the ledger can't be read: \(error.firstLine)")
    }

    private static func finding(_ commit: ObjectID?, _ saw: String) -> Verification.Finding {
        .init(reference: Ledger.reference, commit: commit, basis: .ledger, rule: .record, saw: saw)
    }
}
