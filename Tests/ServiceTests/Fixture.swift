import Basis
import Dialing
import FarEnd
import SIP
import Service
import Simulation
import Web

/// The whole service in the other world, with a tenant, an operator of two trunks and the service's own carrier.
final class Fixture {
    let world = SimWorld(seed: 1)
    let store: SimStore
    let network: SimNetwork
    private var host: SimHost
    /// Every service that was started again: a dead one is not taken apart.
    private var started: [Service] = []
    let service: Service
    let client: SimClient
    private(set) var trunks: [SimTrunk] = []
    private var meetings = 0

    static let token = "fixture-bootstrap-token"

    private let settings: (inout Settings) -> Void

    init(
        store: ((SimWorld) -> SimStore)? = nil, configured: Bool = true, settings: @escaping (inout Settings) -> Void = { _ in }
    ) throws {
        self.settings = settings
        self.store = store?(world) ?? SimStore(world)
        network = SimNetwork(world, Faults())
        host = SimHost(world)
        (service, client) = try Self.start(world, host, self.store, network, settings)
        for (operatorID, name, address) in [
            ("acme", "t1", "10.1.0.1:5060"), ("acme", "t2", "10.1.0.2:5060"), ("other", "o1", "10.2.0.1:5060"),
            (Operator.serviceCarrier, "c1", "10.3.0.1:5060"),
        ] {
            let trunk = SimTrunk(world, operatorID: operatorID, name: name, address: SocketAddress(address)!) { Behaviour.magic($0) }
            network.add(trunk)
            trunks.append(trunk)
        }
        if configured { configure() }
    }

    /// Puts `address` before that of the first trunk, under one name; `behaviour` is what the far end there does.
    func addAddress(_ address: String, _ behaviour: @escaping @Sendable (String) -> Behaviour) -> SimTrunk {
        let first = SimTrunk(world, operatorID: "acme", name: "t1", address: SocketAddress(address)!, behaviour: behaviour)
        network.add(first)
        world.names["t1.example", default: [trunks[0].address]].insert(first.address, at: 0)
        client.must(.put, "/v1/operators/acme", Self.operatorBody.replacing("sip:10.1.0.1:5060", with: "sip:t1.example"))
        return first
    }

    /// Kills the service and starts another on the same store.
    func restart() throws -> (Service, SimClient) {
        host.die()
        store.close(keepingInFlight: true)
        store.reopen()
        host = SimHost(world)
        let started = try Self.start(world, host, store, network, settings)
        self.started.append(started.0)
        return started
    }

    private static func start(
        _ world: SimWorld, _ host: SimHost, _ store: SimStore, _ network: SimNetwork, _ change: (inout Settings) -> Void
    ) throws -> (Service, SimClient) {
        var settings = Settings()
        settings.bootstrapToken = Secret(Self.token)
        (settings.gatewayAddresses, settings.gatewayTransport) = (AddressRule(allowsPrivate: true), .udp)
        change(&settings)
        let endpoint = Endpoint(Configuration(host: "10.0.0.1", port: 5060), random: world.random.fork())
        let service = try Service(world: host, store: store, endpoint: endpoint, settings: settings)
        network.toService = { bytes, source, transport in
            service.assumeIsolated { $0.received(bytes, from: source, over: transport) }
        }
        network.unreachable = { address, transport, cause in
            service.assumeIsolated { $0.transportFailed(to: address, over: transport, because: cause) }
        }
        service.assumeIsolated { $0.start() }
        let client = SimClient(world, service, token: Self.token)
        client.judge = PublishedShape.shared.judge
        return (service, client)
    }

