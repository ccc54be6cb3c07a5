import Basis
internal import CCares
import Glibc
import Reactor

/// c-ares on the loop: its sockets are watched, its time-outs are one alarm. Closures are called on the loop, at the latest when it is given up.
final class DNSClient {
    struct Settings {
        /// Empty: those of /etc/resolv.conf.
        var servers: [SocketAddress] = []
        /// The first wait for a server; each further one doubles.
        var timeout: Duration = .milliseconds(1500)
        var tries = 2
    }

    private let loop: EventLoop
    private var channel: OpaquePointer?
    private var watches: [Int32: DescriptorWatch] = [:]
    private var alarm: Alarm?

    /// Throws when the system's configuration cannot be read.
    init(on loop: EventLoop, _ settings: Settings) throws {
        self.loop = loop
        ares_library_init(ARES_LIB_INIT_ALL)
        var options = ares_options()
        options.flags = ARES_FLAG_NOSEARCH
        options.timeout = Int32(clamping: settings.timeout.millisecondsRoundedUp)
        options.tries = Int32(settings.tries)
        options.sock_state_cb_data = Unmanaged.passUnretained(self).toOpaque()
        options.sock_state_cb = { client, socket, readable, writable in
            Unmanaged<DNSClient>.fromOpaque(client!).takeUnretainedValue().watch(socket, readable: readable != 0, writable: writable != 0)
        }
        let mask = ARES_OPT_FLAGS | ARES_OPT_TIMEOUTMS | ARES_OPT_TRIES | ARES_OPT_SOCK_STATE_CB
        try Self.check(ares_init_options(&channel, &options, mask))
        if !settings.servers.isEmpty {
            let list = settings.servers.map(\.description).joined(separator: ",")
            try Self.check(ares_set_servers_ports_csv(channel, list))
        }
        alarm = try Alarm(on: loop) { [weak self] in self?.process(ARES_SOCKET_BAD, ARES_SOCKET_BAD) }
    }

    deinit { if let channel { ares_destroy(channel) } }

    private static func check(_ status: Int32) throws(DNSFault) {
        if status != ARES_SUCCESS { throw DNSFault(cause: words(status)) }
    }

    private static func words(_ status: Int32) -> String { String(cString: ares_strerror(status)) }

    /// SRV records of a name.
    func services(_ name: String, _ done: @escaping (DNSAnswer<ServiceRecord>) -> Void) {
        let waiter = Unmanaged.passRetained(Waiter(done)).toOpaque()
        ares_query(
            channel, name, Int32(ns_c_in.rawValue), Int32(ns_t_srv.rawValue),
            { waiter, status, _, bytes, count in
                let done = Unmanaged<Waiter<ServiceRecord>>.fromOpaque(waiter!).takeRetainedValue().done
                if let empty = DNSClient.empty(status, ServiceRecord.self) { return done(empty) }
                let response = ServiceResponse(Array(UnsafeBufferPointer(start: bytes, count: Int(count))))
                done(response.map { .found($0.records, seconds: $0.seconds) } ?? .failed("a response that cannot be read"))
            }, waiter)
        settle()
    }

    /// IPv6 and IPv4 addresses of a host, in the order of RFC 6724; also those of /etc/hosts.
    func addresses(_ host: String, _ done: @escaping (DNSAnswer<SocketAddress>) -> Void) {
        var hints = ares_addrinfo_hints()
        (hints.ai_family, hints.ai_socktype) = (AF_UNSPEC, Int32(SOCK_DGRAM.rawValue))
        let waiter = Unmanaged.passRetained(Waiter(done)).toOpaque()
        ares_getaddrinfo(
            channel, host, nil, &hints,
            { waiter, status, _, found in
                let done = Unmanaged<Waiter<SocketAddress>>.fromOpaque(waiter!).takeRetainedValue().done
                defer { if let found { ares_freeaddrinfo(found) } }
                if let empty = DNSClient.empty(status, SocketAddress.self) { return done(empty) }
                let nodes = Array(sequence(first: found?.pointee.nodes, next: { $0?.pointee.ai_next }).prefix { $0 != nil })
                let addresses = nodes.compactMap { $0!.pointee.ai_addr.flatMap { SocketAddress(systemAddress: $0) } }
                done(.found(addresses, seconds: nodes.map { Int($0!.pointee.ai_ttl) }.min() ?? 0))
            }, waiter)
        settle()
    }

    private final class Waiter<Record: Sendable> {
        let done: (DNSAnswer<Record>) -> Void
        init(_ done: @escaping (DNSAnswer<Record>) -> Void) { self.done = done }
    }

    /// Nil when there is a response to be read.
    private static func empty<Record: Sendable>(_ status: Int32, _: Record.Type) -> DNSAnswer<Record>? {
        switch status {
        case ARES_SUCCESS: nil
        case ARES_ENOTFOUND, ARES_ENODATA: .nothing
        default: .failed(words(status))
        }
    }

    /// c-ares says which of its sockets it wants to hear of; neither means that it is about to close it.
    private func watch(_ socket: Int32, readable: Bool, writable: Bool) {
        guard readable || writable else {
            watches.removeValue(forKey: socket)?.stop()
            return
        }
        if watches[socket] == nil {
            watches[socket] = try? DescriptorWatch(on: loop, descriptor: socket) { [weak self] readable, writable in
                self?.process(readable ? socket : ARES_SOCKET_BAD, writable ? socket : ARES_SOCKET_BAD)
            }
        }
        watches[socket]?.wait(readable: readable, writable: writable)
    }

    private func process(_ readable: Int32, _ writable: Int32) {
        ares_process_fd(channel, readable, writable)
        settle()
    }

    /// Sets the alarm to c-ares' next time-out.
    private func settle() {
        var wait = timeval()
        guard ares_timeout(channel, nil, &wait) != nil else { return alarm?.set(at: nil) ?? () }
        alarm?.set(at: loop.now + .seconds(wait.tv_sec) + .microseconds(wait.tv_usec))
    }
}

/// c-ares cannot work.
package struct DNSFault: Error, CustomStringConvertible {
    let cause: String
    package var description: String { "name servers: \(cause)" }
}
