import Foundation

/// Swift source as far as the tidy tests read it: without comments and literals, in words. A word within a literal's interpolation counts.
struct Code {
    struct Word: Equatable {
        let text: String
        /// Stands behind a dot.
        var isMember = false
        /// An opening parenthesis follows.
        var isCalled = false
    }

    /// Of one line: how far it is indented, and its words.
    struct Line {
        let indent: Int
        let words: [Word]
    }

    let lines: [Line]

    init(_ source: String) {
        var stripper = Stripper(Array(source.utf8))
        lines = stripper.plain().split(separator: 10, omittingEmptySubsequences: false).map { Line(Self.words($0), $0) }
    }

    private static func words(_ line: ArraySlice<UInt8>) -> [Word] {
        var words: [Word] = [], at = line.startIndex
        while at < line.endIndex {
            guard isNamePart(line[at]) else {
                at += 1
                continue
            }
            let start = at
            while at < line.endIndex, isNamePart(line[at]) { at += 1 }
            var before = start
            if before > line.startIndex, line[before - 1] == UInt8(ascii: "`") { before -= 1 }
            let isMember = before > line.startIndex && line[before - 1] == UInt8(ascii: ".")
            let isCalled = at < line.endIndex && line[at] == UInt8(ascii: "(")
            words.append(Word(text: String(decoding: line[start..<at], as: UTF8.self), isMember: isMember, isCalled: isCalled))
        }
        return words
    }

    private static func isNamePart(_ byte: UInt8) -> Bool {
        (48...57).contains(byte) || (65...90).contains(byte) || (97...122).contains(byte) || byte == UInt8(ascii: "_")
    }

    /// Blanks out comments and what literals say.
    private struct Stripper {
        private enum Mode { case code(parentheses: Int), literal(end: [UInt8], hashes: Int) }
        private let bytes: [UInt8]
        private var at = 0
        private var modes: [Mode] = [.code(parentheses: 0)]
        private var plainBytes: [UInt8] = []

        init(_ bytes: [UInt8]) { self.bytes = bytes }

        mutating func plain() -> [UInt8] {
            plainBytes.reserveCapacity(bytes.count)
            while at < bytes.count {
                switch modes[modes.count - 1] {
                case .code(let parentheses): code(parentheses)
                case .literal(let end, let hashes): literal(end, hashes)
                }
            }
            return plainBytes
        }

        private func stands(_ text: String) -> Bool { stands(Array(text.utf8)) }
        private func stands(_ text: [UInt8]) -> Bool { bytes[at...].starts(with: text) }

        private mutating func code(_ parentheses: Int) {
            let byte = bytes[at]
            if byte == UInt8(ascii: "/"), stands("//") {
                while at < bytes.count, bytes[at] != 10 { at += 1 }
                return
            }
            if byte == UInt8(ascii: "#"), stands("#/") {
                repeat { at += 1 } while at < bytes.count && !stands("/#")
                at += 2
                return
            }
            if byte == UInt8(ascii: "\"") || byte == UInt8(ascii: "#") {
                var hashes = 0
                while at + hashes < bytes.count, bytes[at + hashes] == UInt8(ascii: "#") { hashes += 1 }
                if at + hashes < bytes.count, bytes[at + hashes] == UInt8(ascii: "\"") {
                    at += hashes
                    let quotes = stands("\"\"\"") ? 3 : 1
                    at += quotes
                    modes.append(
                        .literal(
                            end: Array(repeating: UInt8(ascii: "\""), count: quotes) + Array(repeating: UInt8(ascii: "#"), count: hashes),
                            hashes: hashes))
                    plainBytes.append(32)
                    return
                }
            }
            at += 1
            if modes.count > 1, byte == UInt8(ascii: "(") || byte == UInt8(ascii: ")") {
                let open = parentheses + (byte == UInt8(ascii: "(") ? 1 : -1)
                modes[modes.count - 1] = .code(parentheses: open)
                if open == 0 {
                    modes.removeLast()
                    return plainBytes.append(32)
                }
            }
            plainBytes.append(byte)
        }

        private mutating func literal(_ end: [UInt8], _ hashes: Int) {
            if bytes[at] == end[0], stands(end) {
                at += end.count
                modes.removeLast()
                return
            }
            let escape = [UInt8(ascii: "\\")] + Array(repeating: UInt8(ascii: "#"), count: hashes)
            if bytes[at] == escape[0], stands(escape) {
                at += escape.count
                if at < bytes.count, bytes[at] == UInt8(ascii: "(") {
                    modes.append(.code(parentheses: 1))
                    plainBytes.append(32)
                }
                at += 1
                return
            }
            if bytes[at] == 10 { plainBytes.append(10) }
            at += 1
        }
    }
}

extension Code.Line {
    fileprivate init(_ words: [Code.Word], _ line: ArraySlice<UInt8>) {
        self.init(indent: line.prefix { $0 == 32 }.count, words: words)
    }

    enum Kind { case type, function, value, cases, `extension` }

    /// What the line declares, if anything. Of `case` all names count, and of an extension the type that it extends.
    var declared: (kind: Kind, names: [String], isPrivate: Bool)? {
        var isPrivate = false
        for (at, word) in words.enumerated() {
            // `class func` is a modifier's use of it.
            if let kind = Self.kinds[word.text], at + 1 < words.count, word.text != "class" || Self.kinds[words[at + 1].text] == nil {
                return (kind, kind == .cases ? words[(at + 1)...].map(\.text) : [words[at + 1].text], isPrivate)
            }
            guard Self.modifiers.contains(word.text) || word.text == "class" else { return nil }
            if word.text == "private" || word.text == "fileprivate" { isPrivate = true }
        }
        return nil
    }

    private static let kinds: [String: Kind] = [
        "struct": .type, "class": .type, "enum": .type, "actor": .type, "protocol": .type, "typealias": .type, "func": .function,
        "var": .value, "let": .value, "case": .cases, "extension": .extension,
    ]
    /// With what stands in parentheses behind some of them.
    private static let modifiers: Set<String> = [
        "public", "package", "internal", "fileprivate", "private", "set", "final", "indirect", "nonisolated", "static", "mutating",
        "override", "consuming", "borrowing", "lazy", "convenience", "required", "weak", "main", "inline", "never", "__always",
        "discardableResult", "MainActor", "unsafe", "concurrent", "usableFromInline", "inlinable", "unchecked",
    ]
}
