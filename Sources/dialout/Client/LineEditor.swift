internal import CEdit
import Foundation

/// Lines typed at a terminal, edited and remembered by libedit.
final class LineEditor {
    /// How a line ended.
    enum Typed: Equatable {
        case line(String)
        /// Ctrl-C.
        case dropped
        /// Ctrl-D on an empty line.
        case end
    }

    /// What may stand where the cursor is: how many bytes before it are replaced, and by what.
    typealias Completer = (_ before: String) -> (typed: Int, candidates: [String])

    /// Lines that are remembered.
    static let historyLimit = 1_000

    private let edit: OpaquePointer
    private let lines: OpaquePointer
    private let history: LineHistory
    private let completer: Completer
    private var prompt: UnsafeMutablePointer<CChar>
    /// Bytes of a character that has not come whole.
    private var bytes: [UInt8] = []

    /// Nil where there is no terminal that can be edited on.
    init?(history: LineHistory, completer: @escaping Completer) {
        // Names are UTF-8 whatever the environment says of it.
        if setlocale(LC_CTYPE, "") == nil || !String(cString: nl_langinfo(nl_item(CODESET))).isUTF8 { setlocale(LC_CTYPE, "C.UTF-8") }
        guard isatty(STDIN_FILENO) == 1, isatty(STDOUT_FILENO) == 1, let edit = edit_open("dialout"),
            let lines = edit_history_open(Int32(Self.historyLimit))
        else { return nil }
        (self.edit, self.lines, self.history, self.completer, prompt) = (edit, lines, history, completer, strdup(""))
        for line in history.lines { edit_history_enter(lines, line) }
        edit_owner(edit, Unmanaged.passUnretained(self).toOpaque())
        edit_prompt(edit) { edit in LineEditor.owner(of: edit!).prompt }
        edit_keys(edit, "emacs")
        edit_catches_signals(edit, 0)
        edit_reads(edit) { edit, character in LineEditor.owner(of: edit!).read(into: character!) }
        edit_history(edit, lines)
        edit_function(edit, "dialout-complete", "Completes a name") { edit, _ in LineEditor.owner(of: edit!).complete() }
        edit_bind(edit, "^I", "dialout-complete")
        edit_bind(edit, "^R", "em-inc-search-prev")
        Interrupt.take()
    }

    deinit {
        edit_close(edit)
        edit_history_close(lines)
        free(prompt)
    }

    private static func owner(of edit: OpaquePointer) -> LineEditor {
        Unmanaged<LineEditor>.fromOpaque(edit_owner_of(edit)).takeUnretainedValue()
    }

    /// The next line, without its end.
    func next(prompt text: String) -> Typed {
        free(prompt)
        prompt = strdup(text)
        Interrupt.clear()
        Interrupt.hold()
        defer { Interrupt.release() }
        var count: Int32 = 0
        guard let read = edit_line(edit, &count), count > 0 else {
            guard Interrupt.clear() else { return .end }
            edit_reset(edit)
            try? say("^C")
            return .dropped
        }
        var line = String(cString: read)
        while line.last?.isNewline ?? false { line.removeLast() }
        return .line(line)
    }

    /// Keeps a line for the arrow keys, now and in sessions to come.
    func remember(_ line: String) {
        guard !line.allSatisfy(\.isWhitespace) else { return }
        edit_history_enter(lines, line)
        history.append(line)
    }

    /// The next character typed: 1, or 0 at the end, or -1 when Ctrl-C came before it. The signal is let in only while nothing is to be done,
    /// so that it is never missed.
    private func read(into character: UnsafeMutablePointer<wchar_t>) -> Int32 {
        while true {
            guard !Interrupt.isPending else {
                bytes = []
                return -1
            }
            guard Interrupt.waitForInput() else { continue }
            var byte: UInt8 = 0
            let count = Foundation.read(STDIN_FILENO, &byte, 1)
            guard count > 0 else {
                if count < 0, errno == EINTR { continue }
                return Int32(count)
            }
            bytes.append(byte)
            if let text = String(validating: bytes, as: UTF8.self), let scalar = text.unicodeScalars.first {
                bytes = []
                character.pointee = wchar_t(scalar.value)
                return 1
            }
            // What cannot become a character any more is dropped.
            if bytes.count >= 4 { bytes = [] }
        }
    }

    private func complete() -> UInt8 {
        var length = 0
        guard let line = edit_before_cursor(edit, &length) else { return UInt8(EDIT_ERROR) }
        let bytes = UnsafeRawBufferPointer(start: line, count: length)
        let before = String(decoding: bytes, as: UTF8.self)
        let (typed, candidates) = completer(before)
        guard let first = candidates.first else { return UInt8(EDIT_REFRESH_BEEP) }
        let common = candidates.dropFirst().reduce(first) { $0.commonPrefix(with: $1, options: .caseInsensitive) }
        let word = String(before.utf8.suffix(typed)) ?? ""
        if candidates.count == 1 || common.utf8.count > typed {
            edit_delete(edit, Int32(word.unicodeScalars.count))
            _ = edit_insert(edit, candidates.count == 1 ? first + " " : common)
            return UInt8(EDIT_REFRESH)
        }
        try? say("\n" + Self.columns(candidates.prefix(100).map { $0 }, width: 80) + (candidates.count > 100 ? "\n…" : ""))
        return UInt8(EDIT_REDISPLAY)
    }

    private static func columns(_ names: [String], width: Int) -> String {
        let widest = (names.map(\.count).max() ?? 0) + 2, perLine = max(1, width / widest)
        return stride(from: 0, to: names.count, by: perLine).map { start in
            names[start..<min(start + perLine, names.count)].map { $0.padding(toLength: widest, withPad: " ", startingAt: 0) }.joined()
        }.joined(separator: "\n")
    }
}

extension String {
    fileprivate var isUTF8: Bool { lowercased().replacing("-", with: "") == "utf8" }
}

/// Ctrl-C while a line is typed or a script runs: it is noted and ends neither the command nor the terminal.
enum Interrupt {
    private nonisolated(unsafe) static let isNoted = {
        let noted = UnsafeMutablePointer<sig_atomic_t>.allocate(capacity: 1)
        noted.initialize(to: 0)
        return noted
    }()

    /// From here on Ctrl-C only notes.
    static func take() {
        isNoted.pointee = 0
        var action = sigaction()
        action.__sigaction_handler.sa_handler = { _ in Interrupt.isNoted.pointee = 1 }
        sigemptyset(&action.sa_mask)
        sigaction(SIGINT, &action, nil)
    }

    /// Keeps the signal waiting until ``release()``, but in ``waitForInput()``.
    static func hold() { mask(SIG_BLOCK) }
    static func release() { mask(SIG_UNBLOCK) }

    private static func mask(_ how: Int32) {
        var signals = sigset_t()
        sigemptyset(&signals)
        sigaddset(&signals, SIGINT)
        pthread_sigmask(how, &signals, nil)
    }

    /// Whether something was typed; false when a signal came first.
    static func waitForInput() -> Bool {
        var open = sigset_t()
        pthread_sigmask(SIG_BLOCK, nil, &open)
        sigdelset(&open, SIGINT)
        guard edit_waits(STDIN_FILENO, &open) > 0 else { return false }
        // Where both came, the signal is not let in by the wait.
        release()
        hold()
        return !isPending
    }

    static var isPending: Bool { isNoted.pointee != 0 }

    /// Whether there was one since the last time.
    @discardableResult
    static func clear() -> Bool {
        defer { isNoted.pointee = 0 }
        return isPending
    }
}
