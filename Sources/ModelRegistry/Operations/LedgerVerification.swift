import Foundation
import GitStore

/// What `signet ledger verify` found.
package struct LedgerVerification: Codable, Sendable {
    /// The founding commit's id.
    package var registry: ObjectID
    package var tip: ObjectID?
    package var entries = 0
    package var refused = 0
    package var attestations = 0
    /// How many receipts were compared.
    package var receipts = 0
    /// What is wrong with the chain, and references that are not where it says.
    package var findings: [Verification.Finding] = []
    /// Receipts that this copy does not have, each in a sentence.
    package var missing: [String] = []
    /// What this copy can't prove, each a reason to exit with 1.
    package var unproven: [String] = []

    package var holds: Bool { findings.isEmpty && missing.isEmpty && unproven.isEmpty }

    /// Compares receipts of a file with the ledger.
    package mutating func check(
        _ kept: [KeptReceipt], from file: String, in registry: Registry
    ) throws {
        receipts += kept.count
        let check: ReceiptCheck
        do {
            check = try ReceiptCheck(registry)
        } catch let error as GitError {
            // A damaged chain holds nothing for certain; the findings say where.
            missing += kept.map { "\(file), entry \($0.number): \(error)" }
            return
        }
        for receipt in kept {
            guard let fault = try check.fault(of: receipt) else { continue }
            missing.append("\(file), entry \(receipt.number): \(fault)")
        }
    }
}

extension Registry {
    /// Proves the ledger's chain, and compares the references with it.
    ///
    /// - Parameter threads: how many work at a time.
    package func verifyLedger(
        threads: Int = ProcessInfo.processInfo.activeProcessorCount
    ) throws -> LedgerVerification {
        var verification = LedgerVerification(registry: founding)
        let crew = VerifierCrew(for: self, size: threads)
        let facts: LedgerFacts
        let faults: [LedgerReading.Fault]
        let reading = try LedgerReading(of: self, by: crew, .everyByte)
        verification.tip = reading.tip
        switch reading.outcome {
        case .read(let read, let found): (facts, faults) = (read, found)
        case .unreadable(let findings):
            verification.findings = findings
            return verification
        }
        guard facts.count > 0 else {
            verification.unproven.append(
                "this copy has no ledger; make one with `git clone --mirror`")
            return verification
        }
        verification.entries = facts.count
        verification.refused = facts.refused
        let check = LedgerCheck(registry: self, facts: facts, faults: faults)
        let hasAttestations = try !attestations.paths().isEmpty
        let links = hasAttestations ? try ledger.entries(after: nil) : []
        let attested = try AttestationCheck(registry: self, links: links).findings()
        verification.attestations = attested.count
        verification.findings =
            try unusualFindings() + check.findings() + attested.findings
        return verification
    }
}
