import Foundation
import Service
import Testing

/// The console beside a big tenant and calls that run.
///
/// In the suite it is a small one. On a quiet machine, with the release build:
/// `DIALOUT_CONSOLE_ROWS=100000 DIALOUT_BINARIES=.build/release swift test --filter ConsoleScaleTests`, which prints what frames took.
@Suite("The console of a big tenant", .aFewAtATime)
struct ConsoleScaleTests {
    private static let environment = ProcessInfo.processInfo.environment
    /// Calls and users.
    private static let rows = environment["DIALOUT_CONSOLE_ROWS"].flatMap { Int($0) } ?? 1_000
    private static var numbers: Int { min(rows, 10_000) }
    private static let shown = "document.querySelectorAll('data-rows [role=row][data-key]')"
    /// Elements of rows that stand at once: those in sight and a few around them.
    private static let rowLimit = 120

    private func generate(_ service: RunningService, rate: Int, seconds: Int) throws -> Child {
        try Child(
            Running.binary("load-generator").path,
            [
                "run", "--server", "127.0.0.1:\(service.http)", "--token", RunningService.token, "--callee",
                "127.0.0.1:\(Running.freePort())", "--rate", "\(rate)", "--seconds", "\(seconds)", "--hold", "0.5", "--warm-up", "0",
            ], in: service.folder)
    }

    /// Dial-outs that the service has taken.
    private func accepted(_ service: RunningService) async throws -> Int {
        try await service.metrics().firstMatch(of: /\ndialout_accepted_total (\d+)\n/).flatMap { Int($0.1) } ?? 0
    }

    /// Calls through the generator's tenant, whom its document then gives users, and its operator numbers.
    private func fill(_ service: RunningService) async throws {
        let rate = Self.rows > 10_000 ? 400 : 100
        // A machine that is busy with other tests refuses some for want of time.
        let isFilled = try await eventually(seconds: 300) {
            #expect(await (try generate(service, rate: rate, seconds: Self.rows / rate)).exitStatus() == 0)
            return try await accepted(service) >= Self.rows
        }
        #expect(isFilled)
        var document = try await service.must("GET", "/v1/tenants/load/document")
        let users = (0..<Self.rows).map { place in
            JSONValue.object([
                "upn": .string("user\(place)@load.example"), "displayName": .string("User \(place)"),
                "licences": .array([.string("OperatorConnectConferencing")]), "groups": .array([]), "grants": .object([:]),
                "audioConferencingEnabled": .bool(true),
            ])
        }
        document["users"] = .array(document["users"].array + users)
        try Data(JSON.encode(document)).write(to: URL(fileURLWithPath: service.folder + "/document.json"))
        _ = try await service.must("PUT", "/v1/tenants/load/document", "@document.json")
        let wanted = (0..<Self.numbers).map { #""+1206556\#(String(10_000 + $0).suffix(4))""# }.joined(separator: ",")
        try #"{"tenant":"load","usage":"conference","numbers":[\#(wanted)]}"#.write(
            toFile: service.folder + "/order.json", atomically: true, encoding: .utf8)
        let order = try await service.must("POST", "/v1/operators/load-telecom/number-orders", "@order.json")["id"].string ?? ""
        let isDone = try await eventually(seconds: 120) {
            try await service.must("GET", "/v1/operators/load-telecom/number-orders/\(order)")["status"].string == "success"
        }
        #expect(isDone)
    }

    /// Counts how long frames take from now on.
    private static let watchFrames = """
        (() => { window.frames = []; let last = performance.now();
          (function next() { const now = performance.now(); frames.push(now - last); last = now; requestAnimationFrame(next); })(); })()
        """

    private func report(_ place: String, _ browser: Browser) async throws {
        let frames = try await browser.value("frames.sort((a, b) => a - b), frames.splice(0).map(Math.round)").array.compactMap(\.integer)
        guard Self.environment["DIALOUT_CONSOLE_ROWS"] != nil, !frames.isEmpty else { return }
        let middle = frames[frames.count / 2], late = frames[frames.count * 99 / 100]
        print("\(place): \(frames.count) frames, p50 \(middle) ms, p99 \(late) ms, longest \(frames.last!) ms")
    }

    /// Scrolls to the end again and again until so many rows were loaded.
    private func scroll(_ heading: String, to count: Int, _ browser: Browser) async throws {
        try await browser.until("document.querySelector('h1')?.textContent === '\(heading)' && \(Self.shown).length > 10")
        try await browser.until(
            """
            (() => { const view = document.querySelector('data-rows .scroll'); view.scrollTop = view.scrollHeight;
              return document.querySelector('data-rows').rows.length >= \(count); })()
            """, seconds: 120)
        let standing = try await browser.value("\(Self.shown).length").integer ?? 0
        #expect((1...Int64(Self.rowLimit)).contains(standing), "\(standing) rows are elements")
        let keys = "[...\(Self.shown)].map(row => row.dataset.key)"
        #expect(try await browser.value("new Set(\(keys)).size === \(keys).length") == .bool(true), "none stands twice")
    }

