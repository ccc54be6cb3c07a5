import Foundation

/// Text that came from outside: UTF-8, or UTF-16 with its byte order mark, as editors on Windows write it. What is neither is refused with
/// the place of the first wrong byte, never repaired: a repaired name would be stored.
enum TextFile {
    struct Unreadable: Error, CustomStringConvertible {
        let description: String
    }

    /// The file's text without its byte order mark. A pipe is read to its end, and `-` is standard input.
    static func read(_ path: String) throws(Unreadable) -> String {
        let isInput = path == "-", name = isInput ? "standard input" : path
        let descriptor = isInput ? STDIN_FILENO : open(path, O_RDONLY | O_CLOEXEC)
        guard descriptor >= 0 else { throw unreadable(name) }
        defer { if !isInput { close(descriptor) } }
        var bytes: [UInt8] = [], buffer = [UInt8](repeating: 0, count: 1 << 16)
        while true {
            let count = Foundation.read(descriptor, &buffer, buffer.count)
            if count < 0, errno == EINTR { continue }
            guard count >= 0 else { throw unreadable(name) }
            guard count > 0 else { return try text(of: bytes, named: name) }
            bytes += buffer[..<count]
        }
    }

    private static func unreadable(_ name: String) -> Unreadable {
        Unreadable(description: "\(name) cannot be read: \(String(cString: strerror(errno)))")
    }

    /// `line` is the number of the first line.
    static func text(of bytes: [UInt8], named name: String, line: Int = 1) throws(Unreadable) -> String {
        if bytes.starts(with: [0xFF, 0xFE]) { return try utf16(bytes.dropFirst(2), isBigEndian: false, named: name) }
        if bytes.starts(with: [0xFE, 0xFF]) { return try utf16(bytes.dropFirst(2), isBigEndian: true, named: name) }
        let content = bytes.starts(with: [0xEF, 0xBB, 0xBF]) ? bytes[3...] : bytes[...]
        if let text = String(validating: content, as: UTF8.self) { return text }
        let place = firstFault(in: content)
        let before = content[..<place]
        let start = before.lastIndex(of: UInt8(ascii: "\n")).map { $0 + 1 } ?? content.startIndex
        throw Unreadable(
            description: "\(name):\(line + before.count { $0 == UInt8(ascii: "\n") }): byte \(place - start + 1) of the line, "
                + "0x\(hexadecimal(content[place])), is not UTF-8; save it as UTF-8")
    }

    /// Where the first sequence begins that is none of UTF-8.
    private static func firstFault(in bytes: ArraySlice<UInt8>) -> Int {
        var decoder = Unicode.UTF8.ForwardParser(), source = bytes.makeIterator(), place = bytes.startIndex
        while case .valid(let sequence) = decoder.parseScalar(from: &source) { place += sequence.count }
        return place
    }

    private static func utf16(_ bytes: ArraySlice<UInt8>, isBigEndian: Bool, named name: String) throws(Unreadable) -> String {
        var units: [UInt16] = []
        for place in stride(from: bytes.startIndex, to: bytes.endIndex - 1, by: 2) {
            let (first, second) = (UInt16(bytes[place]), UInt16(bytes[place + 1]))
            units.append(isBigEndian ? first << 8 | second : second << 8 | first)
        }
        if bytes.count.isMultiple(of: 2), let text = String(validating: units, as: UTF16.self) { return text }
        var decoder = Unicode.UTF16.ForwardParser(), source = units.makeIterator(), place = 0
        while case .valid(let sequence) = decoder.parseScalar(from: &source) { place += sequence.count }
        let line = 1 + units[..<place].count { $0 == 10 }
        throw Unreadable(description: "\(name):\(line): byte \(2 + 2 * place + 1) of the file is not UTF-16; save it as UTF-8")
    }

    private static func hexadecimal(_ byte: UInt8) -> String {
        let digits = String(byte, radix: 16, uppercase: true)
        return digits.count == 1 ? "0" + digits : digits
    }
}

/// The lines of standard input, one by one as they come.
struct InputLines {
    private let input = fdopen(STDIN_FILENO, "r")
    private var number = 0

    /// The next line without its end, nil after the last; throws where it is no text, and can be asked for the one after.
    mutating func next() throws(TextFile.Unreadable) -> String? {
        var buffer: UnsafeMutablePointer<CChar>?
        var capacity = 0
        defer { free(buffer) }
        guard let input else { return nil }
        let count = getline(&buffer, &capacity, input)
        guard count >= 0, let buffer else { return nil }
        number += 1
        var bytes = UnsafeRawBufferPointer(start: buffer, count: count).map { $0 }
        while let last = bytes.last, last == 10 || last == 13 { bytes.removeLast() }
        return try TextFile.text(of: bytes, named: "standard input", line: number)
    }
}
