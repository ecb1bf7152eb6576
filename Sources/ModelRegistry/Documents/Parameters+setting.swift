extension Parameters {
    /// The parameters with one of them changed; `null` removes it.
    ///
    /// `path` is like `inference.batchSize` or `gates.accuracy.min`; `text` is one line of YAML.
    package func setting(_ path: String, to text: String) throws(DocumentError) -> Parameters {
        let keys = try Self.keys(of: path)
        let changed: DocumentValue
        do throws(DocumentError) {
            guard !text.utf8.contains(UInt8(ascii: "\n")) else {
                throw DocumentError(file: "", problem: "must be one line")
            }
            changed =
                text.isEmpty ? .null : try DocumentNode(yaml: Array(text.utf8), file: "").value()
        } catch {
            throw DocumentError(file: "", field: path, problem: error.problem, hint: error.hint)
        }
        do throws(DocumentError) {
            return try Parameters(value.setting(keys[...], to: changed))
        } catch {
            throw DocumentError(
                file: "", field: error.field, problem: error.problem, hint: error.hint)
        }
    }

    /// The value at a path, as `setting` takes it; nil where nothing is set.
    package func value(at path: String) throws(DocumentError) -> DocumentValue? {
        try Self.keys(of: path).reduce(Optional(value)) { $0?[$1] }
    }

    /// What changed since `other`, every path once and in order; nil stands for no parameters.
    package func differences(from other: Parameters?) -> [ParameterChange] {
        value.differences(from: other?.value)
    }

    /// The keys of a path. A metric's name may have dots, so a gate's path is taken from both ends.
    private static func keys(of path: String) throws(DocumentError) -> [String] {
        let keys = path.split(separator: ".", omittingEmptySubsequences: false).map(String.init)
        guard !keys.contains("") else {
            throw DocumentError(
                file: "", problem: "'\(path)' is not the path of a parameter",
                hint: "write it like inference.batchSize or gates.accuracy.min")
        }
        guard keys.count > 3, keys[0] == "gates", let last = keys.last else { return keys }
        guard ["min", "max"].contains(last) else {
            return [keys[0], keys.dropFirst().joined(separator: ".")]
        }
        return [keys[0], keys[1..<(keys.count - 1)].joined(separator: "."), last]
    }
}

/// One parameter that differs; nil where it isn't set.
package struct ParameterChange: Hashable, Codable, Sendable {
    /// Keys joined by dots, such as `gates.accuracy.min`.
    package let path: String
    /// The old value on one line of YAML.
    package let old: String?
    /// The new value on one line of YAML.
    package let new: String?

    package init(path: String, old: String?, new: String?) {
        self.path = path
        self.old = old
        self.new = new
    }
}

extension DocumentValue {
    /// The mapping with the value at `keys` replaced, or removed by null.
    fileprivate func setting(_ keys: ArraySlice<String>, to value: DocumentValue) -> DocumentValue {
        guard let key = keys.first else { return value }
        var members = mappingValue ?? [:]
        let changed = (members[key] ?? .null).setting(keys.dropFirst(), to: value)
        let isEmptied = keys.count > 1 && changed == .mapping([:])
        members[key] = changed == .null || isEmptied ? nil : changed
        return .mapping(members)
    }

    /// The leaves that differ, every path once and in order; nil stands for no document.
    func differences(from other: DocumentValue?) -> [ParameterChange] {
        let new = leaves(below: "")
        let old = other?.leaves(below: "") ?? [:]
        return Set(new.keys).union(old.keys).sorted().compactMap { path in
            guard new[path] != old[path] else { return nil }
            return ParameterChange(path: path, old: old[path], new: new[path])
        }
    }

    /// The text of every value that is not a mapping, by its path.
    private func leaves(below path: String) -> [String: String] {
        guard case .mapping(let members) = self, !members.isEmpty else {
            return path.isEmpty ? [:] : [path: flowYAML]
        }
        return members.reduce(into: [:]) { leaves, member in
            let place = path.isEmpty ? member.key : "\(path).\(member.key)"
            leaves.merge(member.value.leaves(below: place)) { first, _ in first }
        }
    }
}
