/// Names of references, each kept once and known by its number: the bytes of all of them in one
/// piece, since a registry has a few for every version.
struct NameTable: Sendable {
    private var bytes: [UInt8] = []
    /// Where each name ends.
    private var ends: [UInt32] = []
    /// The numbers of the names, from 1, each at the place of its hash or after it; 0 where none is.
    private var places = [UInt32](repeating: 0, count: 16)

    /// How many names there are; they are numbered from 0.
    var count: Int { ends.count }

    /// The name of this number.
    subscript(number: UInt32) -> String { String(decoding: name(number), as: UTF8.self) }

    /// The number of a name; nil when it isn't here.
    func number(of name: String) -> UInt32? {
        var name = name
        return name.withUTF8 { name in
            let number = places[place(of: name)]
            return number == 0 ? nil : number - 1
        }
    }

    /// The number of a name, which is taken in when it isn't here.
    mutating func insert(_ name: String) -> UInt32 {
        var name = name
        return name.withUTF8 { name in
            let place = place(of: name)
            if places[place] != 0 { return places[place] - 1 }
            bytes.append(contentsOf: name)
            ends.append(UInt32(bytes.count))
            places[place] = UInt32(ends.count)
            // Half of the places stay free.
            if 2 * ends.count > places.count { spread() }
            return UInt32(ends.count - 1)
        }
    }

    private func name(_ number: UInt32) -> ArraySlice<UInt8> {
        bytes[(number == 0 ? 0 : Int(ends[Int(number) - 1]))..<Int(ends[Int(number)])]
    }

    /// Where the name is, or the free place where it would be.
    private func place(of wanted: UnsafeBufferPointer<UInt8>) -> Int {
        var hasher = Hasher()
        hasher.combine(bytes: UnsafeRawBufferPointer(wanted))
        var place = hasher.finalize() & (places.count - 1)
        while places[place] != 0 {
            if name(places[place] - 1).elementsEqual(wanted) { return place }
            place = (place + 1) & (places.count - 1)
        }
        return place
    }

    private mutating func spread() {
        places = [UInt32](repeating: 0, count: 2 * places.count)
        for number in 0..<UInt32(ends.count) {
            let free = name(number).withUnsafeBufferPointer { place(of: $0) }
            places[free] = number + 1
        }
    }
}
