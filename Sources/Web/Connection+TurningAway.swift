import Basis

/// Refusing requests that are not worth reading, for as little as it can be done.
extension Connection {
    /// Passes over `bytes` where they are one whole request that begins with `start` and nothing else is under way: the owner answers it,
    /// and the connection is kept. False: nothing was done, and the bytes are to be ``received(_:at:)``.
    package func passesOver(_ bytes: Span<UInt8>, beginning start: [UInt8], at now: Instant) -> Bool {
        guard isBetweenRequests, WholeRequest.matches(bytes, beginning: start) else { return false }
        passedOver(at: now)
        return true
    }
}

/// The whole answer to any request but HEAD, after which the connection is kept; written once, but for its `Request-Id`.
package struct PreparedAnswer {
    private let bytes: [UInt8]
    private let statusLine: Int

    package init(_ response: Response, date: String?) {
        var bytes: [UInt8] = []
        response.write(to: &bytes, form: ReplyForm(), date: date)
        self.bytes = bytes
        statusLine = bytes.prefix { $0 != UInt8(ascii: "\n") }.count + 1
    }

    package func bytes(id: String) -> [UInt8] {
        var answer: [UInt8] = []
        answer.reserveCapacity(bytes.count + 32)
        answer += bytes[..<statusLine]
        answer += "Request-Id: \(id)\r\n".utf8
        answer += bytes[statusLine...]
        return answer
    }
}

/// The outside of a request: where it ends, and whether its sender would be content with any answer and go on.
enum WholeRequest {
    /// Whether the bytes are one request of HTTP/1.1 from beginning to end that begins with `start`, its body's length said in one
    /// `Content-Length`, and without `Connection`, `Transfer-Encoding` and `Expect`.
    static func matches(_ bytes: Span<UInt8>, beginning start: [UInt8]) -> Bool {
        guard bytes.count > start.count, start.indices.allSatisfy({ bytes[$0] == start[$0] }) else { return false }
        guard var line = end(of: bytes, from: 0), line >= version.count,
            version.indices.allSatisfy({ bytes[line - version.count + $0] == version[$0] })
        else { return false }
        var length: Int?
        while true {
            let begin = line + 2
            guard let next = end(of: bytes, from: begin) else { return false }
            if next == begin { return bytes.count == begin + 2 + (length ?? 0) }
            switch bytes[begin] | 0x20 {
            case UInt8(ascii: "c"), UInt8(ascii: "t"), UInt8(ascii: "e"):
                if isNamed("content-length", bytes, begin..<next) {
                    guard length == nil, let said = number(bytes, begin + 15..<next) else { return false }
                    length = said
                } else if ["connection", "transfer-encoding", "expect"].contains(where: { isNamed($0, bytes, begin..<next) }) {
                    return false
                }
            default: break
            }
            line = next
        }
    }

    private static let version = Array(" HTTP/1.1".utf8)

    /// Where the line ends that begins there.
    private static func end(of bytes: Span<UInt8>, from start: Int) -> Int? {
        var place = start
        while place + 1 < bytes.count {
            if bytes[place] == 13 { return bytes[place + 1] == 10 ? place : nil }
            place += 1
        }
        return nil
    }

    private static func isNamed(_ name: StaticString, _ bytes: Span<UInt8>, _ line: Range<Int>) -> Bool {
        let count = name.utf8CodeUnitCount
        guard line.count > count, bytes[line.lowerBound + count] == UInt8(ascii: ":") else { return false }
        return (0..<count).allSatisfy { bytes[line.lowerBound + $0] | 0x20 == name.utf8Start[$0] | 0x20 }
    }

    /// Decimal digits with nothing around them but spaces.
    private static func number(_ bytes: Span<UInt8>, _ range: Range<Int>) -> Int? {
        var value: Int?, isOver = false
        for place in range {
            switch bytes[place] {
            case 48...57:
                guard !isOver, (value ?? 0) < 1 << 30 else { return nil }
                value = (value ?? 0) * 10 + Int(bytes[place] - 48)
            case 32: isOver = value != nil
            default: return nil
            }
        }
        return value
    }
}
