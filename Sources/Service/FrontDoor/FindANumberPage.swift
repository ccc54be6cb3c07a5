import Cmdlets
import Dialing
import Web

/// The public page of a bridge: every number on it, by country and city, with the languages that its callers hear (domain reference §7.4).
/// It needs no script.
struct FindANumberPage: Sendable {
    private let tenant: Tenant

    init(_ tenant: Tenant) { self.tenant = tenant }

    private struct Entry {
        let number: PhoneNumberAssignment
        let country: String
        let code: String
    }

    private var entries: [Entry] {
        tenant.numbers.filter { $0.status == .conferenceAssigned }.map { number in
            Entry(number: number, country: number.country?.name ?? "International", code: number.country?.description ?? "international")
        }.sorted { left, right in
            let (a, b) = ((left.country, left.number.city ?? ""), (right.country, right.number.city ?? ""))
            if left.number.isTollFree != right.number.isTollFree, a.0 == b.0 { return right.number.isTollFree }
            return a == b ? left.number.telephoneNumber < right.number.telephoneNumber : a < b
        }
    }

    var html: String {
        let entries = entries
        var countries: [(code: String, name: String, entries: [Entry])] = []
        for entry in entries {
            if countries.last?.code != entry.code { countries.append((entry.code, entry.country, [])) }
            countries[countries.count - 1].entries.append(entry)
        }
        let list = countries.map { "<li><a href=\"#\($0.code)\">\($0.name.escaped)</a></li>" }.joined(separator: "\n")
        let parts = countries.map { part($0.code, $0.name, $0.entries) }.joined(separator: "\n")
        let intro =
            entries.isEmpty
            ? "<p>There are no telephone numbers at present.</p>"
            : """
            <p>Each of these numbers joins any meeting of \(tenant.displayName.escaped); the conference ID stands in the invite.</p>
            <nav aria-label="Countries and regions"><ul>
            \(list)
            </ul></nav>
            """
        return Self.document(title: "Find a local number: \(tenant.displayName)", heading: "Find a local number", intro + "\n" + parts)
    }

    private func part(_ code: String, _ name: String, _ entries: [Entry]) -> String {
        let rows = entries.map { entry in
            let number = entry.number, text = number.telephoneNumber.description
            let languages = number.languages.map(\.escaped).joined(separator: ", ")
            return """
                <tr><th scope="row">\(number.city?.escaped ?? "No city")</th><td><a href="tel:\(text)">\(text)</a></td>\
                <td>\(number.isTollFree ? "Toll-free" : "Toll")</td><td>\(languages)</td></tr>
                """
        }
        return """
            <section aria-labelledby="\(code)">
            <h2 id="\(code)">\(name.escaped)</h2>
            <table>
            <thead><tr><th scope="col">City</th><th scope="col">Number</th><th scope="col">Charge</th><th scope="col">Languages</th></tr></thead>
            <tbody>
            \(rows.joined(separator: "\n"))
            </tbody>
            </table>
            </section>
            """
    }

    /// For a link that leads nowhere.
    static let missing = document(
        title: "No such page", heading: "No such page",
        "<p>This link leads to no telephone numbers. Please take it from the meeting's invite once more.</p>")

    private static func document(title: String, heading: String, _ content: String) -> String {
        """
        <!doctype html>
        <html lang="en">
        <head>
        <meta charset="utf-8">
        <meta name="viewport" content="width=device-width, initial-scale=1">
        <meta name="color-scheme" content="light dark">
        <meta name="robots" content="noindex">
        <title>\(title.escaped)</title>
        <link rel="stylesheet" href="/theme.css">
        <link rel="stylesheet" href="/findanumber.css">
        </head>
        <body>
        <main>
        <h1>\(heading.escaped)</h1>
        \(content)
        </main>
        </body>
        </html>

        """
    }
}

extension PhoneNumberAssignment {
    /// The names of the languages that callers hear, the first one first; where none was set, that of the number's country, or English.
    fileprivate var languages: [String] {
        let known = NumberLanguage.supported
        let own = country.flatMap { country in known.first { $0.code.hasSuffix("-\(country)") }?.code } ?? "en-US"
        return ([primaryLanguage ?? own] + secondaryLanguages).map { code in known.first { $0.code == code }?.name ?? code }
    }
}

extension String {
    /// As text or an attribute's value of HTML.
    fileprivate var escaped: String {
        reduce(into: "") { text, character in
            switch character {
            case "&": text += "&amp;"
            case "<": text += "&lt;"
            case ">": text += "&gt;"
            case "\"": text += "&quot;"
            case "'": text += "&#39;"
            default: text.append(character)
            }
        }
    }
}

extension Service {
    /// `GET /find-a-number/{link}`: needs no token; who has the link has an invite.
    func findANumber(_ call: APICall) async throws -> Response {
        guard let tenant = conferenceLinks.tenant(of: call["link"]).flatMap({ directory.tenant($0) }) else {
            return .page(404, FindANumberPage.missing, for: call.request)
        }
        let page = FindANumberPage(tenant)
        guard tenant.numbers.count > Self.numbersOnLoop else { return .page(200, page.html, for: call.request) }
        guard let html = await world.aside({ page.html }) else { throw Problem.tooManyBodies }
        return .page(200, html, for: call.request)
    }

    /// Numbers of a tenant up to which the page is made on the loop.
    private static let numbersOnLoop = 100
}
