import Basis
import Service
import Simulation
import Testing
import Web

/// Random changes by cmdlet, by REST and by document against one plain model: what is allowed happens whole, what is not changes nothing.
@Suite("Configuration beside a plain model")
struct ConfigurationModelTests {
    /// Usages in order, routes with their usages, users with their names.
    private struct Model: Equatable {
        var usages: [String]
        var routes: [String: [String]]
        var users: [String: String]
        let policies: Set<String>

        init(_ document: JSONValue) {
            usages = document["tenant"]["pstnUsages"].array.compactMap(\.string)
            routes = Dictionary(
                uniqueKeysWithValues: document["tenant"]["voiceRoutes"].array.map {
                    ($0["name"].string!, $0["onlinePstnUsages"].array.compactMap(\.string))
                })
            users = Dictionary(uniqueKeysWithValues: document["users"].array.map { ($0["upn"].string!, $0["displayName"].string!) })
            policies = Set(document["tenant"]["routingPolicies"].array.flatMap { $0["onlinePstnUsages"].array.compactMap(\.string) })
        }

        func isUsed(_ usage: String) -> Bool { policies.contains(usage) || routes.values.contains { $0.contains(usage) } }
    }

    private static let path = "/v1/tenants/contoso"

    private func document(_ client: SimClient) -> JSONValue { client.must(.get, Self.path + "/document") }

    private func runs(_ script: String, _ client: SimClient) -> Bool {
        client.ask(.post, Self.path + "/commands", script).body["applied"] == .bool(true)
    }

    /// One change, and whether the model allows it; the model is changed if so.
    private func step(_ model: inout Model, _ client: SimClient, _ random: inout SeededRandom) -> (what: String, allowed: Bool, done: Bool)
    {
        let usage = "U\(Int.random(in: 0..<6, using: &random))", route = "R\(Int.random(in: 0..<5, using: &random))"
        let upn = "p\(Int.random(in: 0..<5, using: &random))@contoso.example"
        switch Int.random(in: 0..<8, using: &random) {
        case 0:
            let allowed = !model.usages.contains(usage)
            if allowed { model.usages.append(usage) }
            return ("add \(usage)", allowed, runs("Set-CsOnlinePstnUsage -Usage @{Add='\(usage)'}", client))
        case 1:
            let allowed = !model.isUsed(usage)
            if allowed { model.usages.removeAll { $0 == usage } }
            return ("remove \(usage)", allowed, runs("Set-CsOnlinePstnUsage -Usage @{Remove='\(usage)'}", client))
        case 2:
            let allowed = model.routes[route] == nil && model.usages.contains(usage)
            if allowed { model.routes[route] = [usage] }
            let script = "New-CsOnlineVoiceRoute \(route) -OnlinePstnUsages \(usage) -BridgeSourcePhoneNumber +14255550100"
            return ("new \(route) \(usage)", allowed, runs(script, client))
        case 3:
            let allowed = model.routes[route] != nil
            model.routes[route] = nil
            return ("remove \(route)", allowed, runs("Remove-CsOnlineVoiceRoute \(route)", client))
        case 4:
            model.users[upn] = "N \(route)"
            return ("put \(upn)", true, client.ask(.put, Self.path + "/users/\(upn)", #"{"displayName":"N \#(route)"}"#).status < 300)
        case 5:
            let allowed = model.users.removeValue(forKey: upn) != nil
            return ("delete \(upn)", allowed, client.ask(.delete, Self.path + "/users/\(upn)").status == 204)
        case 6:
            let script = "Set-CsOnlinePstnUsage -Usage @{Add='\(usage) of nobody'}; Remove-CsOnlineVoiceRoute nowhere"
            return ("half a script", false, runs(script, client))
        default:
            var wanted = document(client)
            let allowed = !model.isUsed(usage)
            wanted["tenant"]["pstnUsages"] = .array(model.usages.filter { $0 != usage }.map { .string($0) })
            wanted["users"] = .array(wanted["users"].array.filter { $0["upn"].string != upn })
            if allowed {
                model.usages.removeAll { $0 == usage }
                model.users[upn] = nil
            }
            let text = String(decoding: JSON.encode(wanted), as: UTF8.self)
            return ("document without \(usage) and \(upn)", allowed, client.ask(.put, Self.path + "/document", text).status == 200)
        }
    }

    @Test("each way in does what the model says, and nothing else", arguments: 1...6)
    func ways(seed: UInt64) throws {
        let fixture = try Fixture(), admin = fixture.token("admin", tenant: "contoso")
        var model = Model(document(admin)), random = SeededRandom(seed: seed), told: [String] = []
        for _ in 0..<40 {
            let (what, allowed, done) = step(&model, admin, &random)
            told.append("\(what): \(allowed)")
            #expect(done == allowed, "\(told.suffix(6))")
            #expect(Model(document(admin)) == model, "\(told.suffix(6))")
        }
        let (_, restarted) = try fixture.restart()
        #expect(Model(document(restarted)) == model)
    }

    @Test("of administrators that write at once each is told the truth, and nobody's change is lost", arguments: 1...4)
    func atOnce(seed: UInt64) throws {
        let fixture = try Fixture(), admins = (0..<3).map { _ in fixture.token("admin", tenant: "contoso") }
        var random = SeededRandom(seed: seed), applied: Set<String> = ["US"], answers = 0
        for round in 0..<5 {
            for (index, admin) in admins.enumerated() {
                let usage = "A\(index) \(round)"
                if Bool.random(using: &random) {
                    admin.send(.post, Self.path + "/commands", "Set-CsOnlinePstnUsage -Usage @{Add='\(usage)'}") {
                        answers += 1
                        if $0.body["applied"] == .bool(true) { applied.insert(usage) } else { #expect($0.status == 409, "\($0)") }
                    }
                } else {
                    admin.send(.put, Self.path + "/users/a\(index)@contoso.example", #"{"displayName":"\#(round)"}"#) {
                        answers += 1
                        #expect($0.status < 300, "\($0)")
                    }
                }
            }
            #expect(fixture.world.run(until: fixture.world.now + .seconds(30)) { answers == (round + 1) * admins.count })
        }
        let found = document(fixture.client)
        #expect(Set(found["tenant"]["pstnUsages"].array.compactMap(\.string)) == applied)
        #expect(applied.count > 1)
    }
}
