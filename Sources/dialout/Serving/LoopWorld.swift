import Basis
import Foundation
import Logging
import Outbound
import Reactor
import SIP
import Service
import Transports
import Webhooks

/// The real world: libuv's loop, the machine's clocks, the transports of SIP.
///
/// `@unchecked Sendable`: everything but the loop is touched on the loop's thread only.
final class LoopWorld: World, @unchecked Sendable {
    let loop: EventLoop
    private var transports: SIPTransports?
    private var resolver: Resolver?
    private var sender: HTTPSender?
    /// Do what takes long, each kind in turn, at most ``asideLimit`` of it waiting.
    private lazy var pieces = Worker(named: "aside", limit: LoopWorld.asideLimit)
    private lazy var scripts = Worker(named: "scripts", limit: LoopWorld.asideLimit)
    private static let asideLimit = 16

    init(loop: EventLoop) { self.loop = loop }

    var executor: any SerialExecutor { loop }
    var tasks: any TaskExecutor { loop.tasks }
    var now: Instant { loop.now }

    var wallTime: WallTime {
        var time = timespec()
        clock_gettime(CLOCK_REALTIME, &time)
        return WallTime(milliseconds: Int64(time.tv_sec) * 1000 + Int64(time.tv_nsec) / 1_000_000)
    }

    var droppedLogLines: Int { LogWriter.shared.dropped }

    /// Where traces and copies of SIP messages go; set before the service starts.
    var exporter: SpanExporter?
    var capture: CallCapture?
    var spans: (any SpanSink)? { exporter }

    var exportFigures: ExportFigures {
        var figures = ExportFigures()
        if let exporter {
            (figures.spansExported, figures.spansFailed, figures.spansDropped) = (exporter.exported, exporter.failed, exporter.dropped)
        }
        if let capture { (figures.packetsSent, figures.packetsDropped) = (capture.sent, capture.dropped) }
        return figures
    }

    private var logs: [String: Logger] = [:]

    func log(_ line: LogLine) {
        let log = logs[line.label] ?? Logger(label: line.label)
        logs[line.label] = log
        log.log(
            level: Logger.Level(line.level), "\(line.message)",
            metadata: Dictionary(line.fields.map { ($0.name, "\($0.value)") }) { $1 })
    }

    private var loopLag = Histogram(Histogram.lagBounds)
    private var lagAlarm: Reactor.Alarm?
    private static let lagInterval = Duration.milliseconds(100)

    /// Looks from now on how late the loop is.
    func watchLag() throws {
        lagAlarm = try Reactor.Alarm(on: loop) { [weak self] in self?.lagAlarmRang() }
        lagAlarm?.set(at: loop.now + Self.lagInterval)
        lagDue = loop.now + Self.lagInterval
    }

    private var lagDue = Instant.zero

    private func lagAlarmRang() {
        let now = loop.now
        loopLag.note(Double(max(0, (now - lagDue).nanoseconds)) / 1e9)
        lagDue = now + Self.lagInterval
        lagAlarm?.set(at: lagDue)
    }

    var processFigures: ProcessFigures {
        var figures = ProcessFigures.ofThisProcess
        figures.loopLag = loopLag
        return figures
    }

    /// Lets go of what would keep the loop.
    func close() {
        lagAlarm = nil
        exporter?.close()
        (exporter, capture) = (nil, nil)
    }

    func entropy() -> UInt64 {
        var generator = SystemRandomNumberGenerator()
        return generator.next()
    }

    func overdue(after time: Duration) -> @Sendable () -> Bool {
        let stopwatch = Stopwatch(time)
        return { stopwatch.isOver }
    }

    /// `@unchecked Sendable`: asked by one thread.
    private final class Stopwatch: @unchecked Sendable {
        private let time: Duration
        private var end: SuspendingClock.Instant?

        init(_ time: Duration) { self.time = time }

        var isOver: Bool {
            let now = SuspendingClock.now
            guard let end else {
                end = now + time
                return false
            }
            return now >= end
        }
    }

    func aside<Result: Sendable>(_ kind: AsideKind, _ work: @escaping @Sendable () -> Result) async -> Result? {
        let loop = loop, worker = kind == .script ? scripts : pieces
        return await withCheckedContinuation { waiter in
            let isTaken = worker.submit {
                let result = work()
                loop.submit { waiter.resume(returning: result) }
            }
            if !isTaken { waiter.resume(returning: nil) }
        }
    }

