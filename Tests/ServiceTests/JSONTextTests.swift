import Foundation
import Testing

@testable import Service

/// What is written must read back as what Foundation's encoder would have written.
@Suite struct JSONTextTests {
    private struct Nothing: Codable, Equatable {}
    private struct Everything: Codable, Equatable {
        var text = "a \"quoted\" \\ line\r\n\twith \u{1}\u{1f} and ü 😀 / slash"
        var absent: String?
        var yes = true
        var whole = Int64.min
        var small: UInt8 = 7
        var fraction = -0.125
        var round = 3.0
        var list = [1, 20, -300]
        var none: [String] = []
        var nothing = Nothing()
        var map = ["b": [Nothing()], "a": []]
        var nested: [[String?]] = [[nil, "x"], []]
    }

    @Test("values of every shape read back") func roundTrip() throws {
        let value = Everything()
        let bytes = JSON.encode(value)
        #expect(try JSON.decode(Everything.self, bytes) == value)
        let theirs = try JSONEncoder().encode(value)
        #expect(try JSON.decode(JSONValue.self, bytes) == JSON.decode(JSONValue.self, Array(theirs)))
    }

    @Test(
        "single values",
        arguments: [
            (JSONValue.null, "null"), (.bool(false), "false"), (.integer(0), "0"), (.integer(-9), "-9"), (.number(1.5), "1.5"),
            (.string(""), #""""#), (.string("\u{7f}\u{0}"), "\"\u{7f}\\u0000\""), (.array([]), "[]"), (.object([:]), "{}"),
            (.array([.array([]), .object(["a": .null])]), #"[[],{"a":null}]"#),
        ])
    func texts(value: JSONValue, expected: String) {
        #expect(String(decoding: JSON.encode(value), as: UTF8.self) == expected)
    }

    @Test(
        "numbers are read in every form",
        arguments: [
            ("1e-400", JSONValue.number(.leastNonzeroMagnitude)), ("0.0e-400", .number(0)), ("1e+2", .number(100)), ("1E-2", .number(0.01)),
            ("-1.5e3", .number(-1500)), ("0", .integer(0)),
            ("-0.5", .number(-0.5)),
            ("9223372036854775807", .integer(.max)), ("9223372036854775808", .number(9223372036854775808)),
        ])
    func numbers(text: String, value: JSONValue) throws {
        #expect(try JSONReader.read(Array(text.utf8)) == value)
        #expect(try JSONReader.read(Array("[\(text),\(text)]".utf8)) == .array([value, value]))
    }

    private struct Wanted: Codable, Equatable {
        var a = "", b: Int?, list: [Wanted]?, c = false
    }

    @Test(
        "members are found wherever they stand, also by a name that is written with escapes, and none of an object within",
        arguments: [
            #"{"a":"1","b":2,"list":[{"a":"3","c":true}],"c":true}"#, #"{"c":true,"list":[{"c":true,"a":"3"}],"b":2,"a":"1"}"#,
            #"{"x":{"a":"9","c":false},"\u0061":"1","y":["a","b"],"b":2.0,"list":[{"b":null,"a":"3","c":true}],"c":true,"z":[{"a":7}]}"#,
            #"{"list":[{"a":"3","c":true,"list":null}],"x":[[[]],{}],"a":"\u0031","c":true,"b":2e0}"#,
        ])
    func members(text: String) throws {
        let wanted = Wanted(a: "1", b: 2, list: [Wanted(a: "3", c: true)], c: true)
        #expect(try JSON.decode(Wanted.self, Array(text.utf8)) == wanted)
        #expect(try JSONDecoder().decode(Wanted.self, from: Data(text.utf8)) == wanted)
    }

    @Test("a member that stands twice among many is found, with its place")
    func many() throws {
        for count in [2, 15, 16, 17, 40] {
            let members = (0..<count).map { #""m\#($0)":0"# }
            #expect(try JSONReader.read(Array("{\(members.joined(separator: ","))}".utf8)) != .null)
            let text = "{\((members + [#""m1":1"#]).joined(separator: ","))}"
            let fault = JSONReader.Fault(offset: text.utf8.count - 7, what: #"the member "m1" stands twice"#)
            #expect(throws: fault, "\(count)") { try JSONReader.read(Array(text.utf8)) }
        }
    }

    @Test("members keep their order") func order() {
        struct Ordered: Encodable {
            let z = 1
            let a = "2"
            let m = [3]
        }
        #expect(String(decoding: JSON.encode(Ordered()), as: UTF8.self) == #"{"z":1,"a":"2","m":[3]}"#)
    }

    @Test("what a superclass writes stands under its name, as what is nested does") func inherited() {
        class Base: Encodable { let own = 1 }
        final class Derived: Base {
            private enum Key: CodingKey { case base, nested, list }
            override func encode(to encoder: any Encoder) throws {
                var container = encoder.container(keyedBy: Key.self)
                try super.encode(to: container.superEncoder())
                try super.encode(to: container.superEncoder(forKey: .base))
                var nested = container.nestedContainer(keyedBy: Key.self, forKey: .nested)
                try nested.encode(2, forKey: .base)
                var list = container.nestedUnkeyedContainer(forKey: .list)
                try list.encode(3)
                try super.encode(to: list.superEncoder())
            }
        }
        let text = #"{"super":{"own":1},"base":{"own":1},"nested":{"base":2},"list":[3,{"own":1}]}"#
        #expect(String(decoding: JSON.encode(Derived()), as: UTF8.self) == text)
    }

    private struct Widths: Codable, Equatable {
        var tiny = Int8.min, short = Int16.min, middling = Int32.min, long = Int64.min, natural = UInt(Int64.max)
        var byte = UInt8.max, word = UInt16.max, many = UInt32.max, most = UInt64(Int64.max), real = -2.5, rough = Float(0.25)
    }

    @Test("numbers of every width are written and read, as members and alone, and what is out of their range is refused with it")
    func widths() throws {
        let text = """
            {"tiny":-128,"short":-32768,"middling":-2147483648,"long":-9223372036854775808,"natural":9223372036854775807,"byte":255,\
            "word":65535,"many":4294967295,"most":9223372036854775807,"real":-2.5,"rough":0.25}
            """
        #expect(String(decoding: JSON.encode(Widths()), as: UTF8.self) == text)
        #expect(try StrictJSON.decode(Widths.self, Array(text.utf8)) == Widths())
        func check<Number: FixedWidthInteger & Codable>(_ type: Number.Type, _ over: String?) throws {
            for number in [Number.min, 0, Number(clamping: Int64.max)] {
                let written = JSON.encode(number)
                #expect(String(decoding: written, as: UTF8.self) == "\(number)")
                #expect(try StrictJSON.decode(type, written) == number)
            }
            guard let over else { return }
            let fault = InvalidField("[0]", "is a whole number from \(Number.min) to \(Number.max)")
            for text in [over, "0.5"] { #expect(throws: fault) { try StrictJSON.decode([Number].self, Array("[\(text)]".utf8)) } }
            let other = InvalidField("[0]", "is a whole number, not true")
            #expect(throws: other) { try StrictJSON.decode([Number].self, Array("[true]".utf8)) }
        }
        try check(Int.self, nil)
        try check(Int8.self, "128")
        try check(Int16.self, "-32769")
        try check(Int32.self, "2147483648")
        try check(Int64.self, "9223372036854775808")
        try check(UInt.self, "-1")
        try check(UInt8.self, "256")
        try check(UInt16.self, "65536")
        try check(UInt32.self, "4294967296")
        try check(UInt64.self, "-1")
        #expect(try StrictJSON.decode([Double].self, Array("[1,0.5,-1e3]".utf8)) == [1, 0.5, -1_000])
        #expect(try StrictJSON.decode([Float].self, Array("[1,0.5]".utf8)) == [1, 0.5])
        #expect(String(decoding: JSON.encode([Float(0.5)]), as: UTF8.self) == "[0.5]")
        let fault = InvalidField("[0]", "is a number, not the text \"1\"")
        #expect(throws: fault) { try StrictJSON.decode([Double].self, Array(#"["1"]"#.utf8)) }
    }

    @Test("a list is read entry by entry, null among them, and not past its end") func entries() throws {
        struct Entries: Decodable {
            var read: [Int?] = []
            init(from decoder: any Decoder) throws {
                var container = try decoder.unkeyedContainer()
                while !container.isAtEnd { read.append(try container.decodeNil() ? nil : container.decode(Int.self)) }
                if read.isEmpty { read.append(try container.decode(Int.self)) }
            }
        }
        #expect(try StrictJSON.decode(Entries.self, Array("[null,1,null]".utf8)).read == [nil, 1, nil])
        #expect(throws: InvalidField.self) { try StrictJSON.decode(Entries.self, Array("[]".utf8)) }
    }

    @Test("what JSON cannot say is an error") func infinity() {
        #expect(throws: EncodingError.self) { try JSONTextEncoder.encode([Double.infinity], revealingSecrets: false) }
    }

    @Test("a byte that needs an escape is found at every place among eights") func escapes() throws {
        let escapes: [UInt8: String] = [0: "\\u0000", 9: "\\t", 10: "\\n", 13: "\\r", 0x1F: "\\u001f", 0x22: "\\\"", 0x5C: "\\\\"]
        for byte in UInt8(0)...127 {
            for place in 0...17 {
                let plain = String(repeating: "é", count: place / 2) + String(repeating: "!", count: place % 2)
                let text = plain + String(UnicodeScalar(byte)) + plain
                let written = String(decoding: JSON.encode(text), as: UTF8.self)
                #expect(try JSON.decode(String.self, Array(written.utf8)) == text)
                guard let escape = escapes[byte] else { continue }
                #expect(written == "\"" + plain + escape + plain + "\"")
            }
        }
    }
}
