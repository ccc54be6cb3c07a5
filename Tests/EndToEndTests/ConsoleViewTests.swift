import Foundation
import Service
import Testing

/// How the console looks and what it does while the service changes under it.
@Suite("The console's pages", .aFewAtATime)
struct ConsoleViewTests {
    static let sections = ["overview", "calls", "routing", "operators", "numbers", "users", "audit", "settings"]
    private static let rows = "document.querySelectorAll('data-rows [role=row][data-key]')"

    /// What has no name, which texts have too little contrast, and by how much the page is too wide.
    private static let audit = #"""
        (() => {
          const seen = e => e.checkVisibility({ visibilityProperty: true }) && e.getBoundingClientRect().width > 0;
          const name = e => (e.getAttribute("aria-label") || [...(e.labels ?? [])].map(l => l.textContent).join() || e.title || (e.matches("input, select, textarea") ? "" : e.textContent)).trim();
          const nameless = [...document.querySelectorAll("a[href], button, input, select, textarea, summary, [role=grid], [role=img], dialog, nav")]
            .filter(e => seen(e) && !e.getAttribute("aria-labelledby") && !name(e)).map(e => e.outerHTML.slice(0, 120));
          const rgb = text => (text.match(/[\d.]+/g) ?? []).map(Number);
          const light = ([r, g, b]) => [r, g, b].map(v => v / 255).map(v => v <= .04045 ? v / 12.92 : ((v + .055) / 1.055) ** 2.4).reduce((sum, v, at) => sum + v * [.2126, .7152, .0722][at], 0);
          const ground = e => { for (; e; e = e.parentElement) { const c = rgb(getComputedStyle(e).backgroundColor); if (c.length === 3 || c[3] === 1) return c; } return [255, 255, 255]; };
          const faint = [];
          const walker = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
          while (walker.nextNode()) {
            const e = walker.currentNode.parentElement;
            if (!walker.currentNode.data.trim() || !seen(e) || e.closest(":disabled, .skip, option, .unseen")) continue;
            const style = getComputedStyle(e), ink = rgb(e instanceof SVGElement ? style.fill : style.color), [a, b] = [light(ink), light(ground(e))];
            const ratio = (Math.max(a, b) + .05) / (Math.min(a, b) + .05);
            if (ratio < 4.5) faint.push(`${walker.currentNode.data.trim().slice(0, 30)}: ${ratio.toFixed(2)}`);
          }
          return { nameless, faint, wide: Math.max(0, document.documentElement.scrollWidth - innerWidth) };
        })()
        """#

    private func open(_ path: String, _ service: RunningService, _ browser: Browser) async throws {
        try await browser.open("http://127.0.0.1:\(service.http)/#/\(path)")
    }

    private func begin(_ service: RunningService, token: String, at path: String) async throws -> Browser {
        let browser = try await Browser(in: service.folder)
        try await browser.open("http://127.0.0.1:\(service.http)/#token=\(token)&to=/\(path)")
        try await browser.until("document.querySelector('nav a')")
        return browser
    }

    @Test("each section has a link and a heading, fits 390 to 1920 pixels in light and dark, with names and contrast")
    func looks() async throws {
        let service = try await RunningService()
        try await service.configure(trunkPort: 9)
        _ = try await service.curl(
            "POST", "/v1/meetings/m/dial-outs", #"{"kind":"callMeAt","organizer":"alice@contoso.example","number":"+81355500123"}"#)
        let browser = try await begin(service, token: RunningService.token, at: "overview")
        #expect(try await browser.value("location.hash").string == "#/overview")
        for section in Self.sections {
            let title = section.prefix(1).uppercased() + section.dropFirst()
            try await browser.size(1280, 900)
            try await browser.until("document.querySelector('nav a[data-screen=\(section)]')")
            try await browser.value("document.querySelector('nav a[data-screen=\(section)]').click()")
            try await browser.until("document.querySelector('h1')?.textContent === '\(title)' && document.title.startsWith('\(title)')")
            try await browser.until("document.querySelector('.screen')?.childElementCount > 0")
            for width in [390, 768, 1280, 1920] {
                try await browser.size(width, 900)
                for scheme in ["light", "dark"] {
                    try await browser.scheme(scheme)
                    let found = try await browser.value(Self.audit)
                    let place = "\(section), \(width), \(scheme)"
                    #expect(found["nameless"].array.isEmpty, "\(place): \(found["nameless"])")
                    #expect(found["faint"].array.isEmpty, "\(place): \(found["faint"])")
                    #expect(found["wide"].integer == 0, "\(place)")
                }
            }
        }
        try await browser.value("history.back()")
        try await browser.until("document.querySelector('h1')?.textContent === 'Audit'")
        #expect(browser.complaints.isEmpty, "\(browser.complaints)")
    }

    @Test("the first stop is a way past the navigation; a route's address, a call's and a filter's stand on their own and outlive a reload")
    func addresses() async throws {
        let service = try await RunningService()
        try await service.configure(trunkPort: 9)
        let refused = try await service.curl(
            "POST", "/v1/meetings/board/dial-outs", #"{"kind":"callMeAt","organizer":"alice@contoso.example","number":"911"}"#)
        let id = try #require(refused.body["id"].string)
        let browser = try await begin(service, token: try await service.adminToken(), at: "routing/route/International")
        try await browser.until("document.querySelector('[name=pattern]')?.value === '\\\\d+'")
        try await browser.value("document.activeElement.blur()")
        try await browser.reach("Skip to the content")
        try await browser.press("Enter")
        #expect(try await browser.value("document.activeElement.tagName").string == "H1")
        try await open("calls/\(id)?meeting=board", service, browser)
        try await browser.sees("Why it went this way")
        try await browser.reload()
        try await browser.until("document.querySelector('.panel h2')?.textContent.includes('911') && \(Self.rows).length === 1")
        try await browser.press("Escape")
        try await browser.until("location.hash === '#/calls?meeting=board' && !document.querySelector('.panel')")
        #expect(try await browser.value("sessionStorage.length").integer == 1)
        #expect(try await browser.value("location.href").string?.contains("token") == false)
    }

    @Test("a call that comes moves neither focus nor selection; after a restart the page goes on, and nothing stands twice")
    func live() async throws {
        let service = try await RunningService()
        try await service.configure(trunkPort: 9)
        func refuse(_ last: Int) async throws {
            let body = #"{"kind":"callMeAt","organizer":"nobody@contoso.example","number":"+1425555010\#(last)"}"#
            _ = try await service.curl("POST", "/v1/meetings/m/dial-outs?tenant=contoso", body)
        }
        for last in 0..<3 { try await refuse(last) }
        let browser = try await begin(service, token: try await service.adminToken(), at: "calls")
        try await browser.until("\(Self.rows).length === 3")
        try await browser.sees("Live")
        try await browser.reach("More filters")
        try await browser.press("Tab")
        try await browser.press("ArrowDown")
        let focused = "document.activeElement.dataset.key"
        let before = try await browser.value(focused)
        try await browser.value(
            "getSelection().selectAllChildren(document.querySelector('[data-key=\"' + \(focused) + '\"] .strong')), void (window.kept = document.activeElement)"
        )
        try await refuse(3)
        try await browser.until("\(Self.rows).length === 4")
        #expect(try await browser.value(focused) == before && before != .null)
        #expect(try await browser.value("document.activeElement === window.kept") == .bool(true))
        #expect(try await browser.value("String(getSelection())").string == "+14255550101")

        #expect(await service.child.end() == 0)
        try await browser.sees("Connection lost, trying again")
        try await service.restart()
        try await refuse(4)
        try await browser.until("document.querySelector('.connection')?.textContent === 'Live' && \(Self.rows).length === 5")
        let keys = "[...\(Self.rows)].map(row => row.dataset.key)"
        #expect(try await browser.value("new Set(\(keys)).size").integer == 5)
        #expect(browser.complaints.isEmpty, "\(browser.complaints)")
    }

    @Test("a call is shown as it rings and as it is hung up from the page, with its sentences and its ladder")
    func oneCall() async throws {
        let service = try await RunningService()
        let port = Running.freePort()
        let stub = try Child(
            Running.executable.path, ["operator-stub", "--listen", "127.0.0.1:\(port)", "--operator", "A"], in: service.folder)
        try await service.configure(trunkPort: port)
        let browser = try await begin(service, token: try await service.adminToken(), at: "calls")
        try await browser.sees("No calls yet.")
        let id = try await service.dial("+14255550999")
        try await browser.until("document.querySelector('[data-key=\"\(id)\"] .badge')?.textContent === 'Ringing'")
        try await browser.until("document.querySelector('.counts .ringing b')?.textContent === '1'")
        try await open("calls/\(id)", service, browser)
        try await browser.until("document.querySelector('.ladder svg')?.getAttribute('aria-label').includes('180 Ringing')")
        try await browser.sees("operator acme carries the call with caller ID +14255550100.")
        try await browser.activate("Cancel the call")
        try await browser.activate("Cancel the call")
        try await browser.until("document.querySelector('.panel .badge')?.textContent === 'Cancelled'")
        #expect(try await service.ended(id)["outcome"].string == "cancelled")
        _ = await stub.end()
    }

    @Test("a token that is revoked asks for another; what was typed stays and is saved")
    func revoked() async throws {
        let service = try await RunningService()
        try await service.configure(trunkPort: 9)
        let browser = try await begin(service, token: try await service.adminToken(), at: "users/alice@contoso.example")
        try await browser.activate("Edit")
        try await browser.fill("Display name", "Alice Adams")
        for token in try await service.must("GET", "/v1/tokens")["tokens"].array {
            let answer = try await service.curl("DELETE", "/v1/tokens/\(token["id"].string ?? "")")
            #expect(answer.status == 204)
        }
        try await browser.activate("Save")
        try await browser.sees("Your session has ended")
        try await browser.fill("Token", "dialout_wrong")
        try await browser.activate("Go on")
        try await browser.sees("The service does not know this token")
        try await browser.fill("Token", try await service.adminToken())
        try await browser.activate("Go on")
        try await browser.until("document.querySelector('.card h2')?.textContent === 'Alice Adams'")
        #expect(try await service.must("GET", "/v1/tenants/contoso/users/alice@contoso.example")["displayName"].string == "Alice Adams")
    }

    @Test("what another administrator changed meanwhile is shown beside what was typed, and saving once more decides")
    func meanwhile() async throws {
        let service = try await RunningService()
        try await service.configure(trunkPort: 9)
        let browser = try await begin(service, token: try await service.adminToken(), at: "users/alice@contoso.example")
        try await browser.activate("Edit")
        try await browser.fill("Display name", "Mine")
        _ = try await service.must("PUT", "/v1/tenants/contoso/users/alice@contoso.example", #"{"displayName":"Theirs"}"#)
        try await browser.activate("Save")
        try await browser.sees("Somebody else changed this meanwhile")
        #expect(
            try await browser.value("[...document.querySelectorAll('.versions del, .versions ins')].map(e => e.textContent).join()").string
                == "Theirs,Mine")
        try await browser.activate("Save")
        try await browser.until("document.querySelector('.card h2')?.textContent === 'Mine'")
    }

    @Test("each file comes by gzip as it comes without, with its type, its policy and a tag, and all of them weigh less than 150 KB so")
    func files() async throws {
        let service = try await RunningService()
        let address = "http://127.0.0.1:\(service.http)"
        func fetch(_ path: String, _ more: [String] = []) async throws -> String {
            let child = try Child("/usr/bin/env", ["curl", "-s"] + more + [address + path], in: service.folder)
            _ = await child.exitStatus()
            return child.text
        }
        let folder = URL(fileURLWithPath: #filePath).deletingLastPathComponent().appendingPathComponent("../../Sources/Pages/Dashboard")
        let names = try FileManager.default.contentsOfDirectory(atPath: folder.path).sorted()
        var weight = 0
        for name in names {
            let kept = try String(contentsOf: folder.appendingPathComponent(name), encoding: .utf8)
            #expect(try await fetch("/" + name) == kept, "\(name)")
            #expect(try await fetch("/" + name, ["--compressed"]) == kept, "\(name)")
            let head = try await fetch("/" + name, ["--compressed", "-D", "-", "-o", "/dev/null", "-w", "%{size_download}"])
            let lines = head.split(whereSeparator: \.isNewline).map { $0.lowercased() }
            weight += Int(lines.last ?? "") ?? 1 << 20
            let type =
                ["html": "text/html", "css": "text/css", "js": "text/javascript"][String(name.split(separator: ".").last ?? "")] ?? "?"
            #expect(lines.contains("content-type: \(type); charset=utf-8") && lines.contains("content-encoding: gzip"), "\(head)")
            #expect(lines.contains { $0.hasPrefix("etag: ") && $0.hasSuffix("-gzip\"") })
            #expect(lines.contains { $0.hasPrefix("content-security-policy: default-src 'none'; script-src 'self'; style-src 'self';") })
            #expect(!head.contains("unsafe-inline") && !kept.contains("http://127"))
        }
        #expect(names.count > 50 && weight < 150_000, "\(weight)")
    }

    @Test("ten thousand numbers are a few dozen elements, and the last one is a key away")
    func manyNumbers() async throws {
        let service = try await RunningService()
        try await service.configure(trunkPort: 9)
        for thousand in 0..<10 {
            let numbers = (0..<1_000).map { #""+1425\#(6_000_000 + thousand * 1_000 + $0)""# }.joined(separator: ",")
            let file = service.folder + "/order.json"
            try #"{"tenant":"contoso","numbers":[\#(numbers)]}"#.write(toFile: file, atomically: true, encoding: .utf8)
            let order = try await service.must("POST", "/v1/operators/acme/number-orders", "@" + file)["id"].string ?? ""
            let path = "/v1/operators/acme/number-orders/" + order
            #expect(try await eventually { try await service.must("GET", path)["status"].string == "success" })
        }
        let browser = try await begin(service, token: try await service.adminToken(), at: "numbers")
        try await browser.until("\(Self.rows).length > 10")
        try await browser.reach("Capability")
        try await browser.press("Tab")
        try await browser.until("document.querySelector('[role=grid]')?.getAttribute('aria-rowcount') === '1001'")
        for pages in 1...10 {
            try await browser.press("End")
            let loaded = min(10_002, (pages + 1) * 1_000)
            try await browser.until("Number(document.querySelector('[role=grid]')?.getAttribute('aria-rowcount')) >= \(loaded)")
        }
        try await browser.press("End")
        try await browser.until("document.activeElement.dataset.key === '+14256009999'")
        #expect(try await browser.value("\(Self.rows).length < 120") == .bool(true))
        try await browser.press("Home")
        try await browser.until("document.activeElement.dataset.key === '+14255550100'")
    }
}
