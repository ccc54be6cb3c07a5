import Basis
import Dialing
import Foundation
import Logging
import Outbound
import Reactor
import SIP
import Service
import Store
import Transports

/// The wiring of a running service: one loop, its world, the store, the two ports and the signals.
///
/// `@unchecked Sendable`: used on the loop's thread only, but for ``run()``, which is that thread.
final class ServiceProcess: @unchecked Sendable {
    let settings: ServeSettings
    private let loop: EventLoop
    private let world: LoopWorld
    private let service: Service
    private let store: SQLiteStore
    private let folder: DataFolder
    private let http: HTTPServer
    private let transports: SIPTransports
    private var signals: Signals?
    private var notice: ServiceNotice?
    private var stopping = false
    /// Whether something was not written when the service stopped.
    private(set) var hasLost = false
    private var closing: Reactor.Alarm?
    private var draining: Reactor.Alarm?
    /// Compiles the route tables of what is stored while the first decisions are made.
    private let compiler = Worker(named: "route-tables", limit: 1)
    private let log = Logger(label: "dialout")

    var httpAddress: SocketAddress { http.address }
    var bootstrapToken: String { settings.service.bootstrapToken?.revealed ?? "" }

    /// Opens everything; throws with the cause before anything was received.
    init(_ settings: ServeSettings) throws {
        var settings = settings
        let path = try settings.sqlitePath(), folder = try DataFolder(settings.data, store: path)
        settings.service.bootstrapToken = try settings.service.bootstrapToken ?? Secret(BootstrapToken.inFolder(settings.data))
        let loop = try EventLoop(), world = LoopWorld(loop: loop)
        let store = try SQLiteStore(path: path, keyFile: try Self.keyFile(settings, folder), clock: { loop.now }) { work in
            loop.submit(work)
        }
        try folder.hold(store: path)
        let inbox = Inbox()
        let transports = try Self.transports(on: loop, settings, inbox, random: SeededRandom(seed: world.entropy())) { world.wallTime }
        let names = try Resolver(on: loop, servers: settings.trunks.nameServers, random: SeededRandom(seed: world.entropy()))
        world.open(transports, names, try HTTPSender(on: loop, settings.webhooks.rules))
        if let url = settings.observing.collector {
            world.exporter = try SpanExporter(on: loop, to: url, settings.observing.collectorHeaders, instance: "\(settings.http)")
        }
        if let homer = settings.observing.homer {
            let host = SocketAddress(host: settings.trunks.host ?? "", port: transports.localAddress.port)
            world.capture = try CallCapture(on: loop, homer, own: host ?? transports.localAddress)
        }
        let address = transports.localAddress
        var configuration = SIP.Configuration(host: settings.trunks.host ?? address.host, port: address.port)
        if let tls = transports.tlsAddress { configuration.securePort = tls.port }
        configuration.userAgent = "dialout"
        let endpoint = Endpoint(configuration, random: SeededRandom(seed: world.entropy()))
        service = try Service(world: world, store: store, endpoint: endpoint, settings: settings.service)
        (inbox.service, inbox.world) = (service, world)
        let service = service
        http = try Self.opened("http \(settings.http)") {
            try HTTPServer(world: world, service: service, at: settings.http, settings.logging)
        }
        (self.settings, self.loop, self.world, self.transports) = (settings, loop, world, transports)
        (self.store, self.folder) = (store, folder)
    }

    /// Where the key is kept. Throws when that is in the data folder, whose copies must not have it.
    private static func keyFile(_ settings: ServeSettings, _ folder: DataFolder) throws -> KeyFile {
        guard settings.keyFile.isEmpty else {
            guard !folder.contains(settings.keyFile) else {
                throw InvalidSetting(place: "keyFile", rule: "is outside the data folder: whoever copies the folder must not get the key")
            }
            return KeyFile(path: settings.keyFile, isGiven: true)
        }
        let path = folder.defaultKeyPath
        Logger(label: "dialout").warning("no key file is given; keep this one apart from the data", metadata: ["key": "\(path)"])
        return KeyFile(path: path, isGiven: false)
    }

    /// What is heard at an address that a setting names.
    private static func opened<Opened>(_ places: String, _ open: () throws -> Opened) throws -> Opened {
        do { return try open() } catch let error as UVError {
            throw Unopened(description: "\(places) cannot be listened at: \(error)")
        }
    }

    private struct Unopened: Error, CustomStringConvertible { let description: String }

    private static func transports(
        on loop: EventLoop, _ settings: ServeSettings, _ inbox: Inbox, random: SeededRandom, wallTime: @escaping () -> WallTime
    ) throws -> SIPTransports {
        var own = TransportSettings()
        own.tls = settings.trunks.tls
        let places = ["sip \(settings.sip)"] + (settings.trunks.tlsAddress.map { ["sipTls \($0)"] } ?? [])
        let transports = try opened(places.joined(separator: " or ")) {
            try SIPTransports(
                on: loop, at: settings.sip, tls: settings.trunks.tlsAddress, settings: own, random: random,
                received: { message, source, transport in inbox.received(message, from: source, over: transport) },
                failed: { destination, transport, failure in inbox.failed(destination, transport, failure) })
        }
        let log = Logger(label: "transports")
        transports.tlsReloaded = { [weak transports] result in
            switch result {
            case .success:
                let times = transports?.certificateTimes
                log.info("certificates read", metadata: ["ends": "\(times.map { "\($0.end)" } ?? "none of our own")"])
                Self.warn(of: times, at: wallTime())
            case .failure(let fault): log.error("certificates not read; those before stay in force", metadata: ["because": "\(fault)"])
            }
        }
        warn(of: transports.certificateTimes, at: wallTime())
        return transports
    }

