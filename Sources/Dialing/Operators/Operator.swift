import Basis

/// A telephone operator and its trunks, as the platform knows it (domain reference §7.1, contract "Tenants, operators, numbers").
package struct Operator: Codable, Equatable, Sendable {
    package var id: String
    package var name: String
    package var products: [Product]
    package var countries: [Country]
    package var trunks: [Trunk]
    /// Final answers after which the next trunk is tried; everything else ends the call (domain reference §9.3).
    package var failoverCodes: [Int] = [408, 503, 504]
    /// Seconds without a 101–199 or a final answer until the next trunk is tried.
    package var failoverSeconds = 10
    /// Of the service's own carrier alone: toll numbers that each new tenant's bridge gets (domain reference §7.4).
    package var sharedNumbers: [SharedNumber]?
    /// What it may change of its trunks; nil means ``usualTrunkSettings``.
    package var trunkSettings: [Trunk.Setting]?

    package struct SharedNumber: Codable, Equatable, Sendable {
        package var number: E164
        package var city: String?
        /// What callers hear, the first one first; fixed for a tenant.
        package var languages: [String]?
    }

    package enum Product: String, Codable, CaseIterable, Sendable { case calling = "Calling", conferencing = "Conferencing" }

    /// Whether it holds a password of a trunk.
    package var hasPassword: Bool { trunks.contains { $0.password != nil } }

    /// The id under which the service's own carrier is configured: it takes unmatched calls of a Standard licence.
    package static let serviceCarrier = "service-carrier"

    package init(
        id: String, name: String, products: [Product] = [.conferencing], countries: [Country] = [], trunks: [Trunk] = [],
        failoverCodes: [Int] = [408, 503, 504], failoverSeconds: Int = 10
    ) {
        self.id = id
        self.name = name
        self.products = products
        self.countries = countries
        self.trunks = trunks
        self.failoverCodes = failoverCodes
        self.failoverSeconds = failoverSeconds
    }
}

/// One SIP peer of an operator.
package struct Trunk: Codable, Equatable, Sendable {
    package var name: String
    /// `sip:host[:port][;transport=udp|tcp|tls]`.
    package var uri: String
    /// The lowest is tried first.
    package var priority = 1
    /// Share among trunks of equal priority.
    package var weight = 1
    /// Off, it takes no new calls; those in progress go on (domain reference §8.11).
    package var enabled = true
    package var maxConcurrentCalls: Int?
    package var maxCallsPerSecond: Int?
    /// The operator's own limits below these.
    package var ownLimits: OwnLimits?
    /// Dial-outs that may wait for a channel or for the rate; 0 lets none wait, nil means ``queueLimit``.
    package var maxQueuedCalls: Int?
    /// How long one may wait; nil means ``queueSeconds``.
    package var maxQueueSeconds: Int?
    /// How it is asked for a sign of life; nil means ``Probing/standard``.
    package var options: Probing?
    package var username: String?
    package var password: Secret?
    /// Hosts of the operator, `host[:port]`, to which a 3xx of this trunk may send a call on; nil or none: a 3xx is a failure.
    package var redirectHosts: [String]?

    package init(name: String, uri: String, priority: Int = 1, weight: Int = 1) {
        self.name = name
        self.uri = uri
        self.priority = priority
        self.weight = weight
    }

    /// How numbers are written for it (domain reference §5.2): of each list the first rule that matches, where one does. For the Request-URI
    /// and `To`, and for `From` and `P-Asserted-Identity`.
    package var calledNumberRules: [NumberRule]?
    package var callerIDRules: [NumberRule]?

    package static let queueLimit = 1_000
    package static let queueSeconds = 30
    package static let redirectHostLimit = 8

    /// OPTIONS to the trunk (domain reference §9.3).
    package struct Probing: Codable, Equatable, Sendable {
        /// Between two of them; 0 sends none.
        package var seconds: Int
        /// So many in a row unanswered, and the trunk is tried last.
        package var downAfter: Int
        /// So many in a row answered, and it is back.
        package var upAfter: Int

        package static let standard = Probing(seconds: 60, downAfter: 3, upAfter: 2)

        package init(seconds: Int, downAfter: Int, upAfter: Int) {
            (self.seconds, self.downAfter, self.upAfter) = (seconds, downAfter, upAfter)
        }
    }
}

/// "My operator": the consent between a tenant and an operator (domain reference §7.1).
package struct TenantOperator: Codable, Equatable, Sendable {
    package var operatorID: String
    package var status = Status.active
    package var countries: [Country]
    package var contact: Contact
    package var companySize: String
    /// Milliseconds since 1970 at which the tenant added it; nil for a relation of an earlier version.
    package var since: Int?
    /// Services that the tenant has chosen; nil: all that the operator offers.
    package var products: [Operator.Product]?
    /// What the operator said to it; nil as long as it said nothing.
    package var agreement: Agreement?

    package enum Status: String, Codable, CaseIterable, Sendable { case active, suspended }

    package func offers(_ product: Operator.Product) -> Bool { products?.contains(product) ?? true }

    /// The number's country where the tenant has not chosen it of the operator: the country that was said of the number, or else its own. A number
    /// of no country, as one that is toll-free in all of North America, is covered (domain reference §7.1).
    func countryLeftOut(said: Country?, of facts: @autoclosure () -> NumberFacts) -> Country? {
        guard let country = said ?? facts().country, !countries.contains(country) else { return nil }
        return country
    }

    /// The operator's word (domain reference §7.1). While it is declined or terminated, the relation is suspended.
    package struct Agreement: Codable, Equatable, Sendable {
        package enum Status: String, Codable, CaseIterable, Sendable { case accepted, declined, terminated }
        package var status: Status
        /// Asked for where it is declined or terminated.
        package var reason: String?
        /// Milliseconds since 1970.
        package var at: Int

        /// Whether the tenant had suspended it by itself when it was declined or terminated, and has it suspended again once it is accepted.
        package var wasSuspended: Bool?

        package init(status: Status, reason: String?, at: Int) { (self.status, self.reason, self.at) = (status, reason, at) }

        package var forbids: Bool { status != .accepted }

        /// What the operator said of it.
        var word: Agreement { Agreement(status: status, reason: reason, at: at) }
    }
    package struct Contact: Codable, Equatable, Sendable {
        package var fullName: String
        package var email: String
        package var phone: String?

        package init(fullName: String, email: String, phone: String? = nil) {
            self.fullName = fullName
            self.email = email
            self.phone = phone
        }
    }

    package init(operatorID: String, countries: [Country], contact: Contact, companySize: String) {
        self.operatorID = operatorID
        self.countries = countries
        self.contact = contact
        self.companySize = companySize
    }
}
