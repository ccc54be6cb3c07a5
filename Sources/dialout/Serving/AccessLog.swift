import Basis
import Logging
import Service
import Web

/// What was asked of the HTTP port and what came of it: refusals, wrong tokens and changes by default, the rest at `debug`.
struct AccessLog {
    private let log = Logger(label: "http")
    let masksNumbers: Bool
    /// How many refusals for want of time were told of, and when last.
    private var told: (count: Int, at: Instant?) = (0, nil)

    init(masksNumbers: Bool) { self.masksNumbers = masksNumbers }

    func note(_ request: Request, _ reply: Reply, took: Duration) {
        let status = reply.status
        let level = Self.level(request, status)
        guard level >= log.logLevel else { return }
        var metadata = Logger.Metadata(minimumCapacity: 8)
        metadata["request"] = "\(request.id)"
        metadata["method"] = .string(request.method.rawValue)
        metadata["path"] = .string(shown(request.path))
        metadata["status"] = "\(status)"
        metadata["ms"] = "\(took.nanoseconds / 1_000_000)"
        if let trace = request.headers["traceparent"].flatMap({ TraceContext($0) }) { metadata["trace"] = "\(trace.traceID)" }
        if case .response(let response) = reply {
            for (name, value) in response.remarks { metadata[name] = .string(value) }
        }
        log.log(level: level, "\(Self.words(request, status))", metadata: metadata)
    }

    /// How many requests for dial-outs were refused for want of time since the start: the first is told of at once, the others once a minute.
    mutating func note(turnedAway count: Int, at now: Instant) {
        guard count > told.count, told.at.map({ now - $0 >= .seconds(60) }) ?? true else { return }
        log.warning("refused for want of time: \(count - told.count) dial-outs", metadata: ["status": "503"])
        told = (count, now)
    }

    static func level(_ request: Request, _ status: Int) -> Logger.Level {
        switch status {
        case 500...: .error
        case 401, 403: .warning
        case 400...: .notice
        default: isChange(request) ? .info : .debug
        }
    }

    private static func words(_ request: Request, _ status: Int) -> String {
        switch status {
        case 500...: "failed"
        case 401: "refused: no token in force"
        case 400...: "refused"
        default: isChange(request) ? "changed" : "answered"
        }
    }

    /// Of the configuration: dial-outs and questions are not.
    private static func isChange(_ request: Request) -> Bool {
        switch request.method {
        case .get, .head, .options, .trace, .other: false
        case .post, .put, .patch, .delete: !request.path.contains(where: reads.contains)
        }
    }

    private static let reads = ["dial-outs", "route-tests", "replays", "rehearsals", "test"]

    private func shown(_ path: [String]) -> String { "/" + path.map { masksNumbers ? NumberMask.masked($0) : $0 }.joined(separator: "/") }
}