    @Test("calls, users and numbers are loaded as they are scrolled to, searched by the service, and live calls move nothing")
    func big() async throws {
        let service = try await RunningService()
        try await fill(service)
        let token = try await service.adminToken(tenant: "load"), browser = try await Browser(in: service.folder)
        try await browser.size(1920, 1080)
        try await browser.open("http://127.0.0.1:\(service.http)/#token=\(token)&to=/calls")
        try await browser.until("\(Self.shown).length > 10")
        let running = try generate(service, rate: 50, seconds: 20)
        try await browser.value(Self.watchFrames)
        try await browser.value("\(Self.shown)[5].focus(), void (window.held = document.activeElement)")
        try await browser.until("[...\(Self.shown)].some(row => row.innerText.includes('Connected'))")
        try await browser.until("document.querySelector('data-rows').rows.findIndex(row => row.id === held.dataset.key) > 300")
        #expect(try await browser.value("document.activeElement === held && held.isConnected") == .bool(true), "focus stays")
        try await scroll("Calls", to: min(Self.rows, 4_000), browser)
        try await report("calls, 50 a second", browser)
        #expect(await running.exitStatus() == 0)
        try await browser.value("document.querySelector('data-rows .scroll').scrollTop = 0")
        let newest = try await service.must("GET", "/v1/dial-outs?tenant=load&limit=100")["dialOuts"].array.compactMap { $0["id"].string }
        let told = JSON.encode(JSONValue.array(newest.map { .string($0) }))
        try await browser.until(
            """
            (() => { const rows = document.querySelector('data-rows').rows.slice(0, 100);
              return JSON.stringify(rows.map(row => row.id)) === JSON.stringify(\(String(decoding: told, as: UTF8.self)))
                && rows.every(row => row.state === 'ended'); })()
            """)
        try await startAgain(browser)
        try await users(service, browser)
        try await numbers(browser)
        #expect(try await browser.value("document.documentElement.scrollWidth <= innerWidth") == .bool(true))
        #expect(browser.complaints.isEmpty, "\(browser.complaints)")
    }

    /// A list of calls is told that its stream has lost its place: until the calls are there anew the old ones stand, and then as many.
    private func startAgain(_ browser: Browser) async throws {
        let seen = try await browser.value(
            """
            (async () => {
              const { CallList } = await import("/calllist.js"), real = window.fetch, end = new AbortController(), seen = [];
              let lose;
              const isLost = new Promise(done => { lose = done; });
              window.fetch = (url, options) => {
                if (!url.startsWith("/v1/events")) return real(url, options);
                window.fetch = real;
                return isLost.then(() => new Response("id: 1\\nevent: reset\\ndata: {\\"type\\":\\"reset\\"}\\n\\n"));
              };
              const list = new CallList({}, { signal: end.signal, failed: error => seen.push(String(error)), changed: () => seen.push(list.order.length) });
              await list.begin();
              await list.more();
              await list.more();
              const before = list.calls;
              lose();
              while (list.calls === before) { seen.push(list.rows.length); await new Promise(done => setTimeout(done, 1)); }
              end.abort();
              return { fewest: Math.min(...seen.slice(seen.indexOf(600))), last: list.rows.length, sorted: list.order.join() === [...list.order].sort().reverse().join() };
            })()
            """)
        #expect(seen == .object(["fewest": .integer(600), "last": .integer(600), "sorted": .bool(true)]), "\(seen)")
    }

    private func users(_ service: RunningService, _ browser: Browser) async throws {
        try await browser.open("http://127.0.0.1:\(service.http)/#/users")
        try await scroll("Users", to: min(Self.rows, 2_000), browser)
        try await report("users", browser)
        try await browser.fill("Name contains", "user\(Self.rows - 1)@")
        try await browser.until("\(Self.shown).length === 1 && \(Self.shown)[0].dataset.key === 'user\(Self.rows - 1)@load.example'")
        try await browser.open("http://127.0.0.1:\(service.http)/#/numbers")
    }

    private func numbers(_ browser: Browser) async throws {
        try await scroll("Numbers", to: Self.numbers, browser)
        try await report("numbers", browser)
        try await browser.value("document.querySelector('data-rows .scroll').scrollTop = 0")
        try await browser.until("\(Self.shown)[0].dataset.key === '+12065560000' || \(Self.shown)[0].dataset.key === '+12065550100'")
    }
}
