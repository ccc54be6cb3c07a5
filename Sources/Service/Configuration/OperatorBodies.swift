import Basis
import Dialing
import SIP

/// `PUT /v1/operators/{operator}` as it came: what is left out has the domain's default, and a password that is left out stays.
struct OperatorBody: Decodable {
    struct TrunkBody: Decodable {
        let name: String
        let uri: String
        let priority: Int?
        let weight: Int?
        let enabled: Bool?
        let maxConcurrentCalls: Int?
        let maxCallsPerSecond: Int?
        let maxQueuedCalls: Int?
        let maxQueueSeconds: Int?
        let options: OptionsBody?
        let username: String?
        let password: Secret?
        let redirectHosts: [String]?
        let calledNumberRules: [NumberRule]?
        let callerIDRules: [NumberRule]?
    }
    struct OptionsBody: Decodable {
        let seconds: Int?
        let downAfter: Int?
        let upAfter: Int?

        var probing: Trunk.Probing {
            let standard = Trunk.Probing.standard
            return .init(
                seconds: seconds ?? standard.seconds, downAfter: downAfter ?? standard.downAfter, upAfter: upAfter ?? standard.upAfter)
        }
    }
    let name: String
    let products: [Operator.Product]?
    let countries: [Country]?
    let trunks: [TrunkBody]?
    let failoverCodes: [Int]?
    let failoverSeconds: Int?

    func `operator`(id: String, before: Operator?) throws(InvalidField) -> Operator {
        var carrier = Operator(id: id, name: name)
        if let products { carrier.products = products }
        carrier.countries = countries ?? []
        if let failoverCodes { carrier.failoverCodes = failoverCodes }
        if let failoverSeconds { carrier.failoverSeconds = failoverSeconds }
        for (index, body) in (trunks ?? []).enumerated() {
            carrier.trunks.append(try trunk(body, at: index, before: before?.trunks.first { $0.name == body.name }))
        }
        return carrier
    }

    private func trunk(_ body: TrunkBody, at index: Int, before: Trunk?) throws(InvalidField) -> Trunk {
        do throws(InvalidField) { _ = try TrunkURI(body.uri) } catch {
            throw InvalidField("trunks[\(index)].\(error.field)", error.rule)
        }
        var trunk = Trunk(name: body.name, uri: body.uri, priority: body.priority ?? 1, weight: body.weight ?? 1)
        trunk.enabled = body.enabled ?? true
        trunk.maxConcurrentCalls = body.maxConcurrentCalls
        (trunk.calledNumberRules, trunk.callerIDRules) = (body.calledNumberRules, body.callerIDRules)
        trunk.maxCallsPerSecond = body.maxCallsPerSecond
        trunk.maxQueuedCalls = body.maxQueuedCalls
        trunk.maxQueueSeconds = body.maxQueueSeconds
        trunk.options = body.options?.probing
        trunk.username = body.username
        trunk.password = body.password ?? before?.password
        trunk.redirectHosts = body.redirectHosts
        for (place, host) in (body.redirectHosts ?? []).enumerated() {
            guard !host.contains(";"), (try? TrunkURI("sip:\(host)")) != nil else {
                throw InvalidField("trunks[\(index)].redirectHosts[\(place)]", "is host[:port], not \(host.excerpt)")
            }
        }
        return trunk
    }
}

/// `POST /v1/tenants/{tenant}/operators/{operator}` (domain reference §7.1).
struct MyOperatorBody: Decodable {
    struct ContactBody: Decodable {
        let fullName: String?
        let email: String?
        let phone: String?
    }
    let countries: [Country]?
    let contact: ContactBody?
    let companySize: JSONValue?
    let acceptDataTransfer: Bool?

    func relation(to carrier: Operator) throws(InvalidField) -> TenantOperator {
        guard acceptDataTransfer == true else {
            throw InvalidField("acceptDataTransfer", "must be true: the operator is shown the contact")
        }
        let relation = TenantOperator(
            operatorID: carrier.id, countries: countries ?? [],
            contact: .init(fullName: contact?.fullName ?? "", email: contact?.email ?? "", phone: contact?.phone),
            companySize: try companySize?.companySize ?? "")
        if let broken = relation.brokenRule { throw InvalidField(broken.field, broken.rule) }
        return relation
    }
}

/// `PATCH /v1/tenants/{tenant}/operators/{operator}`: what is left out stays.
struct MyOperatorChange: Decodable {
    let status: TenantOperator.Status?
    let countries: [Country]?
    let contact: MyOperatorBody.ContactBody?
    let companySize: JSONValue?

    func apply(to relation: inout TenantOperator) throws(InvalidField) {
        if let status { relation.status = status }
        if let countries { relation.countries = countries }
        if let contact {
            if let fullName = contact.fullName { relation.contact.fullName = fullName }
            if let email = contact.email { relation.contact.email = email }
            if let phone = contact.phone { relation.contact.phone = phone }
        }
        if let companySize { relation.companySize = try companySize.companySize }
        if let broken = relation.brokenRule { throw InvalidField(broken.field, broken.rule) }
    }
}

extension JSONValue {
    /// A size as people give it: a text such as `51-200`, or a number.
    fileprivate var companySize: String {
        get throws(InvalidField) {
            switch self {
            case .string(let text): text
            case .integer(let number): String(number)
            case .null, .bool, .number, .array, .object: throw InvalidField("companySize", "is a text such as 51-200, or a number")
            }
        }
    }
}

extension Operator {
    /// Without trunk passwords, which can be written and never read.
    var withoutSecrets: Operator {
        var shown = self
        for index in shown.trunks.indices { shown.trunks[index].password = nil }
        return shown
    }

    /// To a tenant an operator is what it offers; how it is reached is between it and the service.
    func shown(to caller: Token) -> Operator {
        var shown = withoutSecrets
        if caller.role == .admin, caller.tenant != nil { shown.trunks = [] }
        return shown
    }
}
