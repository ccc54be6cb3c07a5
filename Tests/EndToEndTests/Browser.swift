import Foundation
import Service
import Testing

/// Chromium without a window, spoken to by its DevTools protocol over two pipes; used as a person with a keyboard uses it.
final class Browser {
    private let pid: pid_t
    private let input: Int32
    private let output: Int32
    private var received: [UInt8] = []
    private var lastID = 0
    private var session: String?
    /// What the page said in its console, errors that nobody caught among it.
    private(set) var complaints: [String] = []

    init(in folder: String, width: Int = 1280, height: Int = 900) async throws {
        var toBrowser: [Int32] = [0, 0], fromBrowser: [Int32] = [0, 0]
        let isOpen = pipe(&toBrowser) == 0 && pipe(&fromBrowser) == 0
        try #require(isOpen)
        for descriptor in toBrowser + fromBrowser { _ = fcntl(descriptor, F_SETFD, FD_CLOEXEC) }
        (input, output) = (toBrowser[1], fromBrowser[0])
        pid = try Self.start(folder, reading: toBrowser[0], writing: fromBrowser[1])
        close(toBrowser[0])
        close(fromBrowser[1])
        let targets = try await command("Target.getTargets")["targetInfos"].array
        let page = try #require(targets.first { $0["type"].string == "page" }?["targetId"].string)
        session = try await command("Target.attachToTarget", ["targetId": .string(page), "flatten": .bool(true)])["sessionId"].string
        for domain in ["Runtime", "Page", "Log"] { _ = try await command(domain + ".enable") }
        // As the window in front: a page elsewhere is told of no focus.
        try await command("Emulation.setFocusEmulationEnabled", ["enabled": .bool(true)])
        try await size(width, height)
    }

    deinit {
        kill(pid, SIGKILL)
        var status: Int32 = 0
        waitpid(pid, &status, 0)
        close(input)
        close(output)
    }

    private static func start(_ folder: String, reading: Int32, writing: Int32) throws -> pid_t {
        var actions = posix_spawn_file_actions_t()
        posix_spawn_file_actions_init(&actions)
        defer { posix_spawn_file_actions_destroy(&actions) }
        for descriptor in [0, 1, 2] as [Int32] { posix_spawn_file_actions_addopen(&actions, descriptor, "/dev/null", O_RDWR, 0) }
        // Both are moved out of the way first, to numbers that nobody has: either may be the number that the other is to have.
        let ends = [reading, writing].map { fcntl($0, F_DUPFD_CLOEXEC, 10) }
        defer { for end in ends { close(end) } }
        posix_spawn_file_actions_adddup2(&actions, ends[0], 3)
        posix_spawn_file_actions_adddup2(&actions, ends[1], 4)
        closeInherited(&actions, from: 5)
        var attributes = posix_spawnattr_t(), none = sigset_t()
        posix_spawnattr_init(&attributes)
        defer { posix_spawnattr_destroy(&attributes) }
        sigemptyset(&none)
        posix_spawnattr_setsigmask(&attributes, &none)
        posix_spawnattr_setflags(&attributes, Int16(POSIX_SPAWN_SETSIGMASK))
        let words = [
            "chromium", "--headless=new", "--no-sandbox", "--disable-gpu", "--hide-scrollbars", "--lang=en-US", "--remote-debugging-pipe",
            "--user-data-dir=\(folder)/chromium-\(UUID().uuidString)", "about:blank",
        ]
        var arguments = words.map { strdup($0) } + [nil]
        defer { for argument in arguments { free(argument) } }
        var child: pid_t = 0
        try #require(posix_spawnp(&child, "chromium", &actions, &attributes, &arguments, environ) == 0)
        return child
    }

    // MARK: protocol

