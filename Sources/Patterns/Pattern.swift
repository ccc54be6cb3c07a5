internal import CPCRE2
internal import Synchronization

/// A regular expression as PCRE2 understands it, in the reading that NumberPattern and normalisation rules have here (domain reference §4.3):
/// searched, not anchored; `\d` is an ASCII digit; `$` is the very end of the text.
///
/// Nothing changes once it is made but ``numbers``, which is worked out once, when it is first asked for, and PCRE2 matches a compiled pattern
/// from any thread: so it is safe to share.
package final class Pattern: @unchecked Sendable {
    /// The longest source, in UTF-8 bytes (domain reference §5.2: translation rules have patterns of up to 1,024 characters).
    package static let sourceLimit = 1_024
    /// The most groups that capture.
    package static let captureLimit = 63
    /// The deepest nesting of parentheses.
    package static let nestingLimit: UInt32 = 50

    package let source: String
    let code: OpaquePointer
    /// Whether it is written with what an automaton can decide: literals, classes, groups, alternatives, counts and anchors.
    package let isInSubset: Bool
    private let decided = AtomicLazyReference<Decided>()
    private let isAnchored: Bool

    /// Why a source is refused. `offset` counts UTF-8 bytes from the start; `hint` is what the writer probably meant.
    package struct Invalid: Error, Equatable {
        package let offset: Int
        package let message: String
        package let hint: String?
    }

    /// PCRE2 gave up (`code` is its error number, −47 when it ran out of steps). Falling through to the next route here would be a wrong answer.
    package struct Undecided: Error, Equatable {
        package let code: Int32
    }

    /// When PCRE2 makes machine code of a pattern: it costs some 20 µs and a kilobyte or more.
    package enum MachineCode: Sendable {
        case always, outsideSubset
    }

    /// Compiles `source`, or says where and why it cannot be used.
    package init(_ source: String, machineCode: MachineCode = .outsideSubset) throws(Invalid) {
        let bytes = Array(source.utf8)
        try Self.checkForm(bytes)
        code = try Self.compile(bytes)
        self.source = source
        isInSubset = PatternSyntax(bytes) != nil
        if machineCode == .always || !isInSubset { pcre2_jit_compile_8(code, UInt32(PCRE2_JIT_COMPLETE)) }
        var captures: UInt32 = 0, options: UInt32 = 0
        pcre2_pattern_info_8(code, UInt32(PCRE2_INFO_CAPTURECOUNT), &captures)
        pcre2_pattern_info_8(code, UInt32(PCRE2_INFO_ALLOPTIONS), &options)
        isAnchored = options & PCRE2_ANCHORED != 0
        if captures > Self.captureLimit {
            throw Invalid(offset: bytes.count, message: "more than \(Self.captureLimit) capturing groups", hint: "use (?:…) for groups")
        }
    }

    deinit { pcre2_code_free_8(code) }

    private final class Decided: Sendable {
        let numbers: NumberSet?
        init(_ numbers: NumberSet?) { self.numbers = numbers }
    }

    /// The numbers that match, where the pattern is within the subset that an automaton can decide; nil if only PCRE2 can say.
    var numbers: NumberSet? {
        guard isInSubset else { return nil }
        if let decided = decided.load() { return decided.numbers }
        let numbers = PatternSyntax(Array(source.utf8)).flatMap { NumberSet($0.root) }
        return decided.storeIfNil(Decided(numbers)).numbers
    }

    /// Whether the number, with its `+`, has a match anywhere.
    package func matches(_ number: E164Digits, using scratch: borrowing Scratch) throws(Undecided) -> Bool {
        let ascii = number.ascii
        return try ascii.span.withUnsafeBufferPointer { bytes throws(Undecided) in
            try match(UnsafeBufferPointer(rebasing: bytes[...number.count]), from: 0, using: scratch) != nil
        }
    }

    /// Whether the text has a match anywhere.
    package func matches(_ subject: String, using scratch: borrowing Scratch) throws(Undecided) -> Bool {
        try subject.utf8.span.withUnsafeBufferPointer { bytes throws(Undecided) in try match(bytes, from: 0, using: scratch) != nil }
    }

    /// Searches from a byte on. The answer is the number of groups up to the last that took part, 0 included; the scratch holds where they are.
    func match(_ subject: UnsafeBufferPointer<UInt8>, from start: Int, using scratch: borrowing Scratch) throws(Undecided) -> Int? {
        let options = UInt32(PCRE2_NO_UTF_CHECK)
        // PCRE2 counts steps anew from each place where a search can begin.
        let places = isAnchored ? 1 : UInt32(clamping: subject.count - start + 1)
        pcre2_set_match_limit_8(scratch.limits, max(scratch.steps / places, Scratch.leastSteps))
        switch pcre2_match_8(code, subject.baseAddress, subject.count, start, options, scratch.data, scratch.limits) {
        case let groups where groups > 0: return Int(groups)
        case PCRE2_ERROR_NOMATCH: return nil
        case let code: throw Undecided(code: code)
        }
    }
}

