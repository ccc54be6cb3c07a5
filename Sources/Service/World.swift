import Basis
import SIP

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
    /// Sends one SIP message; loss is allowed and repaired by the transactions' timers.
    func transmit(_ message: [UInt8], to address: SocketAddress, over transport: Transport)
    /// Addresses of a host name, best first; empty when it cannot be resolved.
    func resolve(_ host: String, port: UInt16) async -> [SocketAddress]
    /// Sixty-four bits that nobody can guess.
    func entropy() -> UInt64
}

/// Rings once at a moment, unless it is set anew before.
package protocol WorldAlarm: AnyObject {
    /// Replaces what was set before; nil silences it.
    func set(at instant: Instant?)
}
