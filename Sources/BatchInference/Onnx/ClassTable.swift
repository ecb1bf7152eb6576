/// The classes met so far, numbered in the order they were first seen.
struct ClassTable {
    /// Whether classes are whole numbers: `1`, `1.0` and ` 1` are then the same class.
    let isNumeric: Bool
    private(set) var names: [String] = []
    private var positions: [String: Int] = [:]
    private var positionsOfIntegers: [Int64: Int] = [:]

    init(isNumeric: Bool) {
        self.isNumeric = isNumeric
    }

    /// The position of a class given by name.
    mutating func position(of name: String) -> Int {
        if let known = positions[name] { return known }
        names.append(name)
        positions[name] = names.count - 1
        return names.count - 1
    }

    /// The position of a class given by number.
    mutating func position(of integer: Int64) -> Int {
        if let known = positionsOfIntegers[integer] { return known }
        let position = position(of: String(integer))
        positionsOfIntegers[integer] = position
        return position
    }

    /// The position of a class given by a floating-point label.
    mutating func position(of number: Double) -> Int {
        guard let integer = Int64(exactly: number) else { return position(of: "\(number)") }
        return position(of: integer)
    }

    /// The position of a class as a data set or a person writes it; nil when a number is wanted and
    /// the text isn't one.
    mutating func position(ofText text: String) -> Int? {
        guard isNumeric else { return position(of: text) }
        if let integer = Int64(text) { return position(of: integer) }
        guard let number = Double(text) else { return nil }
        return position(of: number)
    }
}
