import Basis
import Foundation
import Reactor
import SIP
import Service
import Transports

/// The real world: libuv's loop, the machine's clocks, the transports of SIP.
///
/// `@unchecked Sendable`: everything but the loop is touched on the loop's thread only.
final class LoopWorld: World, @unchecked Sendable {
    let loop: EventLoop
    private var transports: SIPTransports?
    private let resolver = Worker(named: "resolver", limit: 256)
    private var resolved: [String: (addresses: [SocketAddress], until: Instant)] = [:]

    /// How long a resolved name is used; when it cannot be resolved again the last good answer stays.
    static let resolvedFor = Duration.seconds(30)

    init(loop: EventLoop) { self.loop = loop }

    var executor: any SerialExecutor { loop }
    var tasks: any TaskExecutor { loop.tasks }
    var now: Instant { loop.now }

    var wallTime: WallTime {
        var time = timespec()
        clock_gettime(CLOCK_REALTIME, &time)
        return WallTime(milliseconds: Int64(time.tv_sec) * 1000 + Int64(time.tv_nsec) / 1_000_000)
    }

    func entropy() -> UInt64 {
        var generator = SystemRandomNumberGenerator()
        return generator.next()
    }

    func makeAlarm(_ ring: @escaping @Sendable () -> Void) -> any WorldAlarm {
        do { return LoopAlarm(try Reactor.Alarm(on: loop, ring: ring)) } catch { preconditionFailure("no timer: \(error)") }
    }

    private final class LoopAlarm: WorldAlarm {
        let alarm: Reactor.Alarm
        init(_ alarm: Reactor.Alarm) { self.alarm = alarm }
        func set(at instant: Instant?) { alarm.set(at: instant) }
    }

    /// Where SIP is heard and spoken; bound before the service starts.
    func open(_ transports: SIPTransports) { self.transports = transports }

    func transmit(_ message: [UInt8], to address: SocketAddress, over transport: Transport) {
        transports?.send(message, to: address, over: transport)
    }

    func resolve(_ trunk: TrunkURI) async -> [TrunkAddress] {
        let isName = SocketAddress(host: trunk.host, port: 0) == nil
        let addresses = await addresses(of: trunk.host, port: trunk.port)
        for address in addresses {
            transports?.learn(address, serverName: isName ? trunk.host : nil, takesTCP: !trunk.namesTransport)
        }
        return addresses.map { TrunkAddress($0, trunk.transport) }
    }

    private func addresses(of host: String, port: UInt16) async -> [SocketAddress] {
        if let address = SocketAddress(host: host, port: port) { return [address] }
        if let known = resolved[host], now < known.until { return known.addresses.map { $0.with(port: port) } }
        let found = await withCheckedContinuation { waiter in
            let queued = resolver.submit { waiter.resume(returning: Self.lookUp(host)) }
            if !queued { waiter.resume(returning: []) }
        }
        if !found.isEmpty { resolved[host] = (found, now + Self.resolvedFor) }
        return (found.isEmpty ? resolved[host]?.addresses ?? [] : found).map { $0.with(port: port) }
    }

    /// The system's resolver; it blocks, so it has a thread of its own.
    private static func lookUp(_ host: String) -> [SocketAddress] {
        var hints = addrinfo()
        hints.ai_socktype = Int32(SOCK_DGRAM.rawValue)
        var list: UnsafeMutablePointer<addrinfo>?
        guard getaddrinfo(host, nil, &hints, &list) == 0 else { return [] }
        defer { freeaddrinfo(list) }
        return sequence(first: list!, next: { $0.pointee.ai_next }).compactMap { entry in
            var text = [CChar](repeating: 0, count: Int(NI_MAXHOST))
            let status = getnameinfo(
                entry.pointee.ai_addr, entry.pointee.ai_addrlen, &text, socklen_t(text.count), nil, 0, NI_NUMERICHOST)
            let name = String(decoding: text.prefix { $0 != 0 }.map { UInt8(bitPattern: $0) }, as: UTF8.self)
            return status == 0 ? SocketAddress(host: name, port: 0) : nil
        }
    }
}
