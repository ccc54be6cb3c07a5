import Basis
import Testing
import Webhooks

@Suite("Where webhooks may go")
struct URLTests {
    @Test(
        "what is no plain URL is refused, and the rule said",
        arguments: [
            ("", "has 1 to 2048 bytes"), ("ftp://h/", "begins with https:// or http://"), ("//h/", "begins with https:// or http://"),
            ("https:h", "begins with https:// or http://"), ("https://", "has a host name or an IP address behind ://"),
            ("https:///a", "has a host name or an IP address behind ://"), ("https://u@h/", "has no user and no password"),
            ("https://good.example@evil.example/", "has no user and no password"), ("https://h/#x", "has no fragment"),
            ("https://h:0/", "has a port from 1 to 65535 behind its colon"),
            ("https://h:65536/", "has a port from 1 to 65535 behind its colon"),
            ("https://h:+80/", "has a port from 1 to 65535 behind its colon"),
            ("https://h:/", "has a port from 1 to 65535 behind its colon"),
            ("https://[::1/", "has a host name or an IP address behind ://"),
            ("https://[x]/", "has an IPv6 address between its brackets"), ("https://a..b/", "has a host name or an IP address behind ://"),
            ("https://h/a/../b", "has no segments . and .. and no encoded slashes in its path"),
            ("https://h/a/%2E%2e/b", "has no segments . and .. and no encoded slashes in its path"),
            ("https://h/a%2fb", "has no segments . and .. and no encoded slashes in its path"),
            ("https://h/a%5Cb", "has no segments . and .. and no encoded slashes in its path"),
            ("https://h/%zz", "has two hexadecimal digits behind each %"), ("https://h/%4", "has two hexadecimal digits behind each %"),
            (#"https://h\@evil/"#, #"has none of \ " < > ^ ` { | }"#),
            ("https://h/ö", "has printable ASCII characters alone; others are percent-encoded, in a host name written as xn--…"),
            ("https://h/ a", "has printable ASCII characters alone; others are percent-encoded, in a host name written as xn--…"),
            ("https://h/\u{7F}", "has printable ASCII characters alone; others are percent-encoded, in a host name written as xn--…"),
        ])
    func faults(text: String, rule: String) {
        do throws(WebhookURL.Fault) {
            _ = try WebhookURL(text)
            Issue.record("\(text) was taken")
        } catch { #expect(error.rule == rule) }
    }

    @Test("2048 bytes are taken, and one more is not")
    func length() throws {
        #expect(throws: Never.self) { try WebhookURL("https://h/" + String(repeating: "a", count: 2038)) }
        #expect(throws: WebhookURL.Fault.self) { try WebhookURL("https://h/" + String(repeating: "a", count: 2039)) }
    }

    @Test(
        "a request's URL begins with an endpoint's by whole parts",
        arguments: [
            ("https://h/hooks", "https://h/hooks", true), ("https://h/hooks/1", "https://h/hooks", true),
            ("https://h/hooks?a=1", "https://h/hooks", true), ("https://H:443/hooks", "https://h/hooks", true),
            ("https://h", "https://h/", true), ("https://h/", "https://h", true), ("https://h/x/y", "https://h/", true),
            ("http://h:80/x", "http://h", true), ("https://[::1]:9/x", "https://[0:0::1]:9", true),
            ("https://h/hooks/", "https://h/hooks/", true), ("https://h/hooks/a", "https://h/hooks/", true),
            ("https://h/x?k=1&l=2", "https://h/x?k=1", true), ("https://h/x?k=1", "https://h/x?k=1", true),
            ("https://h/hooks-evil", "https://h/hooks", false), ("https://h/hooksevil/1", "https://h/hooks", false),
            ("https://h.evil.example/hooks", "https://h/hooks", false), ("https://evil.example/https://h/hooks", "https://h/hooks", false),
            ("http://h/hooks", "https://h/hooks", false), ("https://h:444/hooks", "https://h/hooks", false),
            ("https://h/Hooks", "https://h/hooks", false), ("https://h/hooks", "https://h/hooks/", false),
            ("https://h/", "https://h/hooks", false), ("https://h/x?k=12", "https://h/x?k=1", false),
            ("https://h/x", "https://h/x?k=1", false),
            ("https://h/x?l=2&k=1", "https://h/x?k=1", false), ("https://h//hooks", "https://h/hooks", false),
        ])
    func prefixes(text: String, endpoint: String, begins: Bool) throws {
        #expect(try WebhookURL(text).begins(with: WebhookURL(endpoint)) == begins)
    }

    @Test("a host has up to 253 signs", arguments: [(253, true), (254, false)])
    func longestHost(count: Int, isTaken: Bool) {
        let host = String(repeating: "a", count: count - 8) + ".example"
        #expect(((try? WebhookURL("https://\(host)/"))?.host == host) == isTaken)
    }

    @Test("2xx alone has arrived", arguments: [(199, false), (200, true), (299, true), (300, false), (410, false)])
    func arrived(status: Int, isSuccess: Bool) { #expect(PostOutcome.answered(status: status).isSuccess == isSuccess) }
}
