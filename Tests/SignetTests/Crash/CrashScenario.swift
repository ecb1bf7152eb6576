import Foundation
import Testing

/// A command that changes the registry, and the state in which it is given.
enum CrashScenario: String, CaseIterable, CustomTestStringConvertible {
    case register, propose, approve, approvePartially, approveLast, reject, rollBack, policyPropose
    case policyApprove, policyRollOut, revoke, push, pushByClone, repair, attest, watch

    var testDescription: String { rawValue }

    /// The ones that SIGNET_CRASH_ONLY names, by commas; all without it.
    static var chosen: [CrashScenario] {
        let names = ProcessInfo.processInfo.environment["SIGNET_CRASH_ONLY"]?.split(separator: ",")
        return allCases.filter { names?.contains($0.rawValue[...]) ?? true }
    }

    /// Whether git's own processes change the registry too.
    var isPush: Bool { self == .push || self == .pushByClone }

    /// Brings a fresh registry to where the command is given.
    func prepare(_ fixture: Fixture) throws {
        try fixture.configure()
        switch self {
        case .register: break
        case .propose: try succeed(fixture.register("tumour", example: 1, "--no-propose"))
        case .approve, .reject, .attest, .repair, .rollBack:
            try succeed(fixture.register())
            if self == .attest || self == .repair { try fixture.approve("dev") }
            if self == .rollBack {
                try fixture.approve("dev")
                try succeed(fixture.register(example: 2))
                try fixture.approve("dev")
            }
            if self == .repair { try moveAround(fixture) }
        case .approvePartially, .approveLast:
            try changePolicy(fixture)
            try succeed(fixture.signet("policy", "approve", "2", "--reason", "two eyes", as: .ada))
            try succeed(fixture.signet("policy", "roll-out", as: .ada))
            try succeed(fixture.register())
            if self == .approveLast { try fixture.approve("dev") }
        case .policyPropose: _ = try writePolicy(fixture)
        case .policyApprove: try changePolicy(fixture)
        case .policyRollOut:
            try changePolicy(fixture)
            try succeed(fixture.signet("policy", "approve", "2", "--reason", "two eyes", as: .ada))
        case .revoke: try succeed(fixture.register())
        case .push, .pushByClone:
            try succeed(fixture.register())
            let clone = try fixture.clone()
            guard self == .push else { return }
            try succeed(fixture.git("switch", "-q", "--detach", "origin/env/dev", in: clone))
            try succeed(
                fixture.git(
                    "merge", "-q", "--no-ff", "-S", "-m", "x", "origin/promote/dev/tumour/v1",
                    in: clone, as: .jane))
        case .watch: try fixture.approvedInDev()
        }
    }

    /// Gives the command.
    func run(_ fixture: Fixture, adding extra: [String: String] = [:]) throws -> Outcome {
        func signet(_ arguments: String..., as person: Fixture.Person?) throws -> Outcome {
            try fixture.signet(arguments, as: person, adding: extra)
        }
        switch self {
        case .register:
            return try fixture.signet(Fixture.registration(), as: .ravi, adding: extra)
        case .propose: return try signet("propose", "tumour@1", "--env", "dev", as: .ravi)
        case .approve, .approvePartially:
            return try signet(
                "approve", "tumour", "--env", "dev", "--reason", "fine", as: .jane)
        case .approveLast:
            return try signet("approve", "tumour", "--env", "dev", "--reason", "fine", as: .kim)
        case .reject:
            return try signet("reject", "tumour", "--env", "dev", "--reason", "no", as: .jane)
        case .rollBack: return try signet("rollback", "tumour", "--env", "dev", as: .ravi)
        case .policyPropose:
            let file = fixture.folder.appending(path: "policy.yaml").path
            return try signet("policy", "propose", file, as: .ada)
        case .policyApprove:
            return try signet("policy", "approve", "2", "--reason", "two eyes", as: .ada)
        case .policyRollOut: return try signet("policy", "roll-out", as: .ada)
        case .revoke: return try signet("keys", "revoke", "kim", "--reason", "left", as: .ada)
        case .push:
            let clone = fixture.folder.appending(path: "clone").path
            return try fixture.run(
                ["git", "-C", clone, "push", "-q", "origin", "HEAD:refs/heads/env/dev"],
                adding: extra)
        case .pushByClone:
            return try signet(
                "approve", "tumour", "--env", "dev", "--reason", "fine", "--registry",
                fixture.folder.appending(path: "clone").path, as: .jane)
        case .repair: return try signet("repair", as: nil)
        case .attest: return try signet("ledger", "attest", as: nil)
        case .watch: return try signet("watch", "--once", as: nil)
        }
    }

    private func succeed(_ outcome: Outcome) throws {
        try #require(outcome.status == 0, "\(outcome)")
    }

    private func writePolicy(_ fixture: Fixture) throws -> String {
        try fixture.policy {
            $0.replacing("serial: 1", with: "serial: 2")
                .replacing("approvals: {approver: 1}", with: "approvals: {approver: 2}")
        }
    }

    private func changePolicy(_ fixture: Fixture) throws {
        try succeed(fixture.signet("policy", "propose", writePolicy(fixture), as: .ada))
    }

    /// A branch where it may not be, a tag that is gone, and no index.
    private func moveAround(_ fixture: Fixture) throws {
        let main = try fixture.commit("main")
        try "\(main)\n".write(
            to: fixture.registry.appending(path: "refs/heads/env/test"), atomically: true,
            encoding: .utf8)
        let registry = fixture.registry
        try FileManager.default.removeItem(at: registry.appending(path: "refs/tags/tumour/v1"))
        try FileManager.default.removeItem(at: registry.appending(path: "signet/index"))
    }
}
