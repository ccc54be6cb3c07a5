import Foundation
import Service
import Testing

/// What the console counts, keeps and carries out of the page.
@Suite("The console's tools", .aFewAtATime)
struct ConsoleToolsTests {
    private func begin(_ service: RunningService, at path: String) async throws -> Browser {
        let browser = try await Browser(in: service.folder)
        try await browser.open("http://127.0.0.1:\(service.http)/#token=\(try await service.adminToken())&to=/\(path)")
        try await browser.until("document.querySelector('nav a')")
        return browser
    }

    private func refuse(_ number: String, _ service: RunningService) async throws {
        let body = #"{"kind":"callMeAt","organizer":"alice@contoso.example","number":"\#(number)"}"#
        #expect(try await service.curl("POST", "/v1/meetings/m/dial-outs", body).status == 403)
    }

    /// A card's own text by its heading.
    private static func card(_ title: String) -> String {
        "[...document.querySelectorAll('.card')].find(card => card.querySelector('h2')?.textContent === '\(title)')"
    }

    @Test("the overview draws a day of 24 hours, and counts outcomes, operators and countries as the service does")
    func overview() async throws {
        let service = try await RunningService(), port = Running.freePort()
        let stub = try Child(
            Running.executable.path,
            ["operator-stub", "--listen", "127.0.0.1:\(port)", "--operator", "Acme", "--behaviour", "code=486"], in: service.folder)
        try await service.configure(trunkPort: port)
        let busy = try await service.dial("+14255550123")
        for number in ["911", "+19005550123"] { try await refuse(number, service) }
        #expect(try await eventually { try await service.must("GET", "/v1/dial-outs/\(busy)")["state"].string == "ended" })
        let browser = try await begin(service, at: "overview")
        try await browser.until("\(Self.card("Calls an hour, last 24 hours"))?.querySelectorAll('rect').length === 24")
        let heights =
            "[...\(Self.card("Calls an hour, last 24 hours")).querySelectorAll('rect')].map(bar => Number(bar.getAttribute('height')))"
        #expect(try await browser.value("\(heights).filter(height => height > 0).length").integer ?? 0 >= 1)
        #expect(try await browser.value("\(Self.card("Calls an hour, last 24 hours")).querySelector('.scale').textContent").string == "3")
        func shares(_ title: String) async throws -> [String] {
            let items = "[...\(Self.card(title)).querySelectorAll('.shares li')].map(item => item.innerText.replace(/\\s+/g, ' ').trim())"
            return try await browser.value("\(items).sort()").array.compactMap(\.string)
        }
        #expect(try await shares("How calls ended") == ["Busy 1", "Refused 2"])
        let operators = try await shares("Per operator")
        #expect(operators.count == 2 && operators[0].hasPrefix("acme 1 · answered 0 %"), "\(operators)")
        #expect(operators.last?.hasPrefix("no operator 2 · answered –") == true, "\(operators)")
        #expect(try await shares("Per country or region").contains("United States 2 · answered 0 %"))
        try await browser.activate("Refused")
        try await browser.until(
            "location.hash.startsWith('#/calls?outcome=refused') && document.querySelectorAll('data-rows [data-key]').length === 2")
        #expect(browser.complaints.isEmpty, "\(browser.complaints)")
        _ = await stub.end()
    }

    @Test("a review that was left is found again, also after a reload, and what is applied or discarded is gone")
    func unfinishedReview() async throws {
        let service = try await RunningService()
        try await service.configure(trunkPort: 9)
        func usages() async throws -> JSONValue { try await service.must("GET", "/v1/tenants/contoso/document")["tenant"]["pstnUsages"] }
        let browser = try await begin(service, at: "routing/usage")
        let waits = "document.querySelector('.waiting:not([hidden])')"
        for (name, isApplied) in [("Desk", true), ("Fax", false)] {
            try await browser.open("http://127.0.0.1:\(service.http)/#/routing/usage")
            try await browser.until("document.querySelector('form [name]')")
            try await browser.fill("Usage", name)
            try await browser.press("Enter")
            try await browser.until("document.querySelector('dialog[open]')")
            try await browser.press("Escape")
            try await browser.until("\(waits)?.textContent.includes('\(name)')")
            try await browser.activate("Users")
            try await browser.until("document.querySelector('h1')?.textContent === 'Users' && \(waits)")
            try await browser.reload()
            try await browser.until("\(waits)?.textContent.includes('\(name)')")
            if isApplied {
                try await browser.activate("Review again")
                try await browser.until("document.querySelector('dialog[open] .difference')")
                try await browser.activate("Apply")
            } else {
                try await browser.activate("Discard")
            }
            try await browser.until("!\(waits) && !document.querySelector('dialog[open]')")
        }
        #expect(try await usages() == .array([.string("International"), .string("Desk")]))
        #expect(browser.complaints.isEmpty, "\(browser.complaints)")
    }