    private static func warn(of certificate: CertificateTimes?, at now: WallTime) {
        guard let certificate, let warning = certificate.warning(at: now) else { return }
        Logger(label: "transports").warning(
            "\(warning)", metadata: ["begins": "\(certificate.begin)", "ends": "\(certificate.end)"])
    }

    /// Where messages and failures of the transports go once there is a service. `@unchecked Sendable`: used on the loop's thread only.
    private final class Inbox: @unchecked Sendable {
        weak var service: Service?
        weak var world: LoopWorld?
        private let log = Logger(label: "transports")
        private var warnings = RepeatedWarnings<String>()

        func received(_ message: [UInt8], from source: SocketAddress, over transport: Transport) {
            if let world { world.capture?.received(message, from: source, over: transport, at: world.wallTime) }
            service?.assumeIsolated { $0.received(message, from: source, over: transport) }
        }

        func failed(_ destination: SocketAddress, _ transport: Transport, _ failure: TransportFailure) {
            if let now = world?.now, let count = warnings.count("\(destination) \(transport)", at: now) {
                log.warning(
                    "nothing gets there",
                    metadata: ["to": "\(destination)", "over": "\(transport)", "because": "\(failure)", "times": "\(count)"])
            }
            service?.assumeIsolated {
                $0.transportFailed(to: destination, over: transport, isHeard: failure.reason.isOfContent, because: "\(failure)")
            }
        }
    }

    /// Serves on this thread until SIGINT or SIGTERM has been answered; `ready` is called once the ports are open.
    func run(_ ready: @escaping () -> Void = {}) throws {
        let directory = service.assumeIsolated { service in
            service.start()
            return service.configuration
        }
        _ = compiler.submit { directory.compileTables() }
        store.lookThrough { [log] in log.error("the store is damaged", metadata: ["because": "\($0)"]) }
        try world.watchLag()
        signals = try Signals(on: loop) { [weak self] signal in self?.received(signal) }
        let kept = settings.service.retention, descriptors = Descriptors.takeAll()
        if descriptors < Descriptors.enough {
            log.warning(
                "fewer descriptors than event streams and requests may need; raise the limit (LimitNOFILE, ulimit -n)",
                metadata: ["descriptors": "\(descriptors)", "enough": "\(Descriptors.enough)"])
        }
        log.info(
            "serving",
            metadata: [
                "http": "\(http.address)", "sip": "\(settings.sip)", "as": "\(settings.trunks.host ?? settings.sip.host)",
                "store": "\(settings.store)", "eventDays": "\(kept.words(kept.eventDays))", "recordDays": "\(kept.words(kept.recordDays))",
                "descriptors": "\(descriptors)",
            ])
        notice = ServiceNotice(on: loop, ProcessInfo.processInfo.environment)
        try notice?.isReady()
        ready()
        loop.run()
        if !hasLost { try store.close() }
        log.info("stopped")
    }

    private func received(_ signal: Signals.Signal) {
        switch signal {
        case .hangUp: transports.reloadTLS()
        case .interrupt, .terminate: stop()
        }
    }

    /// The first time lets calls go on for a while; the second ends them at once.
    private func stop() {
        if stopping { return service.assumeIsolated { $0.stopAll() } }
        stopping = true
        tellOfDrain()
        Task(executorPreference: loop.tasks) { [self] in
            let unwritten = await service.drain()
            hasLost = !unwritten.isEmpty
            if hasLost {
                log.error(
                    "the store refuses what is left; it is lost",
                    metadata: ["entries": "\(unwritten.entries)", "dialOutsWithoutAnEnd": "\(unwritten.dialOuts)"])
            }
            http.close()
            world.exporter?.hurry()
            draining = nil
            closeLoop(patience: 40)
        }
    }

    /// Between two lines that say what a drain waits for.
    private static let drainNews = Duration.seconds(5)

    private func tellOfDrain() {
        let state = service.assumeIsolated { $0.drainState }
        notice?.isStopping("waits for \(state.words)")
        log.info(
            "draining",
            metadata: [
                "seconds": "\(settings.service.drainSeconds)", "dialOuts": "\(state.dialOuts)", "legs": "\(state.legs)",
                "entries": "\(state.entries)",
            ])
        draining = draining ?? (try? Reactor.Alarm(on: loop) { [weak self] in self?.tellOfDrain() })
        draining?.set(at: loop.now + Self.drainNews)
    }

    /// Gives answers under way a moment to leave, then stops the loop.
    private func closeLoop(patience: Int) {
        guard !http.isIdle || world.exporter?.isIdle == false, patience > 0 else {
            http.abandon()
            world.close()
            notice?.close()
            signals = nil
            return loop.stop()
        }
        do {
            closing = try Reactor.Alarm(on: loop) { [weak self] in self?.closeLoop(patience: patience - 1) }
            closing?.set(at: loop.now + .milliseconds(50))
        } catch {
            loop.stop()
        }
    }
}

/// The first platform token, when none is given: made once, in a file that only its owner reads.
enum BootstrapToken {
    static func inFolder(_ folder: String) throws -> String {
        let path = folder + "/bootstrap-token"
        if let kept = FileManager.default.contents(atPath: path), kept.count >= 16 {
            return String(decoding: kept, as: UTF8.self).trimmingCharacters(in: .whitespacesAndNewlines)
        }
        var random = SystemRandomNumberGenerator()
        let token = "dialout_" + (0..<4).map { _ in String(format: "%016lx", random.next() as UInt64) }.joined()
        try DurableFile.replace(path, with: Data((token + "\n").utf8))
        return token
    }
}
