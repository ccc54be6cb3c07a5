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
    /// By .NET's numbers, the groups of PCRE2 that are one: the whole match, those without a name, then those with one.
    private let order: [[Int]]
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
        guard source.utf8.count <= Self.sourceLimit else {
            throw Pattern.Invalid(offset: Self.sourceLimit, message: "the pattern is longer than \(Self.sourceLimit) bytes", hint: nil)
        }
        var reading = TextSource(source)
        let bytes = try reading.translated()
        let context = pcre2_compile_context_create_8(nil)
        defer { pcre2_compile_context_free_8(context) }
        pcre2_set_parens_nest_limit_8(context, Pattern.nestingLimit)
        var options = PCRE2_UTF | PCRE2_UCP | PCRE2_NEVER_BACKSLASH_C | PCRE2_DUPNAMES
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
        (names, order) = Self.groups(of: code, captures: Int(captures))
        guard !reading.refersByNumber || order.enumerated().allSatisfy({ $0.element == [$0.offset] }) else {
            throw Self.numberedApart
        }
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
        func span(_ group: Int) -> Range<Int>? {
            guard group < Int(count) else { return nil }
            let from = spans[group * 2], to = spans[group * 2 + 1]
            return from != Int(bitPattern: UInt.max) && from <= to ? from..<to : nil
        }
        return Match(groups: order.map { groups in groups.lazy.compactMap(span).first })
    }

    /// .NET numbers the groups without a name first.
    static let numberedApart = Pattern.Invalid(
        offset: 0, message: "a group is referred to by number where some have names: give names to all, and refer by \\k<name>", hint: nil)

    private static func groups(of code: OpaquePointer, captures: Int) -> (names: [(name: String, group: Int)], order: [[Int]]) {
        var nameCount: UInt32 = 0, entrySize: UInt32 = 0
        var table: UnsafePointer<UInt8>?
        pcre2_pattern_info_8(code, UInt32(PCRE2_INFO_NAMECOUNT), &nameCount)
        pcre2_pattern_info_8(code, UInt32(PCRE2_INFO_NAMEENTRYSIZE), &entrySize)
        pcre2_pattern_info_8(code, UInt32(PCRE2_INFO_NAMETABLE), &table)
        let kept = min(captures, captureLimit)
        var byName: [String: [Int]] = [:]
        for index in 0..<Int(nameCount) {
            guard let entry = table.map({ $0 + index * Int(entrySize) }) else { break }
            let group = Int(entry[0]) << 8 | Int(entry[1])
            if group <= kept { byName[String(cString: entry + 2), default: []].append(group) }
        }
        let named = byName.map { ($0.key, $0.value.sorted()) }.sorted { $0.1[0] < $1.1[0] }, taken = Set(named.flatMap(\.1))
        let unnamed = (0...kept).filter { !taken.contains($0) }.map { [$0] }
        return (named.enumerated().map { ($1.0, unnamed.count + $0) }, unnamed + named.map(\.1))
    }
}
