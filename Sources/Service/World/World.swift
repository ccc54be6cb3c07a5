import Basis
import SIP
import Webhooks

/// Everything the service may do to the outside, and the thread it runs on.
///
/// Declared here by its only user and implemented twice: by libuv's event loop and by the simulator.
package protocol World: AnyObject, Sendable {
    /// Where the service's actors run: the world's own thread.
    var executor: any SerialExecutor { get }
    /// Where root tasks run between actors, and where continuations resume: the same thread.
    var tasks: any TaskExecutor { get }
    /// The monotonic clock.
    var now: Instant { get }
    /// The clock that people read; it may jump.
    var wallTime: WallTime { get }
    /// An alarm that calls back on the world's thread.
    func makeAlarm(_ ring: @escaping @Sendable () -> Void) -> any WorldAlarm
    /// Sends one SIP message; loss is allowed and repaired by the transactions' timers. That nothing gets there is told by
    /// ``Service/transportFailed(to:over:isHeard:because:)``, later.
    func transmit(_ message: [UInt8], to address: SocketAddress, over transport: Transport)
    /// Where a trunk, or the next hop of a dialog, is reached, best first (RFC 3263); empty when its name cannot be resolved. It answers
    /// in any case, however long the name servers are silent.
    func resolve(_ trunk: TrunkURI) async -> [TrunkAddress]
    /// The same where it is known without asking anybody; nil when it is not.
    func knownAddresses(of trunk: TrunkURI) -> [TrunkAddress]?
    /// Says that messages will go to an address that an earlier start found for the trunk, so that a peer there is held to be it.
    func recall(_ address: SocketAddress, of trunk: TrunkURI)
    /// POSTs an event to an endpoint and calls `done` on the world's thread, later and in any case (``PostLimits``).
    func post(_ request: WebhookRequest, _ done: @escaping @Sendable (PostOutcome) -> Void)
    /// What the transports of SIP have counted.
    var transportFigures: TransportFigures { get }
    /// What the system says of the process.
    var processFigures: ProcessFigures { get }
    /// Lines of the log that nobody read and that were dropped.
    var droppedLogLines: Int { get }
    /// Where spans of dial-outs go; nil while nobody wants them.
    var spans: (any SpanSink)? { get }
    /// What left for those who look at traces and at SIP.
    var exportFigures: ExportFigures { get }
    /// Writes a line of the log.
    func log(_ line: LogLine)
    /// Sixty-four bits that nobody can guess.
    func entropy() -> UInt64
    /// Tells, on whatever thread, whether so much time is over since it was asked first.
    func overdue(after time: Duration) -> @Sendable () -> Bool
    /// Does what takes long beside the loop, one of its kind after the other, and comes back to it; nil when too much of it waits already.
    func aside<Result: Sendable>(_ kind: AsideKind, _ work: @escaping @Sendable () -> Result) async -> Result?
}

/// What is done beside the loop: a kind waits for nothing of the other.
package enum AsideKind: Sendable {
    /// It takes as long as what it is made of is large.
    case piece
    /// It takes as long as its author likes, up to the limits of a run.
    case script
}

extension World {
    func aside<Result: Sendable>(_ work: @escaping @Sendable () -> Result) async -> Result? { await aside(.piece, work) }
}

/// Rings once at a moment, unless it is set anew before.
package protocol WorldAlarm: AnyObject {
    /// Replaces what was set before; nil silences it.
    func set(at instant: Instant?)
}

/// One address of a trunk, and how it is spoken to there.
package struct TrunkAddress: Hashable, Sendable {
    /// Addresses of one trunk that one dial-out tries.
    static let limit = 4

    package let address: SocketAddress
    package let transport: Transport

    package init(_ address: SocketAddress, _ transport: Transport) { (self.address, self.transport) = (address, transport) }
}

/// What the transports of SIP have counted since the start, and what is open now.
package struct TransportFigures: Equatable, Sendable {
    package struct Connections: Equatable, Sendable {
        package let transport: Transport
        /// Whether we made them, or peers did.
        package let areOurs: Bool
        package let open: Int
        package let opened: Int

        package init(_ transport: Transport, areOurs: Bool, open: Int, opened: Int) {
            (self.transport, self.areOurs, self.open, self.opened) = (transport, areOurs, open, opened)
        }
    }

    package var connections: [Connections] = []
    /// Connections made at once because another one broke with requests unanswered.
    package var reconnections = 0
    /// By their reason, those included that never happened.
    package var failures: [String: Int] = [:]
    /// Responses whose connection was gone.
    package var lostResponses = 0
    /// When our own certificate ends; nil where there is none.
    package var certificateEnd: WallTime?

    package init() {}
}
