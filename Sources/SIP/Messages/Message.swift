/// A SIP request or response: its bytes, kept once, and where its parts are in them (RFC 3261 §7).
///
/// Holding one means that the start line and the header fields every message must have are well formed;
/// all other values are read when they are asked for.
package struct Message: Sendable {
    package enum Start: Equatable, Sendable {
        /// A nil method is one that is not in ``SIPMethod``.
        case request(SIPMethod?, uri: Range<Int>)
        case response(Int, phrase: Range<Int>)
    }

    /// Where a header field is; two bytes suffice for a place within ``Limits/messageSize``.
    struct Field: Sendable {
        let name: HeaderName
        private let places: (label: UInt16, labelEnd: UInt16, value: UInt16, valueEnd: UInt16)

        init(name: HeaderName, label: Range<Int>, value: Range<Int>) {
            self.name = name
            places = (
                UInt16(label.lowerBound), UInt16(label.upperBound), UInt16(value.lowerBound), UInt16(value.upperBound)
            )
        }

        var label: Range<Int> { Int(places.label)..<Int(places.labelEnd) }
        var value: Range<Int> { Int(places.value)..<Int(places.valueEnd) }
    }

    package let bytes: [UInt8]
    package let start: Start
    let fields: [Field]
    /// The values of the first `Via` and of the fields that occur exactly once.
    package let via: Range<Int>, from: Range<Int>, to: Range<Int>, callID: Range<Int>, cSeqValue: Range<Int>
    package let cSeq: CSeq
    package let body: Range<Int>

    package enum Limits {
        /// A UDP datagram's largest payload; also the largest message taken from a stream, in bytes.
        package static let messageSize = 65_535
        package static let headerCount = 128
        /// Bytes of one header field with its folded lines.
        package static let headerSize = 8_192
    }

    /// Why bytes are not a SIP message.
    package enum Malformed: String, Error, CaseIterable, Sendable {
        case tooLarge, startLine, version, header, headerTooLong, tooManyHeaders, missingHeader, repeatedHeader, via, cSeq
        case contentLength, truncated
    }

    package var isRequest: Bool {
        switch start {
        case .request: true
        case .response: false
        }
    }

    /// The value of the first field of that name, without surrounding white space.
    package func value(_ name: HeaderName) -> Range<Int>? {
        for field in fields where field.name == name { return field.value }
        return nil
    }

    func values(_ name: HeaderName) -> [Range<Int>] {
        fields.lazy.filter { $0.name == name }.map(\.value)
    }

    /// The value as text, folded lines joined by one space (RFC 3261 §7.3.1).
    package func text(_ name: HeaderName) -> String? { value(name).map { text($0) } }

    package func text(_ range: Range<Int>) -> String {
        guard bytes[range].contains(13) else { return String(decoding: bytes[range], as: UTF8.self) }
        var joined: [UInt8] = []
        for byte in bytes[range] {
            if byte != 13 && byte != 10 && byte != 9 {
                if byte != 32 || joined.last != 32 { joined.append(byte) }
            } else if joined.last != 32 {
                joined.append(32)
            }
        }
        return String(decoding: joined, as: UTF8.self)
    }

    /// The value of a field whose name is not in ``HeaderName``.
    package func text(named name: String) -> String? {
        for field in fields where field.name == .other && bytes[field.label].equalsIgnoringCase(name) { return text(field.value) }
        return nil
    }
}
