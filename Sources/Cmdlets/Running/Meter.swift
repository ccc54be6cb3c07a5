/// What one script may use up. Nothing catches the error that one of these limits makes.
package struct Meter {
    /// Statements, expressions, items gone through and, for texts, each 64 bytes searched and 256 made.
    package static let stepLimit = 3_000_000
    /// UTF-8 bytes of the texts, and 16 for each item of the arrays, hashtables and objects, that the script makes, all together.
    package static let madeLimit = 256 << 20
    /// UTF-8 bytes of one text.
    package static let textLimit = Value.textLimit
    /// Expressions, statements and calls within one another.
    package static let depthLimit = 250
    /// Runs of cmdlets of the service, each piped object counting.
    package static let runLimit = 100_000
    /// Values that the script puts out.
    package static let outputLimit = 100_000
    /// UTF-8 bytes of texts in what the script puts out.
    package static let outputSizeLimit = 64 << 20
    package static let variableLimit = 10_000
    /// Items of one array or hashtable.
    package static let itemLimit = 1_000_000
    /// UTF-8 bytes of the files that the script reads and writes, all together.
    package static let fileLimit = 64 << 20
    /// Steps of one search by a regular expression.
    package static let patternStepLimit: UInt32 = 100_000
    /// Levels of values within one another that are written out.
    static let levelLimit = 64

    /// Whether the time that a script may take is over: for what a step costs more than it counts.
    var isOverdue: @Sendable () -> Bool = { false }
    private var nextLook = Self.stepsBetweenLooks
    private static let stepsBetweenLooks = 64

    private(set) var steps = 0
    private(set) var made = 0
    private var depth = 0
    private var runs = 0
    private var outputs = 0
    private var outputSize = 0
    private var fileSize = 0

    static func exceeded(_ message: String) -> Stop { .limit(CmdletError(.limitsExceeded, "LimitExceeded", message)) }

    mutating func step(_ count: Int = 1) throws(Stop) {
        steps += count
        guard steps <= Self.stepLimit else { throw Self.exceeded("a script takes up to \(Self.stepLimit) steps") }
        guard steps >= nextLook else { return }
        nextLook = steps + Self.stepsBetweenLooks
        if isOverdue() { throw Self.exceeded("the time that a script may take is over") }
    }

    /// Goes through the texts of a value so often, as a key or to compare it does; what is joined of several is cut at the length of one text.
    mutating func read(_ value: Value, times: Int = 1) throws(Stop) { try read(bytes: min(value.size, Self.textLimit), times: times) }

    mutating func read(bytes: Int, times: Int = 1) throws(Stop) {
        if bytes >= 64 { try step(bytes / 64 * times) }
    }

    mutating func make(bytes: Int) throws(Stop) {
        made += bytes
        guard made <= Self.madeLimit else { throw Self.exceeded("a script makes up to \(Self.madeLimit) bytes of values") }
        try step(bytes >> 8)
    }

    /// Counts a text that was made, and gives it back.
    mutating func made(_ text: String) throws(Stop) -> Value {
        let size = text.utf8.count
        guard size <= Self.textLimit else { throw Self.exceeded("a text has up to \(Self.textLimit) bytes") }
        try make(bytes: size)
        return .text(text)
    }

    /// Joins texts, and counts what comes of it as it grows.
    mutating func joined(_ texts: some Sequence<String>, by separator: String = "") throws(Stop) -> String {
        var result = "", count = 0
        for text in texts {
            if count > 0 { result += separator }
            count += 1
            result += text
            guard result.utf8.count <= Self.textLimit else { throw Self.exceeded("a text has up to \(Self.textLimit) bytes") }
        }
        try make(bytes: result.utf8.count)
        try step(count / 16)
        return result
    }

    /// Counts items that were put together.
    mutating func made(_ items: [Value]) throws(Stop) -> Value {
        try checkCount(items.count)
        try make(bytes: items.count * 16)
        return .list(items)
    }

    func checkCount(_ count: Int) throws(Stop) {
        guard count <= Self.itemLimit else { throw Self.exceeded("an array or hashtable has up to \(Self.itemLimit) items") }
    }

    mutating func enter() throws(Stop) {
        depth += 1
        guard depth <= Self.depthLimit else {
            throw Self.exceeded("expressions and calls nest up to \(Self.depthLimit) deep while a script runs")
        }
    }

    mutating func exit() { depth -= 1 }

    mutating func run() throws(Stop) {
        runs += 1
        guard runs <= Self.runLimit else { throw Self.exceeded("a script runs up to \(Self.runLimit) cmdlets") }
    }

    mutating func put(out value: Value) throws(Stop) {
        outputs += 1
        guard outputs <= Self.outputLimit else { throw Self.exceeded("a script puts out up to \(Self.outputLimit) values") }
        try put(out: value.size)
    }

    mutating func put(out bytes: Int) throws(Stop) {
        outputSize += bytes
        guard outputSize <= Self.outputSizeLimit else { throw Self.exceeded("a script puts out up to \(Self.outputSizeLimit) bytes") }
    }

    mutating func file(bytes: Int) throws(Stop) {
        fileSize += bytes
        guard fileSize <= Self.fileLimit else { throw Self.exceeded("the files of a script have up to \(Self.fileLimit) bytes together") }
    }
}
