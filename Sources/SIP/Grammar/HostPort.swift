/// `host[:port]` with IPv6 in brackets (which the host keeps).
func hostPort(_ bytes: Span<UInt8>, _ range: Range<Int>) -> (host: Range<Int>, port: UInt16?)? {
    guard !range.isEmpty else { return nil }
    var searchFrom = range.lowerBound
    if bytes[range.lowerBound] == UInt8(ascii: "[") {
        guard let bracket = firstIndex(of: UInt8(ascii: "]"), in: bytes, range) else { return nil }
        searchFrom = bracket + 1
    }
    guard let colon = firstIndex(of: UInt8(ascii: ":"), in: bytes, searchFrom..<range.upperBound) else {
        return searchFrom > range.lowerBound && searchFrom != range.upperBound ? nil : (range, nil)
    }
    guard let number = decimal(bytes, trimmed(bytes, colon + 1..<range.upperBound)), let port = UInt16(exactly: number), port > 0 else {
        return nil
    }
    let host = trimmed(bytes, range.lowerBound..<colon)
    return host.isEmpty ? nil : (host, port)
}
