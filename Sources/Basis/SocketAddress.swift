/// An IP address and a port, as a value: what a datagram comes from and goes to.
package struct SocketAddress: Hashable, Sendable {
    /// Network byte order; IPv4 is held as IPv4-mapped IPv6 (`::ffff:a.b.c.d`, RFC 4291 §2.5.5.2).
    package let high: UInt64
    package let low: UInt64
    package let port: UInt16

    package init(high: UInt64, low: UInt64, port: UInt16) {
        self.high = high
        self.low = low
        self.port = port
    }

    package init(ipv4: UInt32, port: UInt16) { self.init(high: 0, low: 0xFFFF_0000_0000 | UInt64(ipv4), port: port) }

    package var isIPv4: Bool { high == 0 && low >> 32 == 0xFFFF }
    package var ipv4: UInt32? { isIPv4 ? UInt32(truncatingIfNeeded: low) : nil }

    package func with(port: UInt16) -> SocketAddress { SocketAddress(high: high, low: low, port: port) }

    /// Reads `127.0.0.1` or `::1` (RFC 4291 §2.2, without a zone); a name is nil.
    package init?(host: String, port: UInt16) { self.init(host: host[...], port: port) }

    package init?(host: Substring, port: UInt16) {
        if let ipv4 = Self.parseIPv4(host) {
            self.init(ipv4: ipv4, port: port)
        } else if let (high, low) = Self.parseIPv6(host) {
            self.init(high: high, low: low, port: port)
        } else {
            return nil
        }
    }

    /// Reads `127.0.0.1:5060` or `[::1]:5060`.
    package init?(_ text: String) {
        let bytes = text.utf8
        guard let colon = bytes.lastIndex(of: UInt8(ascii: ":")), let port = UInt16(decimal: text[bytes.index(after: colon)...]) else {
            return nil
        }
        var host = text[..<colon]
        if host.utf8.first == UInt8(ascii: "[") {
            guard host.utf8.last == UInt8(ascii: "]") else { return nil }
            host = Substring(host.utf8.dropFirst().dropLast())
        } else if host.utf8.contains(UInt8(ascii: ":")) {
            return nil
        }
        self.init(host: host, port: port)
    }

    /// Four decimal numbers from 0 to 255 of one to three digits, with dots between them.
    private static func parseIPv4(_ text: Substring) -> UInt32? {
        var value: UInt32 = 0, part: UInt32 = 0, digits = 0, dots = 0
        for byte in text.utf8 {
            switch byte {
            case UInt8(ascii: "0")...UInt8(ascii: "9"):
                part = part * 10 + UInt32(byte - UInt8(ascii: "0"))
                digits += 1
                guard digits <= 3, part <= 255 else { return nil }
            case UInt8(ascii: "."):
                guard digits > 0, dots < 3 else { return nil }
                value = value << 8 | part
                (part, digits, dots) = (0, 0, dots + 1)
            default: return nil
            }
        }
        return dots == 3 && digits > 0 ? value << 8 | part : nil
    }

    private static func parseIPv6(_ text: Substring) -> (UInt64, UInt64)? {
        var text = text
        if let dot = text.firstIndex(of: "."), let colon = text[..<dot].lastIndex(of: ":") {
            guard let tail = parseIPv4(text[text.index(after: colon)...]) else { return nil }
            text = Substring("\(text[...colon])\(String(tail >> 16, radix: 16)):\(String(tail & 0xFFFF, radix: 16))")
        }
        func groups(_ part: Substring) -> [UInt16]? {
            if part.isEmpty { return [] }
            var found: [UInt16] = []
            for group in part.split(separator: ":", omittingEmptySubsequences: false) {
                guard (1...4).contains(group.utf8.count), let value = UInt16(hexadecimal: group)
                else {
                    return nil
                }
                found.append(value)
            }
            return found
        }
        var all: [UInt16]
        if let gap = text.firstDoubleColon {
            guard let front = groups(text[..<gap.lowerBound]), let back = groups(text[gap.upperBound...]), front.count + back.count < 8
            else {
                return nil
            }
            all = front + Array(repeating: 0, count: 8 - front.count - back.count) + back
        } else {
            guard let whole = groups(text), whole.count == 8 else { return nil }
            all = whole
        }
        return (all[..<4].reduce(0) { $0 << 16 | UInt64($1) }, all[4...].reduce(0) { $0 << 16 | UInt64($1) })
    }
}

extension Substring {
    fileprivate var firstDoubleColon: Range<Index>? {
        var at = startIndex
        while at < endIndex {
            let following = index(after: at)
            if self[at] == ":", following < endIndex, self[following] == ":" { return at..<index(after: following) }
            at = following
        }
        return nil
    }
}

extension SocketAddress: CustomStringConvertible {
    /// The address without its port; IPv6 without brackets, in the short form of RFC 5952.
    package var host: String {
        if let ipv4 { return Self.text(of: ipv4, port: nil) }
        let groups = (0..<8).map { UInt16(truncatingIfNeeded: ($0 < 4 ? high : low) >> UInt64(48 - $0 % 4 * 16)) }
        var best = 0..<0
        var start = 0
        while start < 8 {
            let end = groups[start...].firstIndex { $0 != 0 } ?? 8
            if end - start > max(1, best.count) { best = start..<end }
            start = max(end, start + 1)
        }
        let hex = groups.map { String($0, radix: 16) }
        if best.isEmpty { return hex.joined(separator: ":") }
        return hex[..<best.lowerBound].joined(separator: ":") + "::" + hex[best.upperBound...].joined(separator: ":")
    }

    /// `127.0.0.1:5060` or `[::1]:5060`.
    package var description: String { ipv4.map { Self.text(of: $0, port: port) } ?? "[\(host)]:\(port)" }

    /// Four numbers with dots between them, and the port behind a colon: written in many a message of each call, so in one piece.
    private static func text(of ipv4: UInt32, port: UInt16?) -> String {
        String(unsafeUninitializedCapacity: 21) { bytes in
            var end = 0
            func put(_ number: UInt32) {
                var unit: UInt32 = number < 10 ? 1 : number < 100 ? 10 : number < 1_000 ? 100 : number < 10_000 ? 1_000 : 10_000
                while unit > 0 {
                    bytes[end] = UInt8(ascii: "0") + UInt8(number / unit % 10)
                    (end, unit) = (end + 1, unit / 10)
                }
            }
            func put(_ mark: Unicode.Scalar) {
                bytes[end] = UInt8(ascii: mark)
                end += 1
            }
            put(ipv4 >> 24)
            for shift in 1...3 as ClosedRange<UInt32> {
                put(".")
                put(ipv4 >> (24 - 8 * shift) & 255)
            }
            if let port {
                put(":")
                put(UInt32(port))
            }
            return end
        }
    }
}
