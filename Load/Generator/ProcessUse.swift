import Foundation

/// What a process has used so far, from Linux's `/proc`.
struct ProcessUse {
    /// Processor time in user and kernel mode of all threads, in seconds; counted in hundredths.
    var processor = 0.0
    /// The part of the main thread, where the event loop runs.
    var mainThread = 0.0
    /// Bytes in memory.
    var resident = 0

    /// Nil when there is no such process.
    init?(pid: Int) {
        guard let all = Self.seconds("/proc/\(pid)/stat"), let main = Self.seconds("/proc/\(pid)/task/\(pid)/stat") else { return nil }
        (processor, mainThread) = (all, main)
        let pages = try? String(contentsOfFile: "/proc/\(pid)/statm", encoding: .utf8).split(separator: " ")
        resident = (pages.flatMap { Int($0[1]) } ?? 0) * Int(getpagesize())
    }

    private static func seconds(_ path: String) -> Double? {
        guard let text = try? String(contentsOfFile: path, encoding: .utf8), let name = text.lastIndex(of: ")") else { return nil }
        let fields = text[name...].split(separator: " ")
        guard fields.count > 13, let user = Double(fields[12]), let kernel = Double(fields[13]) else { return nil }
        return (user + kernel) / Double(sysconf(Int32(_SC_CLK_TCK)))
    }
}
