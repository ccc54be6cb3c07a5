import Basis
import Outbound
import Reactor
import Service

/// Sends spans to a collector (OTLP/HTTP with JSON), a POST at a time, on the loop and beside no call: what finds no room is dropped, and what the
/// collector does not take is tried again for a while, both counted.
///
/// `@unchecked Sendable`: used on the loop's thread only.
final class SpanExporter: SpanSink, @unchecked Sendable {
    /// Spans that wait.
    static let limit = 8_192
    /// Spans of one POST.
    static let batch = 512
    /// How long spans gather, and how long a collector is left alone that did not take them; doubled up to the longest.
    static let interval = Duration.seconds(1)
    static let longestPause = Duration.seconds(30)
    /// How often one POST is sent in all.
    static let tries = 5

    private let url: String
    private let headers: [String]
    private let instance: String
    private let loop: EventLoop
    private let sender: HTTPSender
    private var alarm: Reactor.Alarm?
    private var waiting: [TraceSpan] = []
    private var inFlight: [TraceSpan] = []
    private var tried = 0
    private var isPosting = false
    private(set) var exported = 0
    private(set) var failed = 0
    private(set) var dropped = 0

    init(on loop: EventLoop, to url: String, _ headers: CollectorHeaders, instance: String) throws {
        (self.loop, self.url, self.instance) = (loop, url, instance)
        self.headers = ["Content-Type: application/json"] + headers.lines
        // The collector is of the platform's choice, and often on a private address.
        var rules = HTTPSender.Rules()
        rules.totalTime = .seconds(10)
        sender = try HTTPSender(on: loop, rules)
        alarm = try Reactor.Alarm(on: loop) { [weak self] in self?.post() }
    }

    /// Whether nothing waits, or is under way.
    var isIdle: Bool { waiting.isEmpty && inFlight.isEmpty }

    func take(_ spans: [TraceSpan]) {
        let room = Self.limit - waiting.count
        dropped += max(0, spans.count - room)
        let wasIdle = isIdle
        waiting += spans.prefix(room)
        if wasIdle, !waiting.isEmpty { alarm?.set(at: loop.now + Self.interval) }
    }

    /// Sends what there is at once, for the last time.
    func hurry() { if !isIdle { post() } }

    /// Lets go of what would keep the loop.
    func close() { alarm = nil }

    private func post() {
        guard !isPosting else { return }
        if inFlight.isEmpty {
            inFlight = Array(waiting.prefix(Self.batch))
            waiting.removeFirst(inFlight.count)
            tried = 0
        }
        guard !inFlight.isEmpty else { return }
        (isPosting, tried) = (true, tried + 1)
        let request = HTTPSending(url: url, headers: headers, body: inFlight.otlp(instance: instance))
        sender.send(request) { [weak self] in self?.posted($0.result) }
    }

    private func posted(_ result: HTTPSent.Result) {
        isPosting = false
        switch result {
        case .answered(200..<300): settle(\.exported)
        // Those that the protocol says may be tried again (OTLP, "Retryable Response Codes").
        case .answered(429), .answered(502), .answered(503), .answered(504), .unresolved, .unreachable, .connectTimeout, .timeout, .broken:
            guard tried < Self.tries else { return settle(\.failed) }
            alarm?.set(at: loop.now + min(Self.interval * (1 << tried), Self.longestPause))
        case .answered, .refusedAddress, .tls: settle(\.failed)
        }
    }

    private func settle(_ count: ReferenceWritableKeyPath<SpanExporter, Int>) {
        self[keyPath: count] += inFlight.count
        inFlight = []
        if waiting.count >= Self.batch { post() } else if !waiting.isEmpty { alarm?.set(at: loop.now + Self.interval) }
    }
}