    func makeAlarm(_ ring: @escaping @Sendable () -> Void) -> any WorldAlarm {
        do { return LoopAlarm(try Reactor.Alarm(on: loop, ring: ring)) } catch { preconditionFailure("no timer: \(error)") }
    }

    private final class LoopAlarm: WorldAlarm {
        let alarm: Reactor.Alarm
        init(_ alarm: Reactor.Alarm) { self.alarm = alarm }
        func set(at instant: Instant?) { alarm.set(at: instant) }
    }

    /// Where SIP is heard and spoken, how names are found, and how others are POSTed to; opened before the service starts.
    func open(_ transports: SIPTransports, _ resolver: Resolver, _ sender: HTTPSender) {
        (self.transports, self.resolver, self.sender) = (transports, resolver, sender)
    }

    func post(_ request: WebhookRequest, _ done: @escaping @Sendable (PostOutcome) -> Void) {
        let headers = request.headers.map { "\($0.name): \($0.value)" }
        guard let sender else { return loop.submit { done(.failed(.unreachable)) } }
        sender.send(HTTPSending(url: request.url, headers: headers, body: request.body)) { done(PostOutcome($0.result)) }
    }

    func transmit(_ message: [UInt8], to address: SocketAddress, over transport: Transport) {
        transports?.send(message, to: address, over: transport)
        capture?.transmitted(message, to: address, over: transport, at: wallTime)
    }

    var transportFigures: TransportFigures {
        var figures = TransportFigures()
        guard let transports else { return figures }
        let open = transports.open, opened = transports.opened
        for transport in [SIP.Transport.tcp, .tls] {
            for isOurs in [true, false] {
                let kind = SIPTransports.ConnectionKind(transport, isOurs: isOurs)
                figures.connections.append(.init(transport, areOurs: isOurs, open: open[kind] ?? 0, opened: opened[kind] ?? 0))
            }
        }
        figures.reconnections = transports.reconnections
        for reason in TransportFailure.Reason.allCases { figures.failures[reason.rawValue] = transports.failures[reason] ?? 0 }
        figures.lostResponses = transports.lostResponses
        figures.certificateEnd = transports.certificateTimes?.end
        return figures
    }

    /// As RFC 3263 finds it; ways that failed a moment ago come last.
    func resolve(_ trunk: TrunkURI) async -> [TrunkAddress] {
        guard let resolver else { return [] }
        return reached(await resolver.resolve(trunk.target), of: trunk)
    }

    func knownAddresses(of trunk: TrunkURI) -> [TrunkAddress]? { resolver?.known(trunk.target).map { reached($0, of: trunk) } }

    func recall(_ address: SocketAddress, of trunk: TrunkURI) { transports?.learn(address, serverName: trunk.certifiedName) }

    private func reached(_ found: [Resolver.Hop], of trunk: TrunkURI) -> [TrunkAddress] {
        guard let transports else { return [] }
        let hops = found.filter { transports.reaches($0.address, over: $0.transport) }
        for hop in hops { recall(hop.address, of: trunk) }
        let isFailing = { (hop: Resolver.Hop) in transports.isBackingOff(hop.address, over: hop.transport) }
        return (hops.filter { !isFailing($0) } + hops.filter(isFailing)).map { TrunkAddress($0.address, $0.transport) }
    }
}

extension TrunkURI {
    fileprivate var target: Resolver.Target {
        Resolver.Target(host: host, port: namesPort ? port : nil, transport: namesTransport ? transport : nil)
    }

    /// What the trunk's certificate must say; nil: its address.
    fileprivate var certifiedName: String? {
        if SocketAddress(host: host, port: 0) != nil { return nil }
        return host.hasSuffix(".") ? String(host.dropLast()) : host
    }
}

extension Logger.Level {
    fileprivate init(_ level: LogLine.Level) {
        self =
            switch level {
            case .info: .info
            case .notice: .notice
            case .warning: .warning
            case .error: .error
            }
    }
}

extension PostOutcome {
    init(_ result: HTTPSent.Result) {
        self =
            switch result {
            case .answered(let status): .answered(status: status)
            case .unresolved: .failed(.unresolved)
            case .refusedAddress: .failed(.refusedAddress)
            case .unreachable: .failed(.unreachable)
            case .connectTimeout: .failed(.connectTimeout)
            case .timeout: .failed(.timeout)
            case .tls: .failed(.tls)
            case .broken: .failed(.broken)
            }
    }
}
