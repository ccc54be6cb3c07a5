import Basis

/// Collects the bytes of a message.
package struct Writer {
    package private(set) var bytes: [UInt8] = []

    package init(capacity: Int = 1024) { bytes.reserveCapacity(capacity) }

    package mutating func text(_ text: String) { bytes.append(contentsOf: text.utf8) }
    package mutating func raw(_ constant: StaticString) {
        bytes.append(contentsOf: UnsafeBufferPointer(start: constant.utf8Start, count: constant.utf8CodeUnitCount))
    }

    package mutating func raw(_ raw: [UInt8]) { bytes.append(contentsOf: raw) }
    package mutating func raw(_ raw: ArraySlice<UInt8>) { bytes.append(contentsOf: raw) }

    mutating func number(_ value: Int) {
        if value >= 10 { number(value / 10) }
        bytes.append(48 + UInt8(truncatingIfNeeded: abs(value % 10)))
    }

    package mutating func hex(_ word: UInt64) {
        let digits = (Hexadecimal.digits(UInt32(truncatingIfNeeded: word >> 32)), Hexadecimal.digits(UInt32(truncatingIfNeeded: word)))
        withUnsafeBytes(of: digits) { bytes.append(contentsOf: $0) }
    }

    mutating func id(_ id: SortableID) {
        hex(id.high)
        hex(id.low)
    }

    package mutating func line(_ name: StaticString, _ value: String) {
        raw(name)
        raw(": ")
        text(value)
        endLine()
    }

    package mutating func line(_ name: StaticString, _ value: [UInt8]) {
        raw(name)
        raw(": ")
        raw(value)
        endLine()
    }

    package mutating func line(_ name: StaticString, _ value: Int) {
        raw(name)
        raw(": ")
        number(value)
        endLine()
    }

    package mutating func endLine() {
        raw("\r\n")
    }

    /// `Content-Type` when there is a body, `Content-Length`, the empty line and the body.
    package mutating func body(_ body: [UInt8], type: String = "application/sdp") {
        if !body.isEmpty {
            raw("Content-Type: ")
            text(type)
            endLine()
        }
        raw("Content-Length: ")
        number(body.count)
        raw("\r\n\r\n")
        raw(body)
    }

    /// Text as a `quoted-string`; control characters, which may not be in one, become spaces.
    mutating func quoted(_ text: String) {
        bytes.append(UInt8(ascii: "\""))
        for byte in text.utf8 {
            if byte == UInt8(ascii: "\"") || byte == UInt8(ascii: "\\") { bytes.append(UInt8(ascii: "\\")) }
            bytes.append(byte < 32 || byte == 0x7F ? 32 : byte)
        }
        bytes.append(UInt8(ascii: "\""))
    }

    package mutating func reason(_ reason: Reason?) {
        guard let reason else { return }
        raw("Reason: ")
        text(reason.protocol)
        if let cause = reason.cause {
            raw(";cause=")
            number(cause)
        }
        if let text = reason.text {
            raw(";text=")
            quoted(text)
        }
        endLine()
    }
}
