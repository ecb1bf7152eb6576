/// SSH's binary encoding (RFC 4251), written a second time so that tests don't trust the first.
package enum Wire {
    package static func uint32(_ value: Int) -> [UInt8] { uint32(UInt32(value)) }

    package static func uint32(_ value: UInt32) -> [UInt8] {
        (0..<4).map { UInt8(truncatingIfNeeded: value >> (24 - 8 * $0)) }
    }

    package static func string(_ bytes: [UInt8]) -> [UInt8] { uint32(bytes.count) + bytes }

    package static func string(_ text: String) -> [UInt8] { string([UInt8](text.utf8)) }

    /// A positive integer in its shortest form.
    package static func number(_ digits: some Collection<UInt8>) -> [UInt8] {
        let digits = [UInt8](digits.drop { $0 == 0 })
        return string(digits.first.map { $0 >= 0x80 } == true ? [0] + digits : digits)
    }
}
