import Basis
import Dispatch
import Foundation
import Logging
import Reactor
import Service
import Synchronization

/// The log on standard error, written by a thread of its own: a pipe that nobody reads must not stop the loop. So many lines wait; what
/// comes then is dropped and counted, and told of when there is room again.
final class LogWriter: Sendable {
    static let shared = LogWriter(descriptor: 2)
    /// Lines that wait to be written.
    static let limit = 1_000

    private struct Lines {
        var waiting: [String] = []
        /// Lines dropped since the last line that was taken, and since the start.
        var untold = 0
        var dropped = 0
        var isWriting = false
    }
    private let lines = Mutex(Lines())
    private let more = DispatchSemaphore(value: 0)
    private let descriptor: Int32

    init(descriptor: Int32) {
        self.descriptor = descriptor
        _ = Reactor.Thread(named: "log") { [self] in while true { write() } }
    }

    /// Lines dropped since the start.
    var dropped: Int { lines.withLock { $0.dropped } }

    func append(_ line: String) {
        lines.withLock { lines in
            guard lines.waiting.count < Self.limit else {
                lines.untold += 1
                lines.dropped += 1
                return
            }
            if lines.untold > 0 { lines.waiting.append("\(lines.untold) lines of the log were dropped: nobody read them\n") }
            lines.untold = 0
            lines.waiting.append(line)
        }
        more.signal()
    }

    private func write() {
        more.wait()
        let batch = lines.withLock { lines in
            defer { lines.waiting = [] }
            lines.isWriting = !lines.waiting.isEmpty
            return lines.waiting
        }
        write(batch.reduce(into: [UInt8]()) { $0.append(contentsOf: $1.utf8) }[...])
        lines.withLock { $0.isWriting = false }
    }

    /// Waits for whoever reads; a closed pipe loses the line.
    private func write(_ bytes: ArraySlice<UInt8>) {
        var rest = bytes
        while !rest.isEmpty {
            let written = rest.withUnsafeBytes { Glibc.write(descriptor, $0.baseAddress, $0.count) }
            if written < 0, errno == EINTR || errno == EAGAIN {
                var wanted = pollfd(fd: descriptor, events: Int16(POLLOUT), revents: 0)
                poll(&wanted, 1, -1)
                continue
            }
            guard written > 0 else { return }
            rest = rest.dropFirst(written)
        }
    }

    /// Gives what waits a moment to be written.
    func flush(milliseconds: Int = 500) {
        for _ in 0..<milliseconds / 5 where lines.withLock({ $0.isWriting || !$0.waiting.isEmpty }) { usleep(5_000) }
    }
}

/// A line as swift-log's own handler writes it, or a JSON object, given to ``LogWriter``.
struct BackgroundLog: LogHandler {
    let label: String
    private let format: LogSettings.Format
    var logLevel: Logger.Level
    var metadata: Logger.Metadata = [:]

    init(label: String, _ settings: LogSettings = LogSettings()) {
        (self.label, format, logLevel) = (label, settings.format, settings.level)
    }

    subscript(metadataKey key: String) -> Logger.Metadata.Value? {
        get { metadata[key] }
        set { metadata[key] = newValue }
    }

    func log(event: LogEvent) {
        let both = event.metadata.map { metadata.merging($0) { $1 } } ?? metadata
        let all = both.sorted { $0.key < $1.key }.map { ($0.key, "\($0.value)") }
        switch format {
        case .text: LogWriter.shared.append(Self.text(label, event, all))
        case .json: LogWriter.shared.append(Self.json(label, event, all))
        }
    }

    private static func text(_ label: String, _ event: LogEvent, _ metadata: [(String, String)]) -> String {
        var now = time(nil), parts = tm()
        localtime_r(&now, &parts)
        var stamp = [CChar](repeating: 0, count: 40)
        let length = strftime(&stamp, stamp.count, "%Y-%m-%dT%H:%M:%S%z", &parts)
        let moment = String(decoding: stamp.prefix(length).map { UInt8(bitPattern: $0) }, as: UTF8.self)
        let all = metadata.map { "\($0)=\($1) " }.joined()
        return "\(moment) \(event.level) \(label): \(all)[\(event.source)] \(event.message)\n"
    }

    private static func json(_ label: String, _ event: LogEvent, _ metadata: [(String, String)]) -> String {
        var time = timespec()
        clock_gettime(CLOCK_REALTIME, &time)
        let now = WallTime(milliseconds: Int64(time.tv_sec) * 1000 + Int64(time.tv_nsec) / 1_000_000)
        let line = JSONValue.object([
            "time": .string(now.rfc3339), "level": .string("\(event.level)"), "label": .string(label),
            "message": .string("\(event.message)"),
            "metadata": .object(Dictionary(metadata.map { ($0, .string($1)) }) { $1 }),
        ])
        return String(decoding: JSON.encode(line), as: UTF8.self) + "\n"
    }
}
