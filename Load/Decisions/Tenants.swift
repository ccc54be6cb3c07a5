import Dialing

let telecom = Operator(id: "telecom", name: "Telecom", trunks: [Trunk(name: "a", uri: "sip:127.0.0.1:5070")])

/// The number of a tenant, one for each name.
func source(of id: String) -> E164 {
    let place = id.utf8.reduce(0 as UInt64) { ($0 &* 131 &+ UInt64($1)) % 7_000_000 }
    return try! E164("+1206\(2_000_000 + place)")
}

/// A tenant whose Global policy has so many routes in one usage, each for one prefix of its own; `salt` makes other prefixes.
func makeTenant(_ id: String, routes: Int, salt: Int = 0) -> Tenant {
    let source = source(of: id)
    var tenant = Tenant(id: id, displayName: "Tenant \(id)", country: Country("US")!)
    tenant.numbers = [
        PhoneNumberAssignment(telephoneNumber: source, operatorID: telecom.id, country: Country("US"), status: .conferenceAssigned)
    ]
    let contact = TenantOperator.Contact(fullName: "Ann", email: "ann@\(id).example")
    tenant.operators = [TenantOperator(operatorID: telecom.id, countries: [Country("US")!], contact: contact, companySize: "1-50")]
    tenant.pstnUsages = ["All"]
    for index in 0..<routes {
        tenant.voiceRoutes["Route \(index)"] = VoiceRoute(
            name: "Route \(index)", numberPattern: pattern(index + salt), onlinePstnUsages: ["All"], bridgeSourcePhoneNumber: source,
            priority: index + 1)
    }
    tenant.routingPolicies["Global"] = AudioConferencingRoutingPolicy(name: "Global", onlinePstnUsages: ["All"])
    return tenant
}

private func pattern(_ index: Int) -> String { "^\\+1\(200_000 + index % 800_000)\\d{4}$" }

/// A number that route `index` matches.
func dialled(_ index: Int) -> String { "+1\(200_000 + index % 800_000)5678" }
