/// The head of an HTTP or SIP message as it lies in a buffer: its lines, found once, read as they are asked for.
///
/// Only what this generator's two peers send is read: no folded lines, no compact names.
struct Head {
    let bytes: [UInt8]
    /// Without their ends; the first is the start line.
    let lines: [Range<Int>]
    let bodyStart: Int

    /// Nil while the empty line has not come.
    init?(_ bytes: [UInt8]) {
        var lines: [Range<Int>] = []
        lines.reserveCapacity(16)
        var start = 0
        while let end = bytes[start...].firstIndex(of: 13), end + 1 < bytes.count {
            if end == start {
                (self.bytes, self.lines, bodyStart) = (bytes, lines, end + 2)
                return
            }
            lines.append(start..<end)
            start = end + 2
        }
        return nil
    }

    var startLine: ArraySlice<UInt8> { bytes[lines[0]] }

    func value(_ name: StaticString) -> ArraySlice<UInt8>? { line(name).map { bytes[$0].dropFirst(name.utf8CodeUnitCount + 2) } }

    func text(_ name: StaticString) -> String? { value(name).map { String(decoding: $0, as: UTF8.self) } }

    /// All lines of that name, each with its end, to be copied into an answer.
    func copied(_ names: StaticString...) -> [UInt8] {
        var copy: [UInt8] = []
        copy.reserveCapacity(384)
        for name in names {
            for line in lines where isNamed(name, line) { copy += bytes[line.lowerBound..<line.upperBound + 2] }
        }
        return copy
    }

    private func line(_ name: StaticString) -> Range<Int>? { lines.first { isNamed(name, $0) } }

    private func isNamed(_ name: StaticString, _ line: Range<Int>) -> Bool {
        let count = name.utf8CodeUnitCount
        guard line.count > count, bytes[line.lowerBound + count] == UInt8(ascii: ":") else { return false }
        return (0..<count).allSatisfy { bytes[line.lowerBound + $0] == name.utf8Start[$0] }
    }
}

extension Int {
    /// The digits that a header's value begins with.
    init?(digits: some Collection<UInt8>) { self.init(String(decoding: digits.prefix { 48...57 ~= $0 }, as: UTF8.self)) }
}
