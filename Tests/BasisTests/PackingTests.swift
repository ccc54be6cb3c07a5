import Basis
import Testing

@Suite("Values in few bytes")
struct PackingTests {
    @Test("numbers of every size come back, and small ones take one byte")
    func numbers() throws {
        for number in [0, 1, -1, 63, -64, 64, 8_191, -8_192, 1 << 40, .max, .min] as [Int64] {
            #expect(try Int64(packed: number.packed) == number)
        }
        #expect(Int64(0).packed == [0] && Int64(-1).packed == [1] && Int64(63).packed == [126] && Int64(64).packed == [0x80, 1])
        #expect(Int64.max.packed.count == 10)
    }

    @Test("texts, lists and what may be missing come back")
    func texts() throws {
        #expect(try String(packed: "Zoë ☎".packed) == "Zoë ☎" && "ab".packed == [2, 97, 98])
        #expect(try [String?](packed: ["a", nil, ""].packed) == ["a", nil, ""])
        #expect([String?]([nil]).packed == [1, 0])
    }

    @Test(
        "what is no value of the type is an error and never a trap",
        arguments: [
            ([], "it ends too early"), ([3, 97], "it ends too early"), ([1, 0xFF], "a text is not UTF-8"),
            ([1, 97, 0], "there is more than one value"),
            ([0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 2], "a number has too many bytes"),
            ([0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 1], "it ends too early"),
        ] as [([UInt8], String)])
    func faults(bytes: [UInt8], message: String) {
        #expect(throws: PackedFault(message)) { try String(packed: bytes) }
    }

    @Test("a flag is 0 or 1, and a list has no more elements than bytes are left")
    func limits() {
        #expect(throws: PackedFault("2 is neither yes nor no")) { try Bool(packed: [2]) }
        #expect(throws: PackedFault("it ends too early")) { try [Bool](packed: [0xFF, 0xFF, 0x7F, 1]) }
    }
}