extension Pattern {
    /// Working memory and the limits of one loop: not to be used by two at once.
    package struct Scratch: ~Copyable {
        /// Backtracking steps a match may take: about 0.08 ms, or 0.02 ms with machine code, which counts fewer things as a step.
        /// No pattern in use is known to need more than 1,000 on a dial string.
        package static let stepLimit: UInt32 = 5_000
        /// Steps that each place in the text may take where a search can begin, however many places there are.
        static let leastSteps: UInt32 = 250
        /// Kibibytes of heap a match may take.
        package static let heapLimit: UInt32 = 1_024

        let data = pcre2_match_data_create_8(UInt32(Pattern.captureLimit + 1), nil)!
        let limits = pcre2_match_context_create_8(nil)!
        let steps: UInt32
        /// Where a route table puts matches that it had to ask for.
        let found = Pattern.FoundEntries()

        package init(steps: UInt32 = Scratch.stepLimit) {
            self.steps = steps
            pcre2_set_depth_limit_8(limits, steps)
            pcre2_set_heap_limit_8(limits, Self.heapLimit)
        }

        deinit {
            pcre2_match_data_free_8(data)
            pcre2_match_context_free_8(limits)
        }
    }
}

extension Pattern {
    /// Refuses a source that somebody writes now where it means another thing to those who know it from .NET. What is stored is taken as it is.
    package static func check(written source: String) throws(Invalid) {
        if let offset = PatternScan(Array(source.utf8)).firstSubtraction {
            let message = "«-[» takes a class away from another in .NET's expressions, and is plain text here"
            throw Invalid(offset: offset, message: message, hint: "write what is left, as [0-35-9] for [0-9-[4]], or \\- for a dash")
        }
        var reading = TextSource(source)
        _ = try reading.translated()
        guard reading.refersByNumber else { return }
        do throws(Invalid) { _ = try TextSearch(source, isCaseSensitive: true, steps: 1) } catch {
            if error == TextSearch.numberedApart { throw error }
        }
    }

    private static func checkForm(_ bytes: [UInt8]) throws(Invalid) {
        if bytes.isEmpty { throw Invalid(offset: 0, message: "the pattern is empty", hint: "\\d+ matches every number") }
        if bytes.count > sourceLimit {
            throw Invalid(offset: sourceLimit, message: "the pattern is longer than \(sourceLimit) bytes", hint: nil)
        }
        if let offset = PatternScan(bytes).firstAmbiguousBrace {
            let message = "this brace is a quantifier in some versions of the regex engine and plain text in others"
            throw Invalid(offset: offset, message: message, hint: "write {0,n} for «at most n», or \\{ for a brace")
        }
    }

    private static func compile(_ bytes: [UInt8]) throws(Invalid) -> OpaquePointer {
        let context = pcre2_compile_context_create_8(nil)
        defer { pcre2_compile_context_free_8(context) }
        pcre2_set_parens_nest_limit_8(context, nestingLimit)
        let options = PCRE2_UTF | PCRE2_DOLLAR_ENDONLY | PCRE2_NEVER_UCP | PCRE2_NEVER_BACKSLASH_C
        var errorCode: Int32 = 0, offset = 0
        if let code = pcre2_compile_8(bytes, bytes.count, options, &errorCode, &offset, context) { return code }
        if errorCode == PCRE2_ERROR_UNSUPPORTED_ESCAPE_SEQUENCE, let invalid = invalidCode(before: offset, in: bytes) { throw invalid }
        throw Invalid(offset: offset, message: message(of: errorCode), hint: hint(for: errorCode, at: offset, in: bytes))
    }

    /// `\u002B`, by which .NET's expressions name a character.
    private static func invalidCode(before offset: Int, in bytes: [UInt8]) -> Invalid? {
        let digits = String(decoding: bytes[min(offset, bytes.count)...].prefix(4), as: UTF8.self)
        guard offset >= 2, bytes[offset - 2] == UInt8(ascii: "\\"), bytes[offset - 1] == UInt8(ascii: "u"), digits.count == 4,
            digits.allSatisfy(\.isHexDigit), let code = Int(digits, radix: 16)
        else { return nil }
        let written = String(code, radix: 16, uppercase: true), padded = written.count < 2 ? "0" + written : written
        return Invalid(
            offset: offset - 2, message: "\\u names a character in .NET's expressions, and not here",
            hint: "write " + (code < 0x100 ? "\\x\(padded)" : "\\x{\(padded)}"))
    }

    static func message(of errorCode: Int32) -> String {
        withUnsafeTemporaryAllocation(of: UInt8.self, capacity: 256) { buffer in
            let length = pcre2_get_error_message_8(errorCode, buffer.baseAddress, buffer.count)
            return String(decoding: buffer.prefix(Int(max(0, length))), as: UTF8.self)
        }
    }

    private static func hint(for errorCode: Int32, at offset: Int, in bytes: [UInt8]) -> String? {
        guard errorCode == PCRE2_ERROR_QUANTIFIER_INVALID, bytes.indices.contains(offset) else { return nil }
        switch bytes[offset] {
        case UInt8(ascii: "+"): return "did you mean \\+"
        case UInt8(ascii: "*"): return "did you mean .* (anything) or \\* (a star)"
        default: return nil
        }
    }
}
