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
        let ownLimits: Trunk.OwnLimits?
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
    let sharedNumbers: [Operator.SharedNumber]?
    let trunkSettings: [Trunk.Setting]?

    func `operator`(id: String, before: Operator?) throws(InvalidField) -> Operator {
        var carrier = Operator(id: id, name: name)
        if let products { carrier.products = products }
        carrier.countries = countries ?? []
        if let failoverCodes { carrier.failoverCodes = failoverCodes }
        if let failoverSeconds { carrier.failoverSeconds = failoverSeconds }
        (carrier.sharedNumbers, carrier.trunkSettings) = (sharedNumbers, trunkSettings)
        for (index, body) in (trunks ?? []).enumerated() {
            carrier.trunks.append(try trunk(body, at: index, before: before?.trunks.first { $0.name == body.name }))
        }
        return carrier
    }

    private func trunk(_ body: TrunkBody, at index: Int, before: Trunk?) throws(InvalidField) -> Trunk {
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
        if let ownLimits = body.ownLimits ?? before?.ownLimits { trunk.limit { $0 = ownLimits } }
        do throws(InvalidField) { try trunk.checkAddresses() } catch { throw InvalidField("trunks[\(index)].\(error.field)", error.rule) }
        return trunk
    }
}

extension Trunk {
    /// Whether its URI, and the hosts that it may redirect to, can be spoken to (RFC 3261 §19.1).
    fileprivate func checkAddresses() throws(InvalidField) {
        _ = try TrunkURI(uri)
        for (place, host) in (redirectHosts ?? []).enumerated() {
            guard !host.contains(";"), (try? TrunkURI("sip:\(host)")) != nil else {
                throw InvalidField("redirectHosts[\(place)]", "is host[:port], not \(host.excerpt)")
            }
        }
    }
}

/// `PATCH /v1/operators/{operator}/trunks/{trunk}`: what is left out stays, and null is what there is without the setting.
struct TrunkChange: Decodable {
    /// Whether it says that the trunk takes calls, or none: whatever a drain was to end stays then.
    let turns: Bool
    private var changes: [(inout Trunk, _ isOwn: Bool) -> Void] = []

    private enum Key: String, CodingKey {
        case enabled, uri, priority, weight, maxConcurrentCalls, maxCallsPerSecond, maxQueuedCalls, maxQueueSeconds, options, redirectHosts
        case calledNumberRules, callerIDRules, username, password
    }

    init(from decoder: any Decoder) throws {
        let members = try decoder.container(keyedBy: Key.self)
        turns = members.contains(.enabled)
        func note<Value: Decodable>(_ key: Key, _ type: Value.Type, _ set: @escaping (inout Trunk, Value?) -> Void) throws {
            guard members.contains(key) else { return }
            let value = try members.decodeIfPresent(type, forKey: key)
            changes.append { trunk, _ in set(&trunk, value) }
        }
        func limit(_ key: Key, _ limit: WritableKeyPath<Trunk, Int?>, _ own: WritableKeyPath<Trunk.OwnLimits, Int?>) throws {
            guard members.contains(key) else { return }
            let value = try members.decodeIfPresent(Int.self, forKey: key)
            changes.append { trunk, isOwn in
                guard isOwn else { return trunk[keyPath: limit] = value }
                if value != trunk.inForce[keyPath: limit] || value == nil { trunk.limit { $0[keyPath: own] = value } }
            }
        }
        if members.contains(.uri) {
            let uri = try members.decode(String.self, forKey: .uri)
            changes.append { trunk, _ in trunk.uri = uri }
        }
        try note(.enabled, Bool.self) { $0.enabled = $1 ?? true }
        try note(.priority, Int.self) { $0.priority = $1 ?? 1 }
        try note(.weight, Int.self) { $0.weight = $1 ?? 1 }
        try limit(.maxConcurrentCalls, \.maxConcurrentCalls, \.maxConcurrentCalls)
        try limit(.maxCallsPerSecond, \.maxCallsPerSecond, \.maxCallsPerSecond)
        try note(.maxQueuedCalls, Int.self) { if $1 != $0.maxQueuedCalls ?? Trunk.queueLimit { $0.maxQueuedCalls = $1 } }
        try note(.maxQueueSeconds, Int.self) { if $1 != $0.maxQueueSeconds ?? Trunk.queueSeconds { $0.maxQueueSeconds = $1 } }
        try note(.options, OperatorBody.OptionsBody.self) { $0.options = $1?.probing }
        try note(.redirectHosts, [String].self) { $0.redirectHosts = $1 }
        try note(.calledNumberRules, [NumberRule].self) { $0.calledNumberRules = $1 }
        try note(.callerIDRules, [NumberRule].self) { $0.callerIDRules = $1 }
        try note(.username, String.self) { $0.username = $1 }
        try note(.password, Secret.self) { $0.password = $1 }
    }

