import Foundation
import Service
import Testing

/// What the console is for each role, by the keyboard alone.
@Suite("The console of each role", .aFewAtATime)
struct ConsoleRoleTests {
    private static let sections = "[...document.querySelectorAll('nav a[data-screen]')].map(a => a.textContent).join(' ')"

    private func begin(_ service: RunningService, token: String, at path: String) async throws -> Browser {
        let browser = try await Browser(in: service.folder)
        try await browser.open("http://127.0.0.1:\(service.http)/#token=\(token)&to=/\(path)")
        try await browser.until("document.querySelector('nav a')")
        return browser
    }

    private func token(_ service: RunningService, _ body: String) async throws -> String {
        try await service.must("POST", "/v1/tokens", body)["token"].string ?? ""
    }

    @Test("without a token there is a form for one; a wrong one is said to be wrong; signing out forgets it")
    func signIn() async throws {
        let service = try await RunningService()
        try await service.configure(trunkPort: 9)
        let browser = try await Browser(in: service.folder)
        try await browser.open("http://127.0.0.1:\(service.http)/")
        try await browser.until("document.activeElement?.name === 'token'")
        try await browser.command("Input.insertText", ["text": .string("dialout_wrong")])
        try await browser.press("Enter")
        try await browser.until("document.querySelector('[name=token]').getAttribute('aria-invalid') === 'true'")
        try await browser.sees("The service does not know this token")
        try await browser.fill("Token", try await service.adminToken())
        try await browser.press("Enter")
        try await browser.until("\(Self.sections) === 'Overview Calls Routing Operators Numbers Users Audit Settings'")
        try await browser.sees("Administrator · contoso")
        try await browser.activate("Sign out")
        try await browser.until("document.activeElement?.name === 'token' && sessionStorage.length === 0")
    }

