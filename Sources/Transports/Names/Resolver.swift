import Basis
import Reactor
import SIP

/// Where a host name is reached by SIP, as RFC 3263 finds it.
///
/// `@unchecked Sendable`: used on its loop only, which the sockets check.
package final class Resolver: @unchecked Sendable {
    /// A host of a URI, with what the URI says about it.
    package struct Target: Hashable, Sendable {
        let host: String
        let port: UInt16?
        let transport: Transport?

        /// A nil `port` or `transport` is one that the URI leaves open.
        package init(host: String, port: UInt16?, transport: Transport?) {
            (self.host, self.port, self.transport) = (host, port, transport)
        }

        /// The SRV names to ask for, the first with an answer counts (§4.1, without NAPTR); none when the URI names a port (§4.2).
        var services: [(name: String, transport: Transport)] {
            guard port == nil else { return [] }
            let all: [(String, Transport)] = [("_sip._udp.", .udp), ("_sip._tcp.", .tcp), ("_sips._tcp.", .tls)]
            let asked = transport.map { [$0] } ?? [.udp, .tcp]
            return all.filter { asked.contains($0.1) }.map { ($0.0 + host, $0.1) }
        }
    }

    /// One way there.
    package struct Hop: Hashable, Sendable {
        package let address: SocketAddress
        package let transport: Transport
    }

    /// Hops of one target, and names of which answers are kept.
    package static let hopLimit = 8
    static let rememberedLimit = 4096

    private let services: Lookups<ServiceRecord>
    private let hosts: Lookups<SocketAddress>
    private var random: SeededRandom

    /// `servers` empty: those of /etc/resolv.conf. Throws when that cannot be read.
    package convenience init(on loop: EventLoop, servers: [SocketAddress], random: SeededRandom) throws {
        let client = try DNSClient(on: loop, .init(servers: servers))
        self.init(client, random: random) { loop.now }
    }

    init(_ client: DNSClient, random: SeededRandom, now: @escaping () -> Instant) {
        services = Lookups(limit: Self.rememberedLimit, now: now) { name, done in client.services(name, done) }
        hosts = Lookups(limit: Self.rememberedLimit, now: now) { name, done in client.addresses(name, done) }
        self.random = random
    }

    /// The ways there, best first; empty when there is none. An address is its own answer.
    ///
    /// Once there is a way nobody waits for another: of the records after it only what is known already counts.
    package func resolve(_ target: Target) async -> [Hop] {
        let transport = target.transport ?? .udp, port = target.port ?? (transport == .tls ? 5061 : 5060)
        if let address = SocketAddress(host: target.host, port: port) { return [Hop(address: address, transport: transport)] }
        var isAbsent = false
        for service in target.services {
            let records = await services.records(service.name).ordered(using: &random)
            if records == [.absence] { isAbsent = true }
            if records.isEmpty || records == [.absence] { continue }
            for record in records { hosts.start(record.target) }
            var hops: [Hop] = []
            for record in records where hops.count < Self.hopLimit {
                let addresses = hops.isEmpty ? await hosts.records(record.target) : hosts.known(record.target)
                hops += addresses.map { Hop(address: $0.with(port: record.port), transport: service.transport) }
            }
            return Array(hops.prefix(Self.hopLimit))
        }
        // Who says that a service is not there does not want it asked of the host all the same.
        if isAbsent { return [] }
        return await hosts.records(target.host).prefix(Self.hopLimit).map { Hop(address: $0.with(port: port), transport: transport) }
    }

    /// The same where nobody has to be asked; nil where somebody has.
    package func known(_ target: Target) -> [Hop]? {
        let transport = target.transport ?? .udp, port = target.port ?? (transport == .tls ? 5061 : 5060)
        if let address = SocketAddress(host: target.host, port: port) { return [Hop(address: address, transport: transport)] }
        var isAbsent = false
        for service in target.services {
            guard let records = services.fresh(service.name)?.ordered(using: &random) else { return nil }
            if records == [.absence] { isAbsent = true }
            if records.isEmpty || records == [.absence] { continue }
            var hops: [Hop] = []
            for record in records where hops.count < Self.hopLimit {
                guard let addresses = hops.isEmpty ? hosts.fresh(record.target) : hosts.known(record.target) else { return nil }
                hops += addresses.map { Hop(address: $0.with(port: record.port), transport: service.transport) }
            }
            return Array(hops.prefix(Self.hopLimit))
        }
        if isAbsent { return [] }
        return hosts.fresh(target.host)?.prefix(Self.hopLimit).map { Hop(address: $0.with(port: port), transport: transport) }
    }
}

/// Questions of one kind: each asked once at a time, however many wait for it.
private final class Lookups<Record: Sendable> {
    typealias Ask = (_ name: String, _ done: @escaping (DNSAnswer<Record>) -> Void) -> Void

    private var remembered: RememberedAnswers<Record>
    private var waiting: [String: [CheckedContinuation<[Record], Never>]] = [:]
    private let now: () -> Instant
    private let ask: Ask

    init(limit: Int, now: @escaping () -> Instant, ask: @escaping Ask) {
        (remembered, self.now, self.ask) = (RememberedAnswers(limit: limit), now, ask)
    }

    /// Asks without waiting, so that several names are looked up at once.
    func start(_ name: String) { if remembered.fresh(name, at: now()) == nil { begin(name, nil) } }

    /// What was found and need not be asked again.
    func fresh(_ name: String) -> [Record]? { remembered.fresh(name, at: now()) }

    /// What was found last.
    func known(_ name: String) -> [Record] { remembered.last(name) }

    func records(_ name: String) async -> [Record] {
        if let fresh = remembered.fresh(name, at: now()) { return fresh }
        return await withCheckedContinuation { begin(name, $0) }
    }

    private func begin(_ name: String, _ waiter: CheckedContinuation<[Record], Never>?) {
        let isAsked = waiting[name] != nil
        waiting[name, default: []] += waiter.map { [$0] } ?? []
        if isAsked { return }
        ask(name) { [weak self] answer in self?.answered(name, answer) }
    }

    private func answered(_ name: String, _ answer: DNSAnswer<Record>) {
        let records = remembered.note(name, answer, at: now())
        for waiter in waiting.removeValue(forKey: name) ?? [] { waiter.resume(returning: records) }
    }
}
