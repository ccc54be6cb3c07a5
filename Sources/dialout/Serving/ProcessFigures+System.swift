import Foundation
import Service

extension ProcessFigures {
    /// As `/proc` has it.
    static var ofThisProcess: ProcessFigures {
        var figures = ProcessFigures()
        var use = rusage()
        getrusage(__rusage_who_t(RUSAGE_SELF.rawValue), &use)
        figures.processorSeconds =
            Double(use.ru_utime.tv_sec + use.ru_stime.tv_sec) + Double(use.ru_utime.tv_usec + use.ru_stime.tv_usec) / 1e6
        let pages = text("/proc/self/statm").split(separator: " ").compactMap { Int($0) }, page = Int(sysconf(Int32(_SC_PAGESIZE)))
        if pages.count > 1 { (figures.virtualBytes, figures.residentBytes) = (pages[0] * page, pages[1] * page) }
        figures.openDescriptors = (try? FileManager.default.contentsOfDirectory(atPath: "/proc/self/fd").count) ?? 0
        figures.descriptorLimit = Descriptors.count
        figures.startSeconds = began
        return figures
    }

    /// The boot's moment and the ticks from there (proc(5), `btime` and field 22 of `stat`).
    private static let began: Double = {
        let boot = text("/proc/stat").split(separator: "\n").first { $0.hasPrefix("btime ") }?.split(separator: " ").last
        let fields = text("/proc/self/stat").split(separator: ")").last?.split(separator: " ") ?? []
        guard let boot = boot.flatMap({ Double($0) }), fields.count > 19, let ticks = Double(fields[19]) else { return 0 }
        return boot + ticks / Double(sysconf(Int32(_SC_CLK_TCK)))
    }()

    private static func text(_ path: String) -> String {
        FileManager.default.contents(atPath: path).map { String(decoding: $0, as: UTF8.self) } ?? ""
    }
}
