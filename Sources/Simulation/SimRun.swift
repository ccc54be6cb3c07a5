import Basis
import Dialing
import FarEnd
import SIP
import Service
import Web

/// One run of the whole service: the real front door, rules, stories and SIP, in the other world.
package final class SimRun {
    package let scenario: Scenario
    package let world: SimWorld
    package let store: SimStore
    private(set) var service: Service
    private var host: SimHost
    /// Whether somebody listens at the service's addresses.
    private(set) var isUp = true
    private var listening: Service? { isUp ? service : nil }
    /// When the service was killed and when it was there again, and the last event that was kept then.
    private(set) var deaths: [(at: Instant, backAt: Instant, place: Int64)] = []
    private var dead: [Service] = []
    private(set) lazy var client = SimClient(world, token: Self.token) { [weak self] in self?.listening }
    private(set) var trunks: [SimTrunk] = []
    let network: SimNetwork
    private(set) var answers: [(post: Scenario.Post, answer: SimClient.Answer)] = []
    private(set) var watchers: [SimWatcher] = []
    /// The configuration at each version that was in force.
    private(set) var directories: [Int64: Directory] = [:]
    /// When the requests begin.
    private(set) var begun = Instant.zero
    private(set) var finalRecords: [String: JSONValue] = [:]
    private var expected = 0
    /// Requests that have no answer yet, in their order, and those with a key that are to be sent again.
    private var asked: [Int: Scenario.Post] = [:]
    private var lastAsked = 0
    private var again: [Scenario.Post] = []
    var administratorToken = ""
    /// What the store is to have as the tenant's number when the service starts again.
    var forgedNumber: String?
    private var isEnding = false
    private var isDraining = false
    private(set) var hasDrained = false

    package static let token = "simulation-bootstrap-token"
    /// In virtual time; a run that is not over by then hangs.
    static let limit = Instant.zero + .seconds(1_800)

    package convenience init(seed: UInt64) throws { try self.init(Scenario(seed: seed)) }

    package init(_ scenario: Scenario) throws {
        self.scenario = scenario
        world = SimWorld(seed: scenario.seed)
        store = SimStore(world)
        network = SimNetwork(world, scenario.faults)
        host = SimHost(world)
        service = try Self.service(on: host, store, world)
        network.toService = { [weak self] bytes, source, transport in
            self?.listening?.assumeIsolated { $0.received(bytes, from: source, over: transport) }
        }
        network.unreachable = { [weak self] address, transport, cause in
            self?.listening?.assumeIsolated { $0.transportFailed(to: address, over: transport, because: cause) }
        }
        network.streams.isServiceUp = { [weak self] in self?.isUp ?? false }
        for (operatorID, name, address) in Self.places {
            if name == "a1", scenario.deadTrunk { continue }
            add(operatorID, name, SocketAddress(address)!)
        }
        add(Operator.serviceCarrier, "c1", Self.address(of: "c1")!)
        splitATrunk()
        for (name, address) in Gateways.places where scenario.gateways?.names.contains(name) == true {
            add("", name, SocketAddress(address)!)
            world.names[name] = [SocketAddress(address)!]
        }
    }

    private static func service(on host: SimHost, _ store: SimStore, _ world: SimWorld) throws -> Service {
        var settings = Settings()
        settings.bootstrapToken = Secret(Self.token)
        settings.drainSeconds = 20
        (settings.gatewayAddresses, settings.gatewayTransport) = (AddressRule(allowsPrivate: true), .udp)
        let address = SimNetwork.serviceAddress
        let endpoint = Endpoint(Configuration(host: address.host, port: address.port), random: world.random.fork())
        return try Service(world: host, store: store, endpoint: endpoint, settings: settings)
    }

    private func add(_ operatorID: String, _ name: String, _ address: SocketAddress) {
        let hardships = scenario.hardships, contactHost = hardships.contactHost(of: name)
        let trunk = SimTrunk(
            world, operatorID: operatorID, name: name, address: address, contactHost: contactHost, behaviour: Scenario.behaviour)
        network.add(trunk)
        trunks.append(trunk)
        if hardships.manyHomed == name { network.homes[address] = Hardships.otherAddress }
        guard let contactHost, let named = hardships.named else { return }
        world.lookUps[contactHost] = .milliseconds(named.after)
        guard named.leads else { return }
        world.names[contactHost] = (named.first == nil ? [] : [Hardships.firstContact]) + [address]
        if named.first == .refusing { network.refusing.insert(Hardships.firstContact) }
    }

    /// Puts another address before that of one trunk.
    private func splitATrunk() {
        guard let (name, fault) = scenario.hardships.split, let own = Self.places.first(where: { $0.name == name }) else { return }
        let first = SimTrunk(world, operatorID: own.operatorID, name: name, address: Hardships.firstAddress) { number in
            fault == .unavailable ? Behaviour.magic("0503") : Scenario.behaviour(number)
        }
        world.names["\(name).example"] = [first.address, SocketAddress(own.address)!]
        switch fault {
        case .deaf: first.isDeaf = true
        case .refusing: network.refusing.insert(first.address)
        case .unavailable: break
        }
        network.add(first)
        trunks.append(first)
    }

    /// Runs to the end; the answer says what was wrong, nothing if all was right.
    package func run() -> [String] {
        service.assumeIsolated { $0.start() }
        configure()
        let start = world.now
        begun = start
        plan(from: start)
        // The clock goes on that far although a service that was ended does nothing more.
        let least = start + .seconds(100)
        world.schedule(at: least) {}
        let isOver = world.run(until: start + .seconds(900)) { [self] in answers.count == expected && world.now >= least && isQuiet }
        if !isOver {
            let up = trunks.flatMap(\.liveCalls).map { "\($0.callee) since \($0.startedAt.nanoseconds / 1_000_000) code \($0.code ?? 0)" }
            return ["the run hangs: \(answers.count) of \(expected) answers, \(liveCount) live, at the far ends \(up)"]
        }
        isEnding = true
        if !isDraining { drain() }
        let hasStopped = world.run(until: Self.limit) { [self] in hasDrained }
        guard hasStopped else { return ["the drain hangs"] }
        _ = world.run(until: world.now + .seconds(80)) { false }
        readRecords()
        return Invariants(self).violations() + LimitInvariants(self).violations() + CrashInvariants(self).violations()
    }

    /// How often each kind of event was told, and each status and reason answered.
    var tally: [String: Int] {
        let told = store.events.compactMap { try? JSON.decode(CallEvent.self, $0.row.body).type.rawValue }
        let answered = answers.map { "\($0.answer.status) \($0.answer.body["reason"].string ?? "")" }
        let repeated = answers.compactMap { $0.answer.header("Dialout-Duplicate").map { _ in "duplicate" } }
        let killed = deaths.map { _ in "killed" }, streams = network.streams
        let forged = world.trace.filter { $0.contains(" forges ") }.map { _ in "forged" }
        let byGateway = trunks.filter(\.operatorID.isEmpty).flatMap(\.calls.keys).map { _ in "by gateway" }
        let byTCP = Array(repeating: "by TCP", count: streams.messages) + Array(repeating: "connection broken", count: streams.broken)
        return (told + answered + repeated + killed + byTCP + forged + byGateway).reduce(into: [:]) { $0[$1, default: 0] += 1 }
    }

    /// Groups that were written since the configuration was in force.
    var groups: Int { store.commits - configured }
    private var configured = 0

    /// How often the service was killed.
    package var killings: Int { deaths.count }

    private var liveCount: Int { service.assumeIsolated { $0.liveCount } }
    private var isQuiet: Bool { isUp && liveCount == 0 && trunks.allSatisfy(\.isQuiet) }

    private static let places: [(operatorID: String, name: String, address: String)] = [
        ("op-a", "a1", "10.1.0.1:5060"), ("op-a", "a2", "10.1.0.2:5060"), ("op-b", "b1", "10.2.0.1:5060"),
    ]
    private static let carrierAddress = "10.3.0.1:5060"

    /// Where a trunk listens.
    static func address(of trunk: String) -> SocketAddress? {
        SocketAddress(places.first { $0.name == trunk }?.address ?? (trunk == "c1" ? carrierAddress : ""))
    }

    // MARK: what is done

    private func configure() {
        func operatorBody(_ name: String, _ trunks: [(String, String)]) -> String {
            let list = trunks.enumerated().map {
                #"{"name":"\#($1.0)","uri":"\#(scenario.hardships.uri(of: $1.0, at: $1.1))","priority":\#($0 + 1),"username":"dialout","password":"secret"\#(scenario.hardships.trunkMembers)}"#
            }
            return #"{"name":"\#(name)","countries":["US","GB"],"failoverSeconds":4,"trunks":[\#(list.joined(separator: ","))]}"#
        }
        client.must(.put, "/v1/operators/op-a", operatorBody("A", [("a1", "10.1.0.1:5060"), ("a2", "10.1.0.2:5060")]))
        client.must(.put, "/v1/operators/op-b", operatorBody("B", [("b1", "10.2.0.1:5060")]))
        client.must(.put, "/v1/operators/\(Operator.serviceCarrier)", operatorBody("Own carrier", [("c1", Self.carrierAddress)]))
        client.must(.put, "/v1/tenants/contoso", #"{"displayName":"Contoso","country":"US"}"#)
        let licences = ["OperatorConnectConferencing", "AudioConferencingStandard", "", "OperatorConnectConferencing"]
        for (upn, licence) in zip(Scenario.organizers, licences) {
            let held = licence.isEmpty ? "[]" : #"["\#(licence)","CommunicationsCredits"]"#
            client.must(.put, "/v1/tenants/contoso/users/\(upn)", #"{"displayName":"","licences":\#(held),"groups":["\#(upn.prefix(5))"]}"#)
        }
        for (operatorID, number) in [("op-a", "+14255550100"), ("op-b", "+442079460100")] {
            let contact = #""contact":{"fullName":"A","email":"a@b.example"},"companySize":"1","acceptDataTransfer":true"#
            client.must(.post, "/v1/tenants/contoso/operators/\(operatorID)", #"{"countries":["US","GB"],\#(contact)}"#)
            client.must(.post, "/v1/operators/\(operatorID)/number-orders", #"{"tenant":"contoso","numbers":["\#(number)"]}"#)
        }
        client.must(.post, "/v1/operators/\(Operator.serviceCarrier)/number-orders", #"{"tenant":"contoso","numbers":["+12065550199"]}"#)
        let ran = client.must(.post, "/v1/tenants/contoso/commands", scenario.script)
        precondition(ran["applied"] == .bool(true), "the scenario's script was refused: \(ran)")
        if let block = scenario.hardships.organizerBlock {
            client.must(.put, "/v1/tenants/contoso/limits", #"{"organizerCallsPerMinute":{"block":\#(block)}}"#)
        }
        if scenario.hardships.forgery != nil { addVictim() }
        keepDirectory()
        watchers = [SimWatcher(self, .tenant("contoso"), resumes: false), SimWatcher(self, .operator("op-b"), resumes: true)]
    }

    func keepDirectory() {
        let directory = service.assumeIsolated { $0.configuration }
        directories[directory.version] = directory
    }

    private func plan(from start: Instant) {
        for post in scenario.posts {
            expected += 1
            world.schedule(at: start + post.at) { [self] in send(post) }
        }
        if let outage = scenario.outage {
            let fault = scenario.outageFailsSyncs ? \SimStore.syncsFail : \SimStore.isFull
            for (second, isSo) in [(outage.lowerBound, true), (outage.upperBound, false)] {
                world.schedule(at: start + .seconds(second)) { [self] in store[keyPath: fault] = isSo }
            }
        }
        if let suspension = scenario.suspension {
            world.schedule(at: start + .seconds(suspension)) { [self] in
                client.send(.patch, "/v1/tenants/contoso/operators/op-b", #"{"status":"suspended"}"#) { [self] _ in keepDirectory() }
            }
        }
        planHardships(from: start)
        planCrashes(from: start)
        for (second, hours) in scenario.clockJumps {
            world.schedule(at: start + .seconds(second)) { [self] in world.wallOffset += Int64(hours) * 3_600_000 }
        }
        if let drainAt = scenario.drainAt { world.schedule(at: start + .seconds(drainAt)) { [self] in drain() } }
        for watcher in watchers { watcher.begin() }
    }

    private func planHardships(from start: Instant) {
        if let (way, number, at) = scenario.hardships.forgery {
            world.schedule(at: start + .seconds(at)) { [self] in forge(way, number) }
        }
        if let (trunk, during) = scenario.hardships.deaf {
            world.schedule(at: start + .seconds(during.lowerBound)) { [self] in trunks[trunk].isDeaf = true }
            world.schedule(at: start + .seconds(during.upperBound)) { [self] in trunks[trunk].isDeaf = false }
        }
        if let (at, seconds, backAt) = scenario.hardships.drain {
            let path = "/v1/operators/op-a/trunks/a2"
            world.schedule(at: start + .seconds(at)) { [self] in
                client.send(.post, path + "/drain", #"{"seconds":\#(seconds)}"#) { [self] _ in keepDirectory() }
            }
            world.schedule(at: start + .seconds(backAt)) { [self] in
                client.send(.patch, path, #"{"enabled":true}"#) { [self] _ in keepDirectory() }
            }
        }
    }

    private func send(_ post: Scenario.Post) {
        world.note("POST \(post.number) for \(post.organizer)")
        guard isUp else { return lost(post) }
        lastAsked += 1
        let number = lastAsked, headers = post.idempotencyKey.map { [("Idempotency-Key", $0)] } ?? []
        asked[number] = post
        client.send(.post, "/v1/meetings/\(post.meeting)/dial-outs?tenant=contoso", post.body, headers: headers) { [self] answer in
            world.note("\(answer.status) \(answer.body["reason"].string ?? answer.body["state"].string ?? "")")
            asked[number] = nil
            answers.append((post, answer))
            guard answer.status == 202, let after = post.takenBackAfter, let id = answer.body["id"].string else { return }
            world.schedule(after: after) { [self] in client.send(.delete, "/v1/dial-outs/\(id)", "") { _ in } }
        }
    }

    /// Nobody answered: a request that is safe to repeat is sent again.
    private func lost(_ post: Scenario.Post) {
        if post.idempotencyKey == nil { expected -= 1 } else { again.append(post) }
    }

    private func drain() {
        world.note("SIGTERM")
        isDraining = true
        let service = service, run = Unchecked(self)
        Task(executorPreference: service.world.tasks) {
            await service.drain()
            run.value.hasDrained = true
        }
    }

    // MARK: crashes

    private func planCrashes(from start: Instant) {
        configured = store.commits
        for crash in scenario.crashes {
            switch crash.moment {
            case .time(let time): world.schedule(at: start + time) { [self] in kill(for: crash.downtime) }
            case .message(let number): network.crashes[number] = { [self] in kill(for: crash.downtime) }
            case .commit(let number, let isKept):
                store.crashes[configured + number] = { [self] in kill(for: crash.downtime, keepingInFlight: isKept) }
            }
        }
    }

    func kill(for downtime: Duration, keepingInFlight isKept: Bool? = nil) {
        guard isUp, !hasDrained else { return }
        world.note("SIGKILL")
        isUp = false
        host.die()
        dead.append(service)
        store.close(keepingInFlight: isKept)
        network.streams.serviceDied()
        deaths.append((world.now, world.now + downtime, store.events.last?.place ?? 0))
        for watcher in watchers { watcher.cut() }
        for number in asked.keys.sorted() { lost(asked[number]!) }
        asked = [:]
        world.schedule(after: downtime) { [self] in startAgain() }
    }

    private func startAgain() {
        world.note("started again")
        store.reopen()
        forgeStore()
        host = SimHost(world)
        do { service = try Self.service(on: host, store, world) } catch { preconditionFailure("no start: \(error)") }
        (isUp, isDraining) = (true, false)
        service.assumeIsolated { $0.start() }
        keepDirectory()
        for watcher in watchers { watcher.comeBack() }
        let posts = again
        again = []
        for post in posts { send(post) }
        if isEnding { drain() }
    }

    private func readRecords() {
        let ids = Set(answers.compactMap { $0.answer.body["id"].string }).union(store.dialOuts.keys.map(\.description))
        for id in ids.sorted() { finalRecords[id] = client.ask(.get, "/v1/dial-outs/\(id)").body }
    }
}
