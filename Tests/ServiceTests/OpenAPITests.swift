import Service
import Simulation
import Testing
import Web

@Suite("The published description")
struct OpenAPITests {
    struct Operation {
        let method: Web.Method, path: String, id: String, description: JSONValue

        /// With a name of the fixture in place of each parameter.
        func filled(_ names: [String: String]) -> String {
            names.reduce(path) { $0.replacing("{\($1.key)}", with: $1.value) }
        }
        var hasBody: Bool { description["requestBody"] != .null }
        var isJSON: Bool { description["requestBody"]["content"]["application/json"] != .null }
    }

    static func document() throws -> JSONValue { try JSON.decode(JSONValue.self, FrontDoorTable.openAPI) }

    static func operations() throws -> [Operation] {
        guard case .object(let paths) = try document()["paths"] else { return [] }
        return paths.sorted { $0.key < $1.key }.flatMap { path, item -> [Operation] in
            guard case .object(let operations) = item else { return [] }
            return operations.sorted { $0.key < $1.key }.compactMap { method, operation in
                Web.Method(rawValue: method.uppercased()).map {
                    Operation(method: $0, path: path, id: operation["operationId"].string ?? "", description: operation)
                }
            }
        }
    }

    @Test("each operation of the table is handled: none says that there is nothing at its path")
    func handled() throws {
        let fixture = try Fixture()
        for operation in try Self.operations() {
            let path = operation.path.replacing(#/\{\w+\}/#, with: "x")
            let answer = fixture.client.ask(operation.method, path, operation.hasBody ? "{}" : "")
            #expect(answer.body["detail"].string != "there is nothing at this path" && answer.status != 405, "\(operation.id)")
        }
    }

    @Test("OpenAPI names each operation of the front door, under its path and method, and no other")
    func operations() throws {
        #expect(try Self.document()["openapi"].string?.hasPrefix("3.1") == true)
        #expect(try Self.document()["info"]["version"].string == Version.current)
        let published = Set(try Self.operations().map { "\($0.method.rawValue) \($0.path) \($0.id)" })
        #expect(published.symmetricDifference(FrontDoorTable.operations).isEmpty)
    }

    static let json = [("Content-Type", "application/json")]
    static let names = [
        "tenant": "contoso", "operator": "acme", "upn": "alice@contoso.example", "trunk": "t1", "meetingId": "m", "order": "none",
        "token": "none", "webhook": "none", "delivery": "none", "number": "14255550100", "change": "none",
        "link": "none",
    ]

    @Test("each operation refuses a misspelt parameter, and each that takes JSON a misspelt member, before it does anything")
    func misspelt() throws {
        let fixture = try Fixture()
        let names = Self.names.merging(["id": fixture.dial("+14255550999")]) { $1 }
        let before = fixture.store.documents
        for operation in try Self.operations() {
            let path = operation.filled(names)
            let body = operation.isJSON ? "{}" : operation.hasBody ? "Get-CsOnlinePstnUsage" : ""
            let asked = fixture.client.ask(operation.method, path + "?xyzzyx=1", body)
            #expect(asked.status == 400 && asked.body["field"].string == "xyzzyx", "\(operation.id): \(asked.status) \(asked.body)")
            guard operation.isJSON else { continue }
            let member = fixture.client.ask(operation.method, path, #"{"xyzzyx":1}"#, headers: Self.json)
            #expect(member.status == 400 || member.status == 404, "\(operation.id): \(member.status) \(member.body)")
            let twice = fixture.client.ask(operation.method, path, #"{"x":1,"x":1}"#, headers: Self.json)
            #expect(twice.status == 400 || twice.status == 404, "\(operation.id)")
            let html = fixture.client.ask(operation.method, path, "{}", headers: [("Content-Type", "text/html")])
            #expect(html.status == 415, "\(operation.id): \(html.status) \(html.body)")
        }
        #expect(fixture.store.documents == before)
    }

    @Test("a member of each described body with one letter changed is refused, naming the member that is meant")
    func letters() throws {
        let fixture = try Fixture()
        let schemas = try Self.document()["components"]["schemas"]
        let whole = fixture.client.must(.get, "/v1/tenants/contoso/document")
        let names = Self.names.merging(["id": fixture.dial("+14255550999")]) { $1 }
        let bodies = Self.bodies.merging(["importTenant": whole, "replayRoutes": ["candidate": whole["tenant"]]]) { $1 }
        var tried = 0
        for operation in try Self.operations() where operation.isJSON {
            let described = operation.description["requestBody"]["content"]["application/json"]["schema"]
            let schema = described["oneOf"].array.first ?? described
            let name = schema["$ref"].string?.split(separator: "/").last.map(String.init) ?? "DialOutLimits"
            let properties = schema["properties"] == .null ? schemas[name]["properties"] : schema["properties"]
            guard case .object(let members) = properties, let example = bodies[operation.id] else {
                Issue.record("\(operation.id): no members, or no body here")
                continue
            }
            for member in members.keys.sorted() {
                let wrong = String(member.dropLast()) + "q"
                guard case .object(var all) = example else { continue }
                (all[member], all[wrong]) = (nil, .integer(1))
                let answer = fixture.client.ask(
                    operation.method, operation.filled(names), String(decoding: JSON.encode(JSONValue.object(all)), as: UTF8.self),
                    headers: Self.json)
                #expect(answer.status == 400 && answer.body["field"].string == wrong, "\(operation.id) \(wrong): \(answer.body)")
                #expect(answer.body["detail"].string == "\(wrong) is not known; did you mean \(member)?", "\(operation.id) \(answer.body)")
                tried += 1
            }
        }
        #expect(tried > 60)
    }

    /// A body that each operation takes.
    static let bodies: [String: JSONValue] = [
        "postDialOut": ["kind": "callMeAt", "organizer": "alice@contoso.example", "number": "+14255550123"],
        "routeTest": ["organizer": "alice@contoso.example", "number": "+14255550123"],
        "changeDialOut": ["sdp": .string(Fixture.sdp)],
        "putTenant": ["displayName": "Contoso", "country": "US"], "putUser": [:],
        "addMyOperator": [:], "changeMyOperator": [:], "putOperator": ["name": "Acme"], "postNumberOrder": [:],
        "changeTrunk": ["enabled": true], "drainTrunk": ["seconds": 1], "putLimits": [:], "putTenantLimits": [:], "putLicences": [:],
        "postToken": ["role": "platform"], "postWebhook": ["url": "https://hooks.example/"], "changeWebhook": [:],
        "commands": ["script": ""], "rehearse": ["script": ""],
        "changeSettings": [:], "changeConsent": ["status": "accepted"], "postInvite": ["organizer": "alice@contoso.example"],
        "changeOperatorNumber": ["state": "Active"],
        "reportDurations": ["durations": []], "erase": ["number": "+14255550123"], "putPriceList": ["currency": "EUR", "prices": []],
    ]
}

extension OpenAPITests {
    @Test("each body's limit is described where 413 is, and is the one that holds")
    func limits() throws {
        for operation in try Self.operations() {
            let limit = try #require(FrontDoorTable.bodyLimits[operation.id]), described = operation.description["responses"]["413"]
            #expect((limit == 0) == (described == .null), "\(operation.id)")
            guard limit > 0 else { continue }
            #expect(
                described["description"].string == "`bodyTooLarge`: the body has at most \(limit) bytes, as `limit` says.",
                "\(operation.id)")
        }
        #expect(FrontDoorTable.bodyLimits["importTenant"] == 67_108_864 && FrontDoorTable.bodyLimits["postDialOut"] == 262_144)
    }
}
