internal import CPCRE2

/// A regular expression that a script searches texts with (about_Regular_Expressions): as .NET means it, as far as PCRE2 can, with each match's
/// groups. Nothing changes once it is made.
package final class TextSearch {
    /// The longest source, in UTF-8 bytes.
    package static let sourceLimit = 16 << 10
    /// The most groups that capture.
    package static let captureLimit = 255

    private let code: OpaquePointer
    private let data: OpaquePointer
    private let limits: OpaquePointer
    /// The names of the groups that have one.
    package let names: [(name: String, group: Int)]
    /// Whether a match begins with a letter in either case: each search then looks for both, and for one that is not there up to the end.
    package let seeksBothCases: Bool

    /// The subject needs more steps than it may.
    package struct Undecided: Error {}

    /// Where the whole match and each group stand in the subject, in UTF-8 bytes; nil for a group that took no part.
    package struct Match {
        package let groups: [Range<Int>?]
        package var range: Range<Int> { groups[0] ?? 0..<0 }
    }

    package init(_ source: String, isCaseSensitive: Bool, steps: UInt32) throws(Pattern.Invalid) {
        let bytes = Array(source.utf8)
        guard bytes.count <= Self.sourceLimit else {
            throw Pattern.Invalid(offset: Self.sourceLimit, message: "the pattern is longer than \(Self.sourceLimit) bytes", hint: nil)
        }
        let context = pcre2_compile_context_create_8(nil)
        defer { pcre2_compile_context_free_8(context) }
        pcre2_set_parens_nest_limit_8(context, Pattern.nestingLimit)
        var options = PCRE2_UTF | PCRE2_NEVER_BACKSLASH_C | PCRE2_DUPNAMES
        if !isCaseSensitive { options |= PCRE2_CASELESS }
        var errorCode: Int32 = 0, offset = 0
        guard let code = pcre2_compile_8(bytes, bytes.count, options, &errorCode, &offset, context) else {
            throw Pattern.Invalid(offset: offset, message: Pattern.message(of: errorCode), hint: nil)
        }
        self.code = code
        var captures: UInt32 = 0
        pcre2_pattern_info_8(code, UInt32(PCRE2_INFO_CAPTURECOUNT), &captures)
        data = pcre2_match_data_create_8(min(captures, UInt32(Self.captureLimit)) + 1, nil)
        limits = pcre2_match_context_create_8(nil)
        pcre2_set_match_limit_8(limits, steps)
        pcre2_set_depth_limit_8(limits, steps)
        pcre2_set_heap_limit_8(limits, Pattern.Scratch.heapLimit)
        names = Self.names(of: code)
        var firstType: UInt32 = 0, first: UInt32 = 0
        pcre2_pattern_info_8(code, UInt32(PCRE2_INFO_FIRSTCODETYPE), &firstType)
        pcre2_pattern_info_8(code, UInt32(PCRE2_INFO_FIRSTCODEUNIT), &first)
        seeksBothCases = !isCaseSensitive && firstType == 1 && UInt8(exactly: first).map { (97...122).contains($0 | 0x20) } == true
    }

    deinit {
        pcre2_match_data_free_8(data)
        pcre2_match_context_free_8(limits)
        pcre2_code_free_8(code)
    }

    /// The first match from a byte on.
    package func first(in subject: [UInt8], from start: Int = 0) throws(Undecided) -> Match? {
        let count = pcre2_match_8(code, subject, subject.count, start, UInt32(PCRE2_NO_UTF_CHECK), data, limits)
        if count == PCRE2_ERROR_NOMATCH { return nil }
        guard count > 0 else { throw Undecided() }
        let spans = pcre2_get_ovector_pointer_8(data)!
        let groups = (0..<Int(pcre2_get_ovector_count_8(data))).map { group -> Range<Int>? in
            let from = spans[group * 2], to = spans[group * 2 + 1]
            guard group < Int(count), from != Int(bitPattern: UInt.max), from <= to else { return nil }
            return from..<to
        }
        return Match(groups: groups)
    }

    private static func names(of code: OpaquePointer) -> [(name: String, group: Int)] {
        var nameCount: UInt32 = 0, entrySize: UInt32 = 0
        var table: UnsafePointer<UInt8>?
        pcre2_pattern_info_8(code, UInt32(PCRE2_INFO_NAMECOUNT), &nameCount)
        pcre2_pattern_info_8(code, UInt32(PCRE2_INFO_NAMEENTRYSIZE), &entrySize)
        pcre2_pattern_info_8(code, UInt32(PCRE2_INFO_NAMETABLE), &table)
        guard let table else { return [] }
        return (0..<Int(nameCount)).map { index in
            let entry = table + index * Int(entrySize)
            let group = Int(entry[0]) << 8 | Int(entry[1])
            return (String(cString: entry + 2), group)
        }
    }
}