    @Test("a webhook is made, tried, paused and removed; its secret is shown once")
    func webhooks() async throws {
        let receivers = try await WebhookReceivers(), service = try await RunningService(["DIALOUT_WEBHOOK_PRIVATE_ADDRESSES": "true"])
        try await service.configure(trunkPort: 9)
        let browser = try await begin(service, at: "settings/webhooks"), url = receivers.url("ok")
        try await browser.activate("New webhook")
        try await browser.fill("Address", "ftp://nowhere")
        try await browser.activate("Save")
        let field = "document.querySelector('dialog[open] [name=url]')"
        try await browser.until("\(field)?.getAttribute('aria-invalid') === 'true' || \(field)?.validity.valid === false")
        try await browser.fill("Address", url)
        try await browser.activate("Save")
        try await browser.until("document.querySelector('dialog[open] input[readonly]')?.value.startsWith('whsec_')")
        try await browser.press("Escape")
        try await browser.until(
            "document.querySelector('.items')?.innerText.includes('\(url)') && !document.querySelector('input[readonly]')")
        try await browser.activate("Send a test: \(url)")
        try await browser.until("document.querySelector('.items p.good')?.innerText.includes('ms')")
        #expect(receivers.taken(at: "ok").count == 1)
        try await browser.activate("Pause: \(url)")
        try await browser.sees("Paused")
        #expect(try await service.must("GET", "/v1/tenants/contoso/webhooks")["webhooks"].array.first?["status"].string == "paused")
        try await browser.activate("Remove: \(url)")
        try await browser.until("document.querySelector('dialog[open]')")
        try await browser.activate("Remove")
        try await browser.sees("No webhooks.")
        #expect(try await service.must("GET", "/v1/tenants/contoso/webhooks")["webhooks"].array.isEmpty)
    }

    @Test("all calls of a filter leave as CSV, and numbers as they are listed")
    func tables() async throws {
        let service = try await RunningService()
        try await service.configure(trunkPort: 9)
        for number in ["911", "+19005550123"] { try await refuse(number, service) }
        let browser = try await begin(service, at: "calls?outcome=refused")
        let keeps = """
            window.files = [];
            window.make = URL.createObjectURL.bind(URL);
            URL.createObjectURL = file => { file.text().then(text => files.push(text)); return make(file); };
            null
            """
        try await browser.until("document.querySelectorAll('data-rows [data-key]').length === 2")
        try await browser.value(keeps)
        try await browser.activate("Export CSV")
        try await browser.until("window.files.length === 1")
        let calls = try await browser.value("window.files[0]").string?.split(whereSeparator: \.isNewline) ?? []
        #expect(calls.count == 3 && calls[0].hasPrefix("id,") && calls[1].contains("refused"), "\(calls)")
        try await browser.activate("Numbers")
        try await browser.until(
            "document.querySelector('h1')?.textContent === 'Numbers' && document.querySelectorAll('data-rows [data-key]').length === 1")
        try await browser.activate("Export CSV")
        try await browser.until("window.files.length === 2")
        let numbers = try await browser.value("window.files[1]").string?.split(whereSeparator: \.isNewline) ?? []
        #expect(numbers.count == 2 && numbers[1].contains("14255550100"), "\(numbers)")
        #expect(browser.complaints.isEmpty, "\(browser.complaints)")
    }
}
