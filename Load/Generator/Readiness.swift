import Basis
import Reactor

/// Asks a service every millisecond for `/readyz` until it says 200.
final class Readiness {
    struct NotReady: Error, CustomStringConvertible {
        let server: SocketAddress
        var description: String { "\(server) is not ready" }
    }

    /// When it said so.
    private(set) var since: Instant?
    private let server: SocketAddress
    private let loop: EventLoop
    private let deadline: Instant
    private let pool: ClientPool
    private var alarm: Alarm?

    /// A service that is not ready by then is broken.
    private static let patience = Duration.seconds(30)

    init(_ loop: EventLoop, of server: SocketAddress) throws {
        (self.loop, self.server) = (loop, server)
        pool = ClientPool(loop, to: server, token: "", connections: 1)
        deadline = loop.now + Self.patience
    }

    /// Calls `done` with nil once it is ready, or with an error when it takes too long.
    func ask(_ done: @escaping ((any Error)?) -> Void) {
        pool.send("GET", "/readyz") { [weak self] answer in
            guard let self else { return }
            if answer?.status == 200 {
                since = loop.now
                return done(nil)
            }
            guard loop.now < deadline else { return done(NotReady(server: server)) }
            do { try ask(again: done) } catch { done(error) }
        }
    }

    private func ask(again done: @escaping ((any Error)?) -> Void) throws {
        alarm = try Alarm(on: loop) { [weak self] in self?.ask(done) }
        alarm?.set(at: loop.now + .milliseconds(1))
    }
}
