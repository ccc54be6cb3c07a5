import Basis
import Cmdlets
import Dialing
import Web

/// `POST /v1/operators/{operator}/number-orders` as it came: JSON, or CSV whose first line names the column `Numbers`, or `TelephoneNumber`, and perhaps
/// `City`, with the rest in the query (domain reference §7.3).
struct OrderRequest {
    let tenant: String
    var terms = NumberOrder.Terms()
    private(set) var numbers: [String] = []
    private(set) var cities: [String: String] = [:]

    /// A number as a text, or with its city.
    private enum Wanted: Decodable {
        case number(String)
        case located(Located)

        struct Located: Decodable {
            let number: String
            let city: String?
        }

        init(from decoder: any Decoder) throws {
            let container = try decoder.singleValueContainer()
            self = if let text = try? container.decode(String.self) { .number(text) } else { .located(try Located(from: decoder)) }
        }
    }

    private struct Body: Decodable {
        let tenant: String?
        let usage: PhoneNumberAssignment.Usage?
        let numbers: [Wanted]?
        let ticket: String?
        let country: Country?
        let city: String?
        let callingProfile: String?
        let capabilities: [PhoneNumberAssignment.Provision.Capability]?
        let civicAddressId: String?, locationId: String?
        let locationUpdateSupported: Bool?
    }

    /// Parameters of the query that go with CSV.
    static let parameters = ["tenant", "usage", "ticket", "country", "city", "callingProfile"]

    init(_ call: APICall) throws {
        if call.request.headers["content-type"]?.lowercased().contains("csv") ?? false {
            try self.init(csv: call)
        } else {
            try self.init(json: call)
        }
        try check()
    }

    private init(json call: APICall) throws {
        if let item = call.request.query.items.first { throw InvalidField(item.name, "goes with text/csv; in JSON it is a member") }
        let body = try call.body(Body.self)
        guard let tenant = body.tenant else { throw InvalidField("tenant", "is required") }
        self.tenant = tenant
        terms.usage = body.usage ?? .conference
        (terms.ticket, terms.country, terms.city) = (body.ticket, body.country, body.city)
        var provision = PhoneNumberAssignment.Provision()
        (provision.callingProfile, provision.capabilities) = (body.callingProfile, body.capabilities)
        (provision.civicAddressId, provision.locationId) = (body.civicAddressId, body.locationId)
        provision.locationUpdateSupported = body.locationUpdateSupported
        terms.provision = provision == PhoneNumberAssignment.Provision() ? nil : provision
        for wanted in body.numbers ?? [] {
            switch wanted {
            case .number(let text): numbers.append(text)
            case .located(let located):
                numbers.append(located.number)
                cities[located.number] = located.city
            }
        }
    }

    private init(csv call: APICall) throws {
        let query = call.request.query
        guard let tenant = query["tenant"] else { throw InvalidField("tenant", "is required in the query") }
        self.tenant = tenant
        terms.usage = try call.choice("usage", of: PhoneNumberAssignment.Usage.self) ?? .conference
        (terms.ticket, terms.country, terms.city) = (query["ticket"], try call.country("country"), query["city"])
        if let profile = query["callingProfile"] {
            terms.provision = PhoneNumberAssignment.Provision()
            terms.provision?.callingProfile = profile
        }
        guard let text = String(utf8: call.request.body[...]) else { throw InvalidField("body", "is UTF-8 text") }
        try read(text)
    }

    /// Names of the column that has the numbers, as people and `Export-Csv` of an inventory write them.
    private static let numberColumns = ["numbers", "number", "telephonenumber"]

    /// A table with commas, semicolons or tabs (RFC 4180).
    private mutating func read(_ text: String) throws(InvalidField) {
        var reader = CSVReader(text, delimiter: CSVReader.delimiter(of: text)), line = 1
        let head = (reader.next() ?? []).map { $0[...].trimmed.lowercased() }
        guard let column = head.firstIndex(where: Self.numberColumns.contains) else {
            throw InvalidField("body", "is CSV whose first line has the column Numbers, or TelephoneNumber")
        }
        let names = head.map { Self.numberColumns.contains($0) ? "numbers" : $0 }
        if let other = names.first(where: { !["numbers", "city"].contains($0) }) {
            throw InvalidField("body", "has the columns Numbers and City, not \(other.excerpt)")
        }
        guard Set(names).count == names.count else { throw InvalidField("body", "has a column twice in its first line") }
        let city = head.firstIndex(of: "city")
        while let cells = reader.next()?.map({ CSVText.read(String($0[...].trimmed)) }) {
            line += 1
            if cells.allSatisfy(\.isEmpty) { continue }
            guard cells.count == head.count else {
                throw InvalidField("body", "has \(cells.count) columns in row \(line), where the first has \(head.count)")
            }
            let number = cells[column]
            guard !number.isEmpty else { throw InvalidField("body", "has no number in row \(line)") }
            numbers.append(number)
            if let city, !cells[city].isEmpty { cities[number] = cells[city] }
        }
        if reader.isUnclosed { throw InvalidField("body", "ends within a quote that is not closed") }
    }

    /// What makes it the same order, as JSON or CSV, in whatever order and with whatever blanks it is written.
    var content: [UInt8] {
        struct Content: Encodable {
            let tenant: String, terms: NumberOrder.Terms, numbers: [String], cities: [String: String]
        }
        return JSON.encodeStably(Content(tenant: tenant, terms: terms, numbers: numbers, cities: cities))
    }

    private func check() throws(InvalidField) {
        guard !numbers.isEmpty else { throw InvalidField("numbers", "is required") }
        guard numbers.count <= NumberOrder.limit else { throw InvalidField("numbers", "has at most \(NumberOrder.limit) entries") }
        if let ticket = terms.ticket, !(1...64).contains(ticket.utf8.count) || !ticket.isPrintable {
            throw InvalidField("ticket", "has 1 to 64 bytes without control characters")
        }
        for city in [terms.city].compactMap(\.self) + cities.values where !(1...256).contains(city.utf8.count) || !city.isPrintable {
            throw InvalidField("city", "has 1 to 256 bytes without control characters")
        }
        if let broken = terms.provision?.brokenRule(for: terms.usage) { throw InvalidField(broken.field, broken.rule) }
    }
}
