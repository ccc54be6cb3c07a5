import Basis
import Service
import Simulation
import Testing
import Web

/// Numbers of two tenants, the routes that show them, policies and their grants, changed at random by cmdlet, REST, orders and documents beside one
/// plain model: a number is in one tenant, what holds it keeps it, and what is refused changes nothing.
@Suite("Numbers, routes and grants beside a plain model")
struct NumberModelTests {
    private struct Model: Equatable {
        /// Whose each number is.
        var owners: [String: String] = [:]
        var onBridge: Set<String> = []
        /// Contoso's routes with the numbers that they show.
        var routes: [String: String] = [:]
        var policies: Set<String> = []
        /// By user.
        var grants: [String: String] = [:]

        init() {}

        init(_ documents: [String: JSONValue], of numbers: [String]) {
            for (tenant, document) in documents {
                for number in document["tenant"]["numbers"].array {
                    guard let name = number["telephoneNumber"].string, numbers.contains(name) else { continue }
                    precondition(owners[name] == nil, "\(name) is in two tenants")
                    owners[name] = tenant
                    if number["status"].string == "ConferenceAssigned" { onBridge.insert(name) }
                }
            }
            let contoso = documents["contoso"] ?? .null
            for route in contoso["tenant"]["voiceRoutes"].array where route["name"].string?.hasPrefix("R") == true {
                routes[route["name"].string!] = route["bridgeSourcePhoneNumber"].string
            }
            policies = Set(contoso["tenant"]["routingPolicies"].array.compactMap { $0["name"].string }.filter { $0.hasPrefix("P") })
            for user in contoso["users"].array { grants[user["upn"].string!] = user["grants"]["audioConferencingRoutingPolicy"].string }
        }
    }

    private static let numbers = (0..<4).map { "+1425555017\($0)" }
    private static let tenants = ["contoso", "fabrikam"]
    private static let users = ["alice@contoso.example", "sam@contoso.example"]

    private let fixture: Fixture
    private let admins: [String: SimClient]
    private let carriers: [String: SimClient]