    @discardableResult
    func command(_ method: String, _ parameters: [String: JSONValue] = [:]) async throws -> JSONValue {
        lastID += 1
        var message: [String: JSONValue] = ["id": .integer(Int64(lastID)), "method": .string(method), "params": .object(parameters)]
        if let session { message["sessionId"] = .string(session) }
        let bytes = JSON.encode(JSONValue.object(message)) + [0]
        try #require(bytes.withUnsafeBytes { write(input, $0.baseAddress, $0.count) } == bytes.count)
        while true {
            let answer = try await next()
            if answer["id"].integer == Int64(lastID) {
                // Who asks while the page gives way to another one has no answer, and asks again.
                let error = answer["error"], gaveWay = error["message"].string == "Inspected target navigated or closed"
                #expect(error == .null || gaveWay, "\(method): \(error)")
                return answer["result"]
            }
            note(answer)
        }
    }

    private func next() async throws -> JSONValue {
        while true {
            if let end = received.firstIndex(of: 0) {
                let message = Array(received[..<end])
                received.removeSubrange(...end)
                return try JSON.decode(JSONValue.self, message)
            }
            let output = output
            let chunk = await withCheckedContinuation { waiter in
                Running.queue.async {
                    var buffer = [UInt8](repeating: 0, count: 65_536)
                    let count = read(output, &buffer, buffer.count)
                    waiter.resume(returning: count > 0 ? Array(buffer[..<count]) : [])
                }
            }
            try #require(!chunk.isEmpty, "the browser has ended")
            received += chunk
        }
    }

    private func note(_ event: JSONValue) {
        switch event["method"].string {
        case "Runtime.exceptionThrown":
            let details = event["params"]["exceptionDetails"]
            complaints.append(details["exception"]["description"].string ?? details["text"].string ?? "an exception")
        case "Log.entryAdded" where event["params"]["entry"]["source"].string == "security":
            complaints.append(event["params"]["entry"]["text"].string ?? "a policy was broken")
        default: break
        }
    }

    // MARK: looking

    func open(_ address: String) async throws { try await command("Page.navigate", ["url": .string(address)]) }

    /// Loads the page anew; what is looked for afterwards is not found on the one before.
    func reload() async throws {
        try await value("void (window.isOld = true, location.reload())")
        try await until("!window.isOld")
    }

    func size(_ width: Int, _ height: Int) async throws {
        try await command(
            "Emulation.setDeviceMetricsOverride",
            [
                "width": .integer(Int64(width)), "height": .integer(Int64(height)), "deviceScaleFactor": .integer(1),
                "mobile": .bool(false),
            ])
    }

    func scheme(_ name: String) async throws {
        let feature: JSONValue = .object(["name": .string("prefers-color-scheme"), "value": .string(name)])
        try await command("Emulation.setEmulatedMedia", ["features": .array([feature])])
    }

    /// What an expression comes to, as JSON.
    @discardableResult
    func value(_ expression: String) async throws -> JSONValue {
        let answer = try await command(
            "Runtime.evaluate", ["expression": .string(expression), "awaitPromise": .bool(true), "returnByValue": .bool(true)])
        let failure = answer["exceptionDetails"]["exception"]["description"].string
        try #require(failure == nil, "\(expression): \(failure ?? "")")
        return answer["result"]["value"]
    }

    func until(_ expression: String, seconds: Int = 60, _ place: SourceLocation = #_sourceLocation) async throws {
        let isSo = try await eventually(seconds: seconds) { try await value("Boolean(\(expression))") == .bool(true) }
        guard !isSo else { return }
        let page = try await value("document.body.innerText").string ?? ""
        Issue.record("never: \(expression)\n\(complaints.joined(separator: "\n"))\n\(page.prefix(3_000))", sourceLocation: place)
        throw NeverSeen(what: expression)
    }

    struct NeverSeen: Error { let what: String }

    /// Waits until the page shows a text.
    func sees(_ text: String, _ place: SourceLocation = #_sourceLocation) async throws {
        try await until("document.body?.innerText.includes(\(Self.literal(text)))", place)
    }

    static func literal(_ text: String) -> String { String(decoding: JSON.encode(JSONValue.string(text)), as: UTF8.self) }
}
