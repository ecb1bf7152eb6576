import Testing

@testable import ModelRegistry

struct NameTableTests {
    @Test func everyNameHasOneNumberAndIsFoundByIt() {
        var table = NameTable()
        let names =
            (0..<5000).map { "refs/signet/closed/dev/model-\($0)/v1/1" } + [
                "", "é", "e\u{301}", "a",
            ]
        for (index, name) in names.enumerated() {
            #expect(table.number(of: name) == nil)
            #expect(table.insert(name) == UInt32(index))
            #expect(table.insert(name) == UInt32(index))
        }
        #expect(table.count == names.count)
        for (index, name) in names.enumerated() {
            #expect(table.number(of: name) == UInt32(index))
            #expect(table[UInt32(index)].utf8.elementsEqual(name.utf8))
            #expect(table.number(of: name + "0") == nil)
        }
    }
}