    private func configure() {
        client.must(.put, "/v1/operators/acme", Self.operatorBody)
        client.must(.put, "/v1/operators/other", #"{"name":"Other","trunks":[{"name":"o1","uri":"sip:10.2.0.1:5060"}]}"#)
        client.must(.put, "/v1/operators/service-carrier", #"{"name":"Own","trunks":[{"name":"c1","uri":"sip:10.3.0.1:5060"}]}"#)
        client.must(.put, "/v1/tenants/contoso", #"{"displayName":"Contoso","country":"US"}"#)
        client.must(.put, "/v1/tenants/fabrikam", #"{"displayName":"Fabrikam","country":"GB"}"#)
        client.must(
            .put, "/v1/tenants/contoso/users/alice@contoso.example", #"{"displayName":"Alice","licences":["OperatorConnectConferencing"]}"#)
        client.must(
            .put, "/v1/tenants/contoso/users/sam@contoso.example", #"{"displayName":"Sam","licences":["AudioConferencingStandard"]}"#)
        client.must(.post, "/v1/tenants/contoso/operators/acme", Self.consent)
        client.must(.post, "/v1/operators/acme/number-orders", #"{"tenant":"contoso","numbers":["+14255550100"]}"#)
        client.must(.post, "/v1/operators/service-carrier/number-orders", #"{"tenant":"contoso","numbers":["+12065550199"]}"#)
        let ran = client.must(
            .post, "/v1/tenants/contoso/commands",
            """
            Register-CsOnlineDialInConferencingServiceNumber -Identity +14255550100 -BridgeName "Conference Bridge"
            Register-CsOnlineDialInConferencingServiceNumber -Identity +12065550199 -BridgeName "Conference Bridge"
            Set-CsOnlineDialInConferencingBridge -Name "Conference Bridge" -DefaultServiceNumber +12065550199
            Set-CsOnlinePstnUsage -Identity Global -Usage @{Add="US"}
            New-CsOnlineVoiceRoute -Identity "US" -NumberPattern "^\\+1\\d{10}$" -OnlinePstnUsages "US" -BridgeSourcePhoneNumber +14255550100
            New-CsOnlineAudioConferencingRoutingPolicy "US Policy" -OnlinePstnUsages "US"
            Grant-CsOnlineAudioConferencingRoutingPolicy -Global -PolicyName "US Policy"
            """)
        precondition(ran["applied"] == .bool(true), "\(ran)")
    }

    /// Tells the service to stop.
    func drain(_ done: @escaping () -> Void) {
        let service = service, done = Done(call: done)
        Task(executorPreference: service.world.tasks) {
            await service.drain()
            done.call()
        }
    }

    /// `@unchecked Sendable`: called on the world's thread.
    private struct Done: @unchecked Sendable {
        let call: () -> Void
    }

    static let operatorBody = """
        {"name":"Acme","countries":["US"],"failoverSeconds":4,"trunks":[{"name":"t1","uri":"sip:10.1.0.1:5060","priority":1},\
        {"name":"t2","uri":"sip:10.1.0.2:5060","priority":2}]}
        """
    static let consent = """
        {"countries":["US"],"contact":{"fullName":"Ann","email":"ann@contoso.example"},"companySize":"10","acceptDataTransfer":true}
        """

    /// A token of a role, made through the API.
    func token(_ role: String, tenant: String? = nil, operator operatorID: String? = nil) -> SimClient {
        let owner = tenant.map { #","tenant":"\#($0)""# } ?? operatorID.map { #","operator":"\#($0)""# } ?? ""
        let made = client.must(.post, "/v1/tokens", #"{"role":"\#(role)"\#(owner)}"#)
        return client.with(token: made["token"].string!)
    }

    /// An offer as a media server makes it.
    static let sdp = "v=0\r\no=- 1 1 IN IP4 192.0.2.1\r\ns=-\r\nc=IN IP4 192.0.2.1\r\nt=0 0\r\nm=audio 4000 RTP/AVP 8\r\n"

    static func order(_ number: String, organizer: String = "alice@contoso.example") -> String {
        #"{"kind":"callMeAt","organizer":"\#(organizer)","number":"\#(number)"}"#
    }

    /// Posts a dial-out that is accepted, out of a meeting of its own; its id.
    @discardableResult
    func dial(_ number: String, organizer: String = "alice@contoso.example") -> String {
        meetings += 1
        return client.must(.post, "/v1/meetings/m\(meetings)/dial-outs", Self.order(number, organizer: organizer))["id"].string!
    }

    func record(_ id: String) -> JSONValue { client.ask(.get, "/v1/dial-outs/\(id)").body }

    /// Whether no far end has a call up.
    var isQuiet: Bool { trunks.allSatisfy { $0.isQuiet } }

    func pass(_ duration: Duration) { _ = world.run(until: world.now + duration) { false } }
}
