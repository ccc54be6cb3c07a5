import Foundation
import Service
import Testing

/// kill -9 while a large change is made: all of it is there after the restart or nothing, and versions and changes say the same.
@Suite("kill -9 in the middle of a change", .aFewAtATime)
struct KilledChangeTests {
    /// What is there: a document, the version in force, and who made the newest change by what.
    private struct State {
        let document: JSONValue
        let version: Int64
        let changes: [JSONValue]

        init(_ service: RunningService) async throws {
            document = try await service.must("GET", "/v1/tenants/contoso/document")
            let line = try await service.metrics().split(separator: "\n").first { $0.hasPrefix("dialout_config_version ") }
            version = Int64(line?.split(separator: " ").last ?? "") ?? -1
            changes = try await service.must("GET", "/v1/tenants/contoso/changes?limit=1000")["changes"].array
        }

        var users: Int { document["users"].array.count }
        var routes: Int { document["tenant"]["voiceRoutes"].array.count }
        var numbers: Int { document["tenant"]["numbers"].array.count }
    }

    /// A request with a body of its own file, begun and not waited for.
    private func begin(
        _ method: String, _ path: String, _ body: String, type: String = "application/json", _ service: RunningService
    ) throws -> Child {
        let file = service.folder + "/change-\(UUID().uuidString)"
        try body.write(toFile: file, atomically: true, encoding: .utf8)
        return try Child(
            "/usr/bin/env",
            [
                "curl", "-s", "-X", method, "-H", "Authorization: Bearer \(RunningService.token)", "-H", "Content-Type: \(type)",
                "--data-binary", "@\(file)", "-w", "\n%{http_code}", "http://127.0.0.1:\(service.http)\(path)",
            ], in: service.folder)
    }

    /// Kills the service at parts of the processor time that the whole change takes, which is measured by one on a service of its own.
    /// `check` sees the state before, after the restart, and whether the change was answered as done.
    private func kill(
        at parts: [Double] = [0.1, 0.4, 0.7, 0.95], _ change: (RunningService, State) throws -> Child,
        settled: (RunningService) async throws -> Void = { _ in },
        check: (_ before: State, _ after: State, _ isDone: Bool) -> Bool
    ) async throws {
        let measured = try await prepared()
        let state = try await State(measured), start = Child.processorTime(of: measured.child.pid)
        let whole = try change(measured, state)
        _ = await whole.exitStatus()
        try await settled(measured)
        let work = Child.processorTime(of: measured.child.pid) - start
        var outcomes: [Bool] = []
        for part in parts {
            let service = try await prepared(), before = try await State(service)
            service.child.isKilled(afterWork: Int64(Double(work) * part))
            let child = try change(service, before)
            #expect(await service.child.exitStatus() == SIGKILL)
            _ = await child.exitStatus()
            let isDone = ["\n200", "\n201", "\n202"].contains(child.text.suffix(4))
            try await service.restart()
            try await settled(service)
            let after = try await State(service), isThere = check(before, after, isDone)
            #expect(isThere || !isDone, "what was answered is there, at \(part) of \(work) ns")
            outcomes.append(isThere)
            let again = try change(service, after)
            _ = await again.exitStatus()
            try await settled(service)
            #expect(check(before, try await State(service), true), "the next start takes it, at \(part): \(again.text.suffix(300))")
        }
        #expect(outcomes.contains(false), "none was killed before its end: \(outcomes)")
    }

    private func prepared() async throws -> RunningService {
        let service = try await RunningService()
        try await service.configure(trunkPort: 5)
        return service
    }

    /// Nothing of a change, or all of it with one version and one entry more.
    private func isWhole(_ before: State, _ after: State, source: String, isThere: Bool) -> Bool {
        guard isThere else {
            #expect(after.document == before.document && after.version == before.version && after.changes == before.changes)
            return false
        }
        #expect(after.version == before.version + 1 && Array(after.changes.dropFirst()) == before.changes)
        #expect(after.changes.first?["source"].string == source && after.changes.first?["configVersion"].integer == after.version)
        return true
    }

    @Test("a document is in force whole or not at all") func document() async throws {
        let count = 800
        try await kill { service, before in
            var wanted = before.document
            wanted["tenant"]["displayName"] = .string("Contoso after")
            let users = (0..<count).map { number -> JSONValue in
                var user = before.document["users"].array[0]
                user["upn"] = .string("person\(number)@contoso.example")
                return user
            }
            wanted["users"] = .array(before.document["users"].array.prefix(1) + users)
            return try begin("PUT", "/v1/tenants/contoso/document", String(decoding: JSON.encode(wanted), as: UTF8.self), service)
        } check: { before, after, _ in
            let isThere = after.users == count + 1
            #expect(isThere || after.users == 1)
            #expect((after.document["tenant"]["displayName"].string == "Contoso after") == isThere)
            return isWhole(before, after, source: "document", isThere: isThere)
        }
    }

    @Test("a script is in force whole or not at all") func script() async throws {
        let count = 60
        try await kill { service, _ in
            let lines = (0..<count).map {
                """
                if (-not (Get-CsOnlineVoiceRoute | Where-Object Name -eq 'R\($0)')) {
                  New-CsOnlineVoiceRoute R\($0) -NumberPattern '^\\+44\($0)' -OnlinePstnUsages International -BridgeSourcePhoneNumber +14255550100
                }
                """
            }
            return try begin(
                "POST", "/v1/tenants/contoso/commands", lines.joined(separator: "\n"), type: "text/plain", service)
        } check: { before, after, _ in
            #expect(after.routes == 1 || after.routes == count + 1)
            return isWhole(before, after, source: "cmdlets", isThere: after.routes == count + 1)
        }
    }

    @Test("an order of numbers is not there, or is done by the next start, each number once") func order() async throws {
        let numbers = (0..<2_000).map { "+1425556\(String(10_000 + $0).suffix(4))" }
        // It is accepted soon, and done for long behind that.
        try await kill(at: [0, 0.05, 0.3, 0.8]) { service, _ in
            let body = #"{"tenant":"contoso","usage":"conference","numbers":["\#(numbers.joined(separator: "\",\""))"]}"#
            return try begin("POST", "/v1/operators/acme/number-orders", body, service)
        } settled: { service in
            let isOver = try await eventually {
                let orders = try await service.must("GET", "/v1/operators/acme/number-orders")["orders"].array
                return orders.allSatisfy { !["pending", "inProgress"].contains($0["status"].string) }
            }
            #expect(isOver)
        } check: { before, after, _ in
            let there = Set(after.document["tenant"]["numbers"].array.compactMap { $0["telephoneNumber"].string })
            #expect(there.count == after.numbers && (after.numbers == 1 || after.numbers == numbers.count + 1), "\(after.numbers)")
            guard after.numbers > 1 else {
                #expect(after.version == before.version && after.changes == before.changes)
                return false
            }
            let made = after.changes.dropLast(before.changes.count)
            let told = made.flatMap { $0["objects"].array }.filter {
                $0["before"] == .null && $0["object"].string?.hasPrefix("number ") == true
            }
            #expect(told.count + made.reduce(0) { $0 + Int($1["omitted"].integer ?? 0) } == numbers.count, "each number is one change's")
            return true
        }
    }
}
