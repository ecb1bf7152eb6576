/// A policy as the test means it, from which the text is made that the registry reads.
///
/// The oracle asks this one; nothing here is read back from YAML.
struct TestPolicy: Hashable {
    struct Rung: Hashable {
        var name: String
        var after: String?
        var approvals: [String: Int]
        var fourEyes: Bool
        var needsRun: Bool
        /// The quorum of an emergency, where there may be one.
        var emergency: [String: Int]?
    }

    static let people = ["ada", "ben", "cat", "dan", "eve", "fay", "gus", "hal"]
    static let ladder = ["dev", "test", "uat", "prod"]
    static let models = ["churn", "fraud/eu", "credit"]

    var serial = 1
    var registrars: Set<String>
    var proposers: Set<String>
    /// Role → environment → people.
    var roles: [String: [String: Set<String>]]
    var admins: Set<String>
    var adminsAsked: Int
    var rungs: [Rung]
    /// Who may decide these models alone.
    var scopes: [String: Set<String>]

    func rung(_ name: String) -> Rung? { rungs.first { $0.name == name } }

    func holds(_ person: String, _ role: String, in environment: String) -> Bool {
        role == "admin"
            ? admins.contains(person) : roles[role]?[environment]?.contains(person) ?? false
    }

    func mayDecide(_ person: String, _ model: String) -> Bool {
        scopes[person]?.contains(model) ?? true
    }

    /// Whether different ones of the people fill each place of a quorum.
    func fills(_ quorum: [String: Int], by people: Set<String>, in environment: String) -> Bool {
        let places = quorum.flatMap { Array(repeating: $0.key, count: $0.value) }
        func fill(_ rest: ArraySlice<String>, _ left: Set<String>) -> Bool {
            guard let role = rest.first else { return true }
            return left.contains { person in
                holds(person, role, in: environment)
                    && fill(rest.dropFirst(), left.subtracting([person]))
            }
        }
        return fill(places[...], people)
    }
}

extension TestPolicy {
    static func random(_ dice: inout Dice) -> TestPolicy {
        var roles: [String: [String: Set<String>]] = ["approver": [:], "risk": [:]]
        for environment in ladder {
            roles["approver"]?[environment] = some(of: people, 3...5, &dice)
            roles["risk"]?[environment] = some(of: people, 2...3, &dice)
        }
        var policy = TestPolicy(
            registrars: some(of: people, 2...3, &dice), proposers: some(of: people, 2...4, &dice),
            roles: roles, admins: some(of: people, 2...3, &dice).union(["ada"]),
            adminsAsked: 1 + dice.below(2), rungs: [], scopes: [:])
        for (place, name) in ladder.enumerated() {
            policy.rungs.append(
                Rung(
                    name: name, after: place == 0 ? nil : ladder[place - 1],
                    approvals: quorum(&dice), fourEyes: !dice.one(in: 3),
                    needsRun: place > 0 && dice.one(in: 4),
                    emergency: place > 1 && dice.one(in: 2) ? ["admin": 1] : nil))
        }
        if dice.one(in: 2) {
            policy.scopes[dice.pick(people)] = some(of: models, 1...2, &dice)
        }
        return policy
    }

    /// The next serial with one thing, or two, changed.
    func changed(_ dice: inout Dice) -> TestPolicy {
        var policy = self
        policy.serial += 1
        for _ in 0...dice.below(2) {
            let place = dice.below(rungs.count)
            let name = rungs[place].name
            switch dice.below(9) {
            case 0: policy.rungs[place].fourEyes.toggle()
            case 1: policy.rungs[place].approvals = Self.quorum(&dice)
            case 2: policy.rungs[place].emergency = dice.one(in: 2) ? nil : ["admin": 1]
            case 3: policy.rungs[place].needsRun = place > 0 && dice.one(in: 2)
            case 4: policy.roles["approver"]?[name] = Self.some(of: Self.people, 1...4, &dice)
            case 5: policy.roles["risk"]?[name] = Self.some(of: Self.people, 1...3, &dice)
            case 6:
                policy.scopes = [dice.pick(Self.people): Self.some(of: Self.models, 1...2, &dice)]
            case 7: policy.adminsAsked = 1 + dice.below(2)
            default: policy.registrars = Self.some(of: Self.people, 1...3, &dice)
            }
        }
        return policy
    }

    private static func quorum(_ dice: inout Dice) -> [String: Int] {
        var quorum = ["approver": 1 + (dice.one(in: 3) ? 1 : 0)]
        if dice.one(in: 4) { quorum["risk"] = 1 }
        return quorum
    }

    private static func some(
        of all: [String], _ range: ClosedRange<Int>, _ dice: inout Dice
    ) -> Set<String> {
        Set(all.shuffled(using: &dice).prefix(Int.random(in: range, using: &dice)))
    }
}

extension TestPolicy {
    /// The file, as the registry is given it.
    var text: String {
        func list(_ names: some Sequence<String>) -> String {
            "[" + names.sorted().joined(separator: ", ") + "]"
        }
        func counts(_ quorum: [String: Int]) -> String {
            "{"
                + quorum.sorted { $0.key < $1.key }.map { "\($0.key): \($0.value)" }
                .joined(separator: ", ") + "}"
        }
        var lines = ["apiVersion: signet/v1", "kind: Policy", "serial: \(serial)", "principals:"]
        lines += Self.people.map { "  - {id: \($0), name: \($0), email: \($0)@a.example}" }
        lines += [
            "roles:", "  registrar: {\"*\": \(list(registrars))}",
            "  proposer: {\"*\": \(list(proposers.union(["registry"])))}",
            "  admin: {\"*\": \(list(admins))}",
        ]
        for (role, grants) in roles.sorted(by: { $0.key < $1.key }) {
            let places = grants.sorted { $0.key < $1.key }.map { "\($0.key): \(list($0.value))" }
            lines.append("  \(role): {\(places.joined(separator: ", "))}")
        }
        lines.append("environments:")
        for rung in rungs {
            let parts = [
                "name: \(rung.name)", rung.after.map { "after: \($0)" },
                "approvals: \(counts(rung.approvals))", "fourEyes: \(rung.fourEyes)",
                rung.needsRun ? "requires: {run: passed}" : nil,
                rung.emergency.map {
                    "breakGlass: {approvals: \(counts($0)), reapproveWithin: 72h}"
                },
            ]
            lines.append("  - {\(parts.compactMap { $0 }.joined(separator: ", "))}")
        }
        lines.append("policyChange: {admin: \(adminsAsked)}")
        if !scopes.isEmpty {
            lines.append("scopes:")
            lines += scopes.sorted { $0.key < $1.key }.map { "  \($0.key): \(list($0.value))" }
        }
        return lines.joined(separator: "\n") + "\n"
    }
}