    init() throws {
        fixture = try Fixture()
        let fixture = fixture
        for tenant in Self.tenants { fixture.client.must(.put, "/v1/tenants/\(tenant)", #"{"displayName":"\#(tenant)","country":"US"}"#) }
        for (tenant, carrier) in [("fabrikam", "acme"), ("contoso", "other"), ("fabrikam", "other")] {
            fixture.client.must(.post, "/v1/tenants/\(tenant)/operators/\(carrier)", Fixture.consent)
        }
        admins = Dictionary(uniqueKeysWithValues: Self.tenants.map { ($0, fixture.token("admin", tenant: $0)) })
        carriers = Dictionary(uniqueKeysWithValues: ["acme", "other"].map { ($0, fixture.token("operator", operator: $0)) })
    }

    private func documents(_ client: SimClient) -> [String: JSONValue] {
        Dictionary(uniqueKeysWithValues: Self.tenants.map { ($0, client.must(.get, "/v1/tenants/\($0)/document")) })
    }

    private func state(_ client: SimClient) -> Model { Model(documents(client), of: Self.numbers) }

    private func runs(_ script: String, in tenant: String = "contoso") -> Bool {
        admins[tenant]!.ask(.post, "/v1/tenants/\(tenant)/commands", script).body["applied"] == .bool(true)
    }

    private func imports(_ change: (inout JSONValue) -> Void) -> Bool {
        let path = "/v1/tenants/contoso/document", admin = admins["contoso"]!
        var wanted = admin.must(.get, path)
        change(&wanted)
        return admin.ask(.put, path, String(decoding: JSON.encode(wanted), as: UTF8.self)).status == 200
    }

    /// One change, whether the model allows it, and whether it was done; the model is changed if it is allowed.
    private func step(_ model: inout Model, _ random: inout SeededRandom) -> (what: String, allowed: Bool, done: Bool) {
        let number = Self.numbers.randomElement(using: &random)!, tenant = Self.tenants.randomElement(using: &random)!
        switch Int.random(in: 0..<12, using: &random) {
        case 0, 1: return upload(number, to: tenant, by: Bool.random(using: &random) ? "acme" : "other", &model)
        case 2, 3: return register(number, in: tenant, &model)
        case 4: return unregister(number, in: tenant, &model)
        case 5: return release(number, &model)
        case 6, 7: return route(number, asDocument: Bool.random(using: &random), "R\(Int.random(in: 0..<3, using: &random))", &model)
        case 8:
            let name = "R\(Int.random(in: 0..<3, using: &random))", allowed = model.routes.removeValue(forKey: name) != nil
            return ("remove \(name)", allowed, runs("Remove-CsOnlineVoiceRoute \(name)"))
        case 9: return take(number, &model)
        default: return policy("P\(Int.random(in: 0..<2, using: &random))", &model, &random)
        }
    }

    private func upload(_ number: String, to tenant: String, by carrier: String, _ model: inout Model) -> (String, Bool, Bool) {
        let allowed = model.owners[number] == nil
        if allowed { model.owners[number] = tenant }
        let order = carriers[carrier]!.ask(
            .post, "/v1/operators/\(carrier)/number-orders", #"{"tenant":"\#(tenant)","numbers":["\#(number)"]}"#)
        return ("\(carrier) uploads \(number) to \(tenant)", allowed, order.body["status"] == "success")
    }

    /// What is on the bridge may be registered again.
    private func register(_ number: String, in tenant: String, _ model: inout Model) -> (String, Bool, Bool) {
        let allowed = model.owners[number] == tenant
        if allowed { model.onBridge.insert(number) }
        return ("\(tenant) registers \(number)", allowed, runs("Register-CsOnlineDialInConferencingServiceNumber \(number)", in: tenant))
    }

    private func unregister(_ number: String, in tenant: String, _ model: inout Model) -> (String, Bool, Bool) {
        let allowed = model.owners[number] == tenant && model.onBridge.contains(number) && !model.routes.values.contains(number)
        if allowed { model.onBridge.remove(number) }
        return (
            "\(tenant) unregisters \(number)", allowed, runs("Unregister-CsOnlineDialInConferencingServiceNumber \(number)", in: tenant)
        )
    }

    /// By whichever operator has it.
    private func release(_ number: String, _ model: inout Model) -> (String, Bool, Bool) {
        let allowed = model.owners[number] != nil && !model.onBridge.contains(number)
        if allowed { model.owners[number] = nil }
        let answers = ["acme", "other"].map { carriers[$0]!.ask(.delete, "/v1/operators/\($0)/numbers/\(number)").status }
        return ("\(number) is released", allowed, answers.contains(204))
    }

    private func route(_ number: String, asDocument: Bool, _ name: String, _ model: inout Model) -> (String, Bool, Bool) {
        let allowed = model.routes[name] == nil && model.owners[number] == "contoso" && model.onBridge.contains(number)
        if allowed { model.routes[name] = number }
        guard asDocument else {
            let script = "New-CsOnlineVoiceRoute \(name) -BridgeSourcePhoneNumber \(number) -OnlinePstnUsages US"
            return ("\(name) shows \(number)", allowed, runs(script))
        }
        return (
            "a document has \(name) show \(number)", allowed,
            imports { document in
                var route = document["tenant"]["voiceRoutes"].array[0]
                route["name"] = .string(name)
                route["bridgeSourcePhoneNumber"] = .string(number)
                document["tenant"]["voiceRoutes"] = .array(document["tenant"]["voiceRoutes"].array + [route])
            }
        )
    }

    /// An administrator's document without a number, or with another's.
    private func take(_ number: String, _ model: inout Model) -> (String, Bool, Bool) {
        let isThere = model.owners[number] == "contoso"
        return (
            "a document \(isThere ? "without" : "with") \(number)", false,
            imports { document in
                var numbers = document["tenant"]["numbers"].array
                if isThere {
                    numbers.removeAll { $0["telephoneNumber"].string == number }
                } else {
                    var other = numbers[0]
                    other["telephoneNumber"] = .string(number)
                    numbers.append(other)
                }
                document["tenant"]["numbers"] = .array(numbers)
            }
        )
    }

    private func policy(_ name: String, _ model: inout Model, _ random: inout SeededRandom) -> (String, Bool, Bool) {
        let user = Self.users.randomElement(using: &random)!
        switch Int.random(in: 0..<5, using: &random) {
        case 0:
            let allowed = model.policies.insert(name).inserted
            return ("new \(name)", allowed, runs("New-CsOnlineAudioConferencingRoutingPolicy \(name) -OnlinePstnUsages US"))
        case 1:
            let allowed = model.policies.contains(name) && !model.grants.values.contains(name)
            if allowed { model.policies.remove(name) }
            return ("remove \(name)", allowed, runs("Remove-CsOnlineAudioConferencingRoutingPolicy \(name)"))
        case 2:
            let allowed = model.policies.contains(name)
            if allowed { model.grants[user] = name }
            let script = "Grant-CsOnlineAudioConferencingRoutingPolicy -Identity \(user) -PolicyName \(name)"
            return ("grant \(name) to \(user)", allowed, runs(script))
        case 3:
            model.grants[user] = nil
            return (
                "grant nothing to \(user)", true, runs("Grant-CsOnlineAudioConferencingRoutingPolicy -Identity \(user) -PolicyName $null")
            )
        default:
            let granted = model.policies.contains(name) ? name : nil
            model.grants[user] = granted
            return ("a document grants \(granted ?? "nothing") to \(user)", true, importsGrant(of: granted, to: user))
        }
    }

    private func importsGrant(of policy: String?, to user: String) -> Bool {
        imports { document in
            document["users"] = .array(
                document["users"].array.map { known in
                    guard known["upn"].string == user else { return known }
                    var granted = known
                    granted["grants"]["audioConferencingRoutingPolicy"] = policy.map { .string($0) } ?? .null
                    return granted
                })
        }
    }

    @Test("each way in does what the model says, and nothing else", arguments: 1...4)
    func ways(seed: UInt64) throws {
        var model = Model(), random = SeededRandom(seed: seed), told: [String] = [], done: Set<Bool> = []
        for _ in 0..<40 {
            let (what, allowed, isDone) = step(&model, &random)
            told.append("\(what): \(allowed)")
            done.insert(isDone)
            #expect(isDone == allowed, "\(told.suffix(12))")
            #expect(state(fixture.client) == model, "\(told.suffix(12))")
        }
        #expect(done.count == 2)
        let (_, restarted) = try fixture.restart()
        #expect(state(restarted) == model)
    }

    @Test("of two operators that upload a number to two tenants at once one is told that it did", arguments: 0..<4)
    func uploadedAtOnce(round: Int) {
        let number = Self.numbers[round]
        var statuses: [String] = []
        for (carrier, tenant) in [("acme", "contoso"), ("other", "fabrikam"), ("other", "contoso"), ("acme", "fabrikam")] {
            carriers[carrier]!.send(
                .post, "/v1/operators/\(carrier)/number-orders", #"{"tenant":"\#(tenant)","numbers":["\#(number)"]}"#
            ) { statuses.append($0.body["status"].string ?? "\($0.status)") }
        }
        #expect(fixture.world.run(until: fixture.world.now + .seconds(30)) { statuses.count == 4 })
        #expect(statuses.sorted() == ["error", "error", "error", "success"])
        #expect(state(fixture.client).owners.keys.sorted() == [number])
    }
}