    /// Limits that the operator sets are its own, below the platform's.
    func apply(to trunk: inout Trunk, by asker: Asker) throws(InvalidField) {
        guard !changes.isEmpty else { throw InvalidField("body", "names a setting of the trunk") }
        let before = trunk, isOwn = asker != .platform
        for change in changes { change(&trunk, isOwn) }
        if trunk.uri != before.uri || trunk.redirectHosts != before.redirectHosts { try trunk.checkAddresses() }
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
    let products: [Operator.Product]?
    let contact: ContactBody?
    let companySize: JSONValue?
    let acceptDataTransfer: Bool?

    func relation(to carrier: Operator) throws(InvalidField) -> TenantOperator {
        guard acceptDataTransfer == true else {
            throw InvalidField("acceptDataTransfer", "must be true: the operator is shown the contact")
        }
        var relation = TenantOperator(
            operatorID: carrier.id, countries: countries ?? [],
            contact: .init(fullName: contact?.fullName ?? "", email: contact?.email ?? "", phone: contact?.phone),
            companySize: try companySize?.companySize ?? "")
        relation.products = products
        if let broken = relation.brokenRule { throw InvalidField(broken.field, broken.rule) }
        return relation
    }
}

/// `PATCH /v1/tenants/{tenant}/operators/{operator}`: what is left out stays.
struct MyOperatorChange: ChangeBody {
    /// A telephone number that is null is taken away.
    struct ContactChange: Decodable {
        let fullName: String?
        let email: String?
        let phone: String??

        private enum Key: CodingKey { case fullName, email, phone }

        init(from decoder: any Decoder) throws {
            let members = try decoder.container(keyedBy: Key.self)
            fullName = try members.changed(.fullName)
            email = try members.changed(.email)
            phone = try members.removable(.phone)
        }
    }

    static let removable: Set = ["products"]

    let status: TenantOperator.Status?
    let countries: [Country]?
    /// Null is all that the operator offers.
    let products: [Operator.Product]??
    let contact: ContactChange?
    let companySize: JSONValue?

    private enum Key: CodingKey { case status, countries, products, contact, companySize }

    init(from decoder: any Decoder) throws {
        let members = try decoder.container(keyedBy: Key.self)
        status = try members.decodeIfPresent(TenantOperator.Status.self, forKey: .status)
        countries = try members.decodeIfPresent([Country].self, forKey: .countries)
        products = try members.removable(.products)
        contact = try members.decodeIfPresent(ContactChange.self, forKey: .contact)
        companySize = try members.decodeIfPresent(JSONValue.self, forKey: .companySize)
    }

    func apply(to relation: inout TenantOperator) throws(InvalidField) {
        if let status { relation.status = status }
        if status == .suspended, relation.agreement?.forbids == true { relation.agreement?.wasSuspended = true }
        if let countries { relation.countries = countries }
        if let products { relation.products = products }
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
