import Foundation
import Service
import Testing

/// The seed's sections, each carried out in the console by the keyboard alone, and looked at through the API.
@Suite("The console, by the keyboard alone", .aFewAtATime)
struct ConsoleSeedTests {
    private static let contact = #""contact":{"fullName":"Ann","email":"ann@contoso.example"},"companySize":"10","acceptDataTransfer":true"#

    /// A tenant with a licensed organizer, two operators on the platform, and an administrator's console at `path`.
    private func console(_ service: RunningService, at path: String) async throws -> Browser {
        for (id, name, countries, products) in [
            ("acme", "Acme Telecom", #"["US","GB"]"#, #"["Conferencing"]"#), ("voz", "Voz Norte", #"["ES"]"#, #"["Calling"]"#),
        ] {
            _ = try await service.must(
                "PUT", "/v1/operators/\(id)",
                #"{"name":"\#(name)","countries":\#(countries),"products":\#(products),"trunks":[{"name":"t1","uri":"sip:127.0.0.1:9"}]}"#)
        }
        _ = try await service.must("PUT", "/v1/tenants/contoso", #"{"displayName":"Contoso","country":"US"}"#)
        _ = try await service.must(
            "PUT", "/v1/tenants/contoso/users/alice@contoso.example",
            #"{"displayName":"Alice","licences":["OperatorConnectConferencing"],"groups":["sales"]}"#)
        let browser = try await Browser(in: service.folder)
        let token = try await service.adminToken()
        try await browser.open("http://127.0.0.1:\(service.http)/#token=\(token)&to=\(path)")
        try await browser.until("document.querySelector('nav a')")
        return browser
    }

    private func upload(_ numbers: [String], _ service: RunningService) async throws {
        let list = numbers.map { #""\#($0)""# }.joined(separator: ",")
        _ = try await service.must(
            "POST", "/v1/operators/acme/number-orders", #"{"tenant":"contoso","usage":"conference","numbers":[\#(list)]}"#)
    }

    private func addOperator(_ service: RunningService) async throws {
        _ = try await service.must("POST", "/v1/tenants/contoso/operators/acme", #"{"countries":["US"],\#(Self.contact)}"#)
    }

    @Test("an operator is found by its product, set up in four steps, its contact changed, suspended, resumed, removed")
    func operators() async throws {
        let service = try await RunningService()
        let browser = try await console(service, at: "/operators/all")
        try await browser.sees("Voz Norte")
        try await browser.choose("Product", "Conferencing")
        try await browser.until("!document.body.innerText.includes('Voz Norte') && location.hash.includes('product=Conferencing')")
        try await browser.choose("Country or region", "United Kingdom")
        try await browser.until("location.hash.includes('country=GB')")
        try await browser.activate("Set up Acme Telecom")
        try await browser.sees("Conferencing is among its products")
        try await browser.activate("Next")
        try await browser.check("United States")
        try await browser.activate("Next")
        try await browser.fill("Full name", "Adele Vance")
        try await browser.fill("Email address", "adele@contoso.example")
        try await browser.choose("Company size", "11-50")
        try await browser.activate("Next")
        try await browser.sees("your tenant's id, your contact and your company's size are handed to it")
        try await browser.check("I accept the data transfer notice")
        try await browser.activate("Add as my operator")
        try await browser.sees("Acme Telecom is one of your operators.")
        var mine = try await service.must("GET", "/v1/tenants/contoso/operators")["operators"].array
        #expect(mine.count == 1 && mine[0]["countries"] == .array([.string("US")]) && mine[0]["companySize"].string == "11-50")
        #expect(mine[0]["contact"] == .object(["fullName": .string("Adele Vance"), "email": .string("adele@contoso.example")]))

        try await browser.activate("Edit")
        try await browser.fill("Phone (optional)", "+14255550111")
        try await browser.check("United Kingdom")
        try await browser.activate("Save")
        try await browser.sees("+14255550111")
        mine = try await service.must("GET", "/v1/tenants/contoso/operators")["operators"].array
        #expect(mine[0]["contact"]["phone"].string == "+14255550111" && mine[0]["countries"].array.count == 2)

        try await browser.activate("Suspend")
        try await browser.activate("Suspend")
        try await browser.sees("Suspended")
        try await browser.activate("Resume")
        try await browser.until("[...document.querySelectorAll('.badge')].some(badge => badge.textContent === 'Active')")
        try await browser.activate("Remove operator")
        try await browser.activate("Remove operator")
        try await browser.sees("You have no operator yet.")
        #expect(try await service.must("GET", "/v1/tenants/contoso/operators")["operators"].array.isEmpty)
        #expect(browser.complaints.isEmpty, "\(browser.complaints)")
    }

    @Test("numbers show their provider, go on the bridge, have languages, and an operator that still has one is not removed")
    func numbers() async throws {
        let service = try await RunningService()
        let browser = try await console(service, at: "/numbers")
        try await addOperator(service)
        try await upload(["+14255550100", "+14255550101"], service)
        try await browser.open("http://127.0.0.1:\(service.http)/#/numbers?q=0101")
        try await browser.until("document.querySelectorAll('data-rows [role=row][data-key]').length === 1")
        try await browser.sees("Acme Telecom")
        try await browser.fill("Number contains", "+1 425")
        try await browser.until("document.querySelectorAll('data-rows [role=row][data-key]').length === 2")
        try await browser.reach("+14255550100UnassignedAcme TelecomUnited StatesOperator ConnectConferencing, Geographic")
        try await browser.press("Enter")
        try await browser.activate("Assign to the bridge")
        try await browser.sees("number +14255550100")
        try await browser.activate("Apply")
        try await browser.sees("1 number on the bridge")
        try await browser.until("location.hash.startsWith('#/numbers/%2B14255550100')")
        try await browser.activate("Change languages")
        try await browser.choose("Primary language", "English (United States)")
        try await browser.check("Spanish (Mexico)")
        try await browser.activate("Review the change")
        try await browser.activate("Apply")
        try await browser.sees("en-US, es-MX")
        let numbers = try await service.must("GET", "/v1/tenants/contoso/document")["tenant"]["numbers"].array
        let first = try #require(numbers.first { $0["telephoneNumber"].string == "+14255550100" })
        #expect(first["status"].string == "ConferenceAssigned" && first["primaryLanguage"].string == "en-US")
        #expect(first["secondaryLanguages"] == .array([.string("es-MX")]))

        try await browser.open("http://127.0.0.1:\(service.http)/#/operators/acme")
        try await browser.sees("Serves")
        try await browser.activate("Remove operator")
        try await browser.activate("Remove operator")
        try await browser.until("document.querySelector('dialog .alert')?.textContent.includes('+14255550100')")
        try await browser.press("Escape")

        try await browser.open("http://127.0.0.1:\(service.http)/#/numbers/+14255550100")
        try await browser.sees("Release to the operator")
        try await browser.activate("Unassign from the bridge")
        try await browser.activate("Apply")
        try await browser.sees("It is not on the bridge.")
        #expect(browser.complaints.isEmpty, "\(browser.complaints)")
    }

    @Test("outbound calls are routed in four steps, tried, and the policy is granted to all and taken back")
    func routing() async throws {
        let service = try await RunningService()
        let browser = try await console(service, at: "/routing")
        _ = try await addOperator(service)
        try await upload(["+14255550100"], service)
        try await service.runCmdlets(
            #"Register-CsOnlineDialInConferencingServiceNumber -Identity "+14255550100" -BridgeName "Conference Bridge""#)
        try await browser.sees("No route yet")
        try await browser.activate("Set up outbound calls in four steps")
        try await browser.fill("Usage", "International")
        try await browser.activate("Next")
        try await browser.fill("Number pattern", "^\\+1(\\d{10}$")
        try await browser.choose("Bridge source number", "+14255550100")
        try await browser.activate("Next")
        try await browser.fill("Policy", "International Policy")
        try await browser.activate("Next")
        try await browser.fill("User principal name", "alice@contoso.example")
        try await browser.activate("Review the change")
        try await browser.until("document.querySelector('[role=alert]:not([hidden])')?.textContent.includes('pattern')")
        try await browser.activate("Back")
        try await browser.activate("Back")
        try await browser.fill("Number pattern", "^\\+1(\\d{10})$")
        for _ in 0..<2 { try await browser.activate("Next") }
        #expect(try await browser.value("document.querySelector('[name=user]').value").string == "alice@contoso.example")
        try await browser.activate("Review the change")
        try await browser.sees("route International")
        try await browser.sees("There are no kept records of the last 30 days to replay.")
        try await browser.until(
            "document.querySelector('.cmdlet pre')?.textContent.includes('New-CsOnlineVoiceRoute -Identity \"International\"')")
        try await browser.activate("Apply")
        try await browser.until("document.querySelectorAll('.routes > li').length === 1")
        try await browser.fill("Organizer", "alice@contoso.example")
        try await browser.fill("Number", "+1 425 555 0123")
        try await browser.activate("Decide")
        try await browser.sees("acme would carry it, with caller ID +14255550100.")

        try await browser.activate("Grant a policy")
        try await browser.choose("To", "Everybody")
        try await browser.activate("Review the change")
        try await browser.activate("Apply")
        try await browser.sees("Usages: International")
        try await browser.activate("Take back from alice@contoso.example")
        try await browser.activate("Apply")
        try await browser.until("!document.body.innerText.includes('alice@contoso.example · International Policy')")
        try await browser.activate("Grant a policy")
        try await browser.choose("To", "A group")
        try await browser.fill("Group", "sales")
        try await browser.activate("Review the change")
        try await browser.activate("Apply")
        try await browser.sees("Group sales")
        let tenant = try await service.must("GET", "/v1/tenants/contoso/document")["tenant"]
        #expect(tenant["groupAssignments"].array.map { $0["group"].string } == ["sales"])
        let global = tenant["routingPolicies"].array.first { $0["name"].string == "Global" }
        #expect(global?["onlinePstnUsages"] == .array([.string("International")]))
        #expect(browser.complaints.isEmpty, "\(browser.complaints)")
    }

    @Test("a user's default number is changed, replaced for everybody, taken off the bridge and released, in the documented order")
    func defaultNumbers() async throws {
        let service = try await RunningService()
        let browser = try await console(service, at: "/users/alice@contoso.example")
        try await addOperator(service)
        try await upload(["+14255550100", "+14255550101"], service)
        for number in ["+14255550100", "+14255550101"] {
            try await service.runCmdlets(
                #"Register-CsOnlineDialInConferencingServiceNumber -Identity "\#(number)" -BridgeName "Conference Bridge""#)
        }
        try await browser.reload()
        try await browser.until("document.querySelector('[name=toll]')?.options.length === 3")
        try await browser.choose("Toll number", "+14255550101")
        try await browser.reach("Toll-free number")
        try await browser.activate("Review the change")
        try await browser.sees("Set-CsOnlineDialInConferencingUser")
        try await browser.activate("Apply")
        try await browser.until("document.querySelector('[name=toll]')?.value === '+14255550101' && !document.querySelector('dialog')")
        func user() async throws -> JSONValue { try await service.must("GET", "/v1/tenants/contoso/users/alice@contoso.example") }
        #expect(try await user()["conferencing"]["serviceNumber"].string == "+14255550101")

        try await browser.open("http://127.0.0.1:\(service.http)/#/numbers/+14255550101")
        try await browser.sees("Release to the operator")
        try await browser.activate("Unassign from the bridge")
        try await browser.until(
            "[...document.querySelectorAll('.release .alert')].some(alert => alert.textContent.includes('alice@contoso.example'))")
        try await browser.activate("Replace it for everybody")
        try await browser.fill("By", "+14255550100")
        try await browser.activate("Review the change")
        try await browser.sees("user alice@contoso.example")
        try await browser.activate("Apply")
        #expect(try await eventually { try await user()["conferencing"]["serviceNumber"].string == "+14255550100" })
        try await browser.until("!document.querySelector('dialog') && document.querySelector('.release')")
        try await browser.activate("Unassign from the bridge")
        try await browser.activate("Apply")
        try await browser.sees("It is not on the bridge.")
        try await browser.activate("Request the release")
        try await browser.activate("Apply")
        let isAsked = try await eventually {
            let numbers = try await service.must("GET", "/v1/tenants/contoso/document")["tenant"]["numbers"].array
            return numbers.contains { $0["telephoneNumber"].string == "+14255550101" && $0["release"].string == "ReleaseRequested" }
        }
        #expect(isAsked)
        #expect(browser.complaints.isEmpty, "\(browser.complaints)")
    }

    @Test("who changed what is listed with before and after, and a change is taken back")
    func audit() async throws {
        let service = try await RunningService()
        let browser = try await console(service, at: "/audit")
        try await service.runCmdlets(#"Set-CsOnlinePstnUsage -Identity Global -Usage @{Add="Gold"}"#)
        try await browser.reload()
        try await browser.until("document.querySelector('.changes summary')?.textContent.includes('usages')")
        try await browser.value("document.querySelector('.changes summary').focus()")
        try await browser.press("Enter")
        try await browser.until("document.querySelector('.changes details').open")
        try await browser.sees("Gold")
        try await browser.activate("Undo")
        try await browser.until("document.querySelector('dialog del')?.textContent === 'Gold'")
        try await browser.activate("Undo")
        try await browser.sees("Undone.")
        let usages = try await service.must("GET", "/v1/tenants/contoso/document")["tenant"]["pstnUsages"]
        #expect(usages == .array([]))
        #expect(browser.complaints.isEmpty, "\(browser.complaints)")
    }

    @Test("a user's licences and policies, and the conferencing settings, are changed")
    func usersAndSettings() async throws {
        let service = try await RunningService()
        let browser = try await console(service, at: "/users?search=ali")
        try await browser.until("document.querySelectorAll('data-rows [role=row][data-key]').length === 1")
        try await browser.open("http://127.0.0.1:\(service.http)/#/users/alice@contoso.example")
        try await browser.activate("Edit")
        try await browser.fill("Groups", "sales, board")
        try await browser.check("Communications Credits")
        try await browser.activate("Save")
        try await browser.sees("sales, board")
        try await browser.choose("Dial-out policy", "DialoutCPCDomesticPSTNInternational")
        try await browser.activate("Review the change")
        try await browser.sees("user alice@contoso.example")
        try await browser.activate("Apply")
        try await browser.sees("granted to the user")
        let user = try await service.must("GET", "/v1/tenants/contoso/users/alice@contoso.example")
        #expect(user["groups"].array.count == 2 && user["grants"]["dialOutPolicy"].string == "DialoutCPCDomesticPSTNInternational")
        #expect(user["licences"].array.contains(.string("CommunicationsCredits")))

        try await browser.open("http://127.0.0.1:\(service.http)/#/settings")
        try await browser.choose("Federated participants may invite others by phone", "Yes")
        try await browser.check("Anonymous participants may dial out")
        try await browser.activate("Review the change")
        try await browser.sees("federatedUsersToThirdParty")
        try await browser.activate("Apply")
        let isSaved = try await eventually {
            let settings = try await service.must("GET", "/v1/tenants/contoso/document")["tenant"]["settings"]
            return settings["anonymousUsersMayDialOut"] == .bool(true) && settings["federatedUsersToThirdParty"].string == "Yes"
        }
        #expect(isSaved)
        try await browser.open("http://127.0.0.1:\(service.http)/#/settings/calls")
        try await browser.check("Callees see no number")
        try await browser.fill("Not dialled: numbers that begin so, one a line", "+881")
        try await browser.activate("Save")
        try await browser.sees("Saved.")
        let calls = try await service.must("GET", "/v1/tenants/contoso/settings")
        #expect(calls["withholdCallerID"] == .bool(true) && calls["deniedPrefixes"] == .array([.string("+881")]))
        #expect(browser.complaints.isEmpty, "\(browser.complaints)")
    }
}

extension RunningService {
    /// A token of the tenant's administrator.
    func adminToken(_ role: String = "admin", tenant: String = "contoso") async throws -> String {
        try await must("POST", "/v1/tokens", #"{"role":"\#(role)","tenant":"\#(tenant)","name":"console"}"#)["token"].string ?? ""
    }

    func runCmdlets(_ script: String) async throws {
        let answer = try await curl("POST", "/v1/tenants/contoso/commands", script, ["-H", "Content-Type: text/plain"])
        #expect(answer.body["applied"] == .bool(true), "\(answer)")
    }
}
