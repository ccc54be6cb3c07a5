import Foundation
import Service
import Testing

/// What somebody writes into the console's address, and what the console writes for others to run.
@Suite("The console's addresses and scripts", .aFewAtATime)
struct ConsoleAddressTests {
    private func console(_ service: RunningService, at path: String) async throws -> Browser {
        let browser = try await Browser(in: service.folder)
        try await browser.open("http://127.0.0.1:\(service.http)/#token=\(RunningService.token)&to=/\(path)")
        try await browser.until("document.querySelector('nav a')")
        return browser
    }

    private static let alert = "document.querySelector('.alert:not([hidden])')"

    @Test("a filter that is none is refused by its name and rule, and can be cleared")
    func filters() async throws {
        let service = try await RunningService()
        try await service.configure(trunkPort: 9)
        let browser = try await console(service, at: "calls")
        for (query, words) in [
            ("from=abc", ["from", "RFC 3339", "abc"]), ("from=2026-13-01T00:00:00Z", ["from", "RFC 3339", "2026-13-01"]),
            ("to=0", ["to", "RFC 3339"]), ("organiser=x", ["organiser", "organizer"]),
        ] {
            try await browser.value("location.hash = '#/calls?\(query)'")
            for word in words { try await browser.until("\(Self.alert)?.textContent.includes(\(Browser.literal(word)))") }
            try await browser.until("document.querySelector('form[role=search]') && document.querySelector('.chip')")
            try await browser.activate("Clear all")
            try await browser.until("location.hash === '#/calls' && !\(Self.alert) && document.querySelector('form[role=search]')")
        }
        try await browser.value("location.hash = '#/audit?from=zzz'")
        for word in ["from", "RFC 3339", "zzz"] { try await browser.until("\(Self.alert)?.textContent.includes('\(word)')") }
        try await browser.value(
            """
            (() => {
              const input = document.querySelector('input[name=from]');
              input.value = '2026-01-01T00:00:00';
              input.dispatchEvent(new Event('input', { bubbles: true }));
            })()
            """)
        try await browser.until("!\(Self.alert) && location.hash.includes('from=2026')")
    }

    @Test("a name with quotes of any form is one text in a script")
    func quoted() async throws {
        let service = try await RunningService()
        let browser = try await console(service, at: "overview")
        for (name, text) in [
            ("Plain", "\"Plain\""), ("O’Brien", "\"O’Brien\""), ("“a” „b\"", "\"`“a`” `„b`\"\""), ("$5 `x", "\"`$5 ``x\""),
        ] {
            let shown = try await browser.value("import('/cmdlets.js').then(module => module.quote(\(Browser.literal(name))))").string
            #expect(shown == text)
        }
    }
}