    @Test("the platform finds what is nobody's but its own in the audit, searched by the service, from where it came")
    func platformAudit() async throws {
        let service = try await RunningService()
        try await service.configure(trunkPort: 9)
        _ = try await service.must("PUT", "/v1/tenants/fabrikam", #"{"displayName":"Fabrikam","country":"US"}"#)
        let browser = try await begin(service, token: RunningService.token, at: "audit")
        try await browser.sees("operator acme")
        #expect(try await browser.value("document.querySelector('.changes').innerText.includes('user alice@')") == .bool(false))
        try await browser.value("document.querySelector('.changes details').open = true")
        try await browser.sees("from 127.0.0.1")
        #expect(try await browser.value("[...document.querySelectorAll('.changes button')].length").integer == 0, "nothing to undo")
        try await browser.fill("Search changes", "no such thing")
        try await browser.sees("No changes.")
        try await browser.until("location.hash.includes('no%20such%20thing') || location.hash.includes('no+such+thing')")
    }

    @Test("an operator sees its own trunks and calls, uploads numbers, takes a trunk out and puts it back")
    func operatorRole() async throws {
        let service = try await RunningService()
        try await service.configure(trunkPort: 9)
        let secret = try await token(service, #"{"role":"operator","operator":"acme","name":"NOC"}"#)
        let browser = try await begin(service, token: secret, at: "operators")
        try await browser.until("\(Self.sections) === 'Overview Calls Operators Numbers'")
        try await browser.sees("0 of any channels")
        try await browser.activate("Take out: t1")
        try await browser.sees("Taken out")
        #expect(try await service.must("GET", "/v1/operators/acme/trunks/t1")["enabled"] == .bool(false))
        try await browser.activate("Put back: t1")
        try await browser.until("!document.body.innerText.includes('Taken out')")
        #expect(try await service.must("GET", "/v1/operators/acme/trunks/t1")["enabled"] == .bool(true))
        try await browser.activate("Drain: t1")
        try await browser.fill("Seconds", "0")
        try await browser.activate("Drain")
        try await browser.sees("t1 is drained.")

        try await browser.activate("Numbers")
        try await browser.fill("Tenant", "contoso")
        try await browser.fill("Numbers, one a line", "+14255550160\n123")
        try await browser.activate("Upload")
        try await browser.until("document.querySelector('.findings .bad strong')?.textContent === '123'")
        let numbers = try await service.must("GET", "/v1/tenants/contoso/document")["tenant"]["numbers"].array
        #expect(numbers.map { $0["telephoneNumber"].string }.contains("+14255550160"))

        try await browser.open("http://127.0.0.1:\(service.http)/#/operators")
        try await browser.sees("no word yet")
        try await browser.activate("Accept: contoso")
        try await browser.activate("Accept")
        try await browser.until("[...document.querySelectorAll('.badge')].some(badge => badge.textContent === 'Accepted')")
        #expect(try await service.must("GET", "/v1/operators/acme/consents/contoso")["agreement"]["status"].string == "accepted")
        try await browser.activate("Decline: contoso")
        try await browser.fill("Reason", "The contract was not signed.")
        try await browser.activate("Decline")
        try await browser.until("[...document.querySelectorAll('.badge')].some(badge => badge.textContent === 'Declined')")

        try await browser.open("http://127.0.0.1:\(service.http)/#/routing")
        try await browser.sees("A token of the role Operator has nothing here.")
        #expect(browser.complaints.isEmpty, "\(browser.complaints)")
    }

    @Test("a meeting service reads its calls and tries numbers, and is shown nothing that would change a thing")
    func meetingRole() async throws {
        let service = try await RunningService()
        let port = Running.freePort()
        let stub = try Child(
            Running.executable.path, ["operator-stub", "--listen", "127.0.0.1:\(port)", "--operator", "A"], in: service.folder)
        try await service.configure(trunkPort: port)
        let id = try await service.dial("+14255550999")
        let browser = try await begin(service, token: try await service.adminToken("meeting"), at: "calls/\(id)")
        try await browser.until("\(Self.sections) === 'Overview Calls'")
        try await browser.until("document.querySelector('.panel .badge')?.textContent === 'Ringing'")
        #expect(try await browser.value("document.querySelectorAll('.danger').length").integer == 0)
        try await browser.press("Escape")
        try await browser.until("!document.querySelector('.panel')")
        try await browser.activate("What would happen if …")
        try await browser.fill("Organizer", "alice@contoso.example")
        try await browser.fill("Number", "911")
        try await browser.activate("Decide")
        try await browser.sees("It would be refused: emergency number.")
        #expect(browser.complaints.isEmpty, "\(browser.complaints)")
        _ = await stub.end()
    }

    @Test("the platform sets a tenant's minutes, credits and what recharges them, and an empty field takes a figure away")
    func money() async throws {
        let service = try await RunningService()
        try await service.configure(trunkPort: 9)
        let browser = try await begin(service, token: RunningService.token, at: "settings/calls")
        try await browser.fill("Tenant", "conto")
        try await browser.press("Enter")
        try await browser.sees("Minutes and credits are not metered.")
        try await browser.fill("Licences that the pool of minutes is reckoned by (platform)", "2")
        try await browser.fill("Credits paid in, in all, in minutes (platform)", "90")
        try await browser.fill("Recharge credits below so many minutes; none: never (platform)", "20")
        try await browser.fill("Minutes of a recharge (platform)", "50")
        try await browser.activate("Save")
        try await browser.sees("Credits: 90 minutes left of 90 paid in")
        let path = "/v1/tenants/contoso/settings", set = try await service.must("GET", path)
        #expect(set["purchasedStandardLicences"].integer == 2 && set["communicationsCreditsBalance"].integer == 90)
        #expect(set["communicationsCreditsAutoRecharge"] == .object(["trigger": .integer(20), "amount": .integer(50)]))
        try await browser.fill("Recharge credits below so many minutes; none: never (platform)", "")
        try await browser.fill("Minutes of a recharge (platform)", "")
        try await browser.activate("Save")
        let isGone = try await eventually { try await service.must("GET", path)["communicationsCreditsAutoRecharge"] == .null }
        #expect(isGone && browser.complaints.isEmpty, "\(browser.complaints)")
    }

    @Test("the platform chooses a tenant, or sees all; it makes an operator, whose fault is shown at its field")
    func platformRole() async throws {
        let service = try await RunningService()
        try await service.configure(trunkPort: 9)
        _ = try await service.must("PUT", "/v1/tenants/fabrikam", #"{"displayName":"Fabrikam","country":"GB"}"#)
        let browser = try await begin(service, token: RunningService.token, at: "routing")
        try await browser.sees("Choose a tenant above.")
        // A slow answer, while which the field asks once more for what it could offer.
        try await browser.value(
            """
            (() => { const real = window.fetch; window.fetch = async (...what) => {
              if (String(what[0]).includes('search=conto')) await new Promise(done => setTimeout(done, 400));
              return real(...what); }; })()
            """)
        try await browser.fill("Tenant", "conto")
        try await browser.press("Enter")
        try await browser.until("document.querySelectorAll('.routes > li').length === 1")
        try await browser.reload()
        try await browser.until("document.querySelector('#tenant')?.value === 'Contoso (contoso)'")
        try await browser.open("http://127.0.0.1:\(service.http)/#/operators/new")
        try await browser.fill("Id", "voz")
        try await browser.until("document.querySelector('fieldset.trunk')")
        try await browser.fill("SIP URI", "sip:127.0.0.1:9")
        try await browser.fill("Calls at a time", "30")
        try await browser.fill("Next trunk after seconds of silence", "900")
        try await browser.reach("Save")
        #expect(try await browser.value("document.querySelector('[name=name]').value").string == "")
        try await browser.fill("Name", "Voz")
        try await browser.fill("Next trunk after seconds of silence", "20")
        try await browser.fill("Countries or regions", "ES, ESP")
        try await browser.activate("Save")
        try await browser.until(
            "document.activeElement.name === 'countries' && document.activeElement.getAttribute('aria-invalid') === 'true'")
        try await browser.fill("Countries or regions", "ES, PT")
        try await browser.activate("Save")
        try await browser.sees("Trunks of Voz")
        let made = try await service.must("GET", "/v1/operators/voz")
        #expect(made["countries"] == .array([.string("ES"), .string("PT")]) && made["failoverSeconds"].integer == 20)
        #expect(made["trunks"].array[0]["maxConcurrentCalls"].integer == 30 && made["trunks"].array[0]["name"].string == "sbc1")
        #expect(browser.complaints.isEmpty, "\(browser.complaints)")
    }
}
