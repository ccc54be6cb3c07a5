import Basis
import Foundation
import NameServing
import Reactor

/// A name server on a thread of its own, for a service that is told of it by `DIALOUT_NAME_SERVERS`.
///
/// `@unchecked Sendable`: the server is used on its loop's thread once that runs.
final class NameServer: @unchecked Sendable {
    let address: SocketAddress
    private let loop: EventLoop
    private let server: TinyNameServer

    init(_ table: [String: TinyNameServer.Reply]) throws {
        loop = try EventLoop()
        server = try TinyNameServer(loop)
        server.table = table
        address = server.address
        Thread.detachNewThread { [self] in loop.run() }
    }

    /// Lets the thread end.
    func stop() { loop.stop() }
}
