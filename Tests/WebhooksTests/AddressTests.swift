import Basis
import Testing
import Webhooks

@Suite("Where webhooks may go")
struct AddressTests {
    @Test(
        "private, local, documentation, multicast and reserved addresses are not public, whatever they are dressed as",
        arguments: [
            "0.0.0.0", "0.255.255.255", "10.0.0.1", "10.255.255.255", "100.64.0.0", "100.127.255.255", "127.0.0.1", "127.255.255.254",
            "169.254.169.254", "172.16.0.1", "172.31.255.255", "192.0.0.192", "192.0.2.1", "192.88.99.1", "192.168.0.1", "198.18.0.1",
            "198.19.255.255", "198.51.100.1", "203.0.113.1", "224.0.0.1", "239.255.255.255", "240.0.0.1", "255.255.255.255", "::", "::1",
            "::ffff:10.0.0.1", "::10.0.0.1", "fe80::1", "fc00::1", "fd00:ec2::254", "fec0::1", "ff02::1", "2001:db8::1", "2001::1",
            "2001:2::1", "3fff::1", "3fff:fff:ffff::1", "64:ff9b::10.0.0.1", "64:ff9b::169.254.169.254", "64:ff9b:1::808:808",
            "2002:a00:1::1", "2002:7f00:1::", "100::1", "5f00::1",
        ])
    func reserved(text: String) throws { #expect(!(try #require(SocketAddress(host: text, port: 443))).isPublic) }

    @Test(
        "all others are",
        arguments: [
            "1.1.1.1", "9.255.255.255", "11.0.0.0", "100.63.255.255", "100.128.0.0", "126.255.255.255", "128.0.0.1", "169.253.0.1",
            "169.255.0.1", "172.15.255.255", "172.32.0.0", "192.0.1.1", "192.167.255.255", "192.169.0.0", "198.17.255.255", "198.20.0.0",
            "223.255.255.255", "2606:4700::1111", "2a00:1450::1", "64:ff9b::8.8.8.8", "2002:808:808::1", "3ffe::1", "2001:200::1",
        ])
    func open(text: String) throws { #expect((try #require(SocketAddress(host: text, port: 443))).isPublic) }

    @Test(
        "what is no plain URL is refused, and the rule said",
        arguments: [
            ("", "has 1 to 2048 bytes"), ("ftp://h/", "begins with https:// or http://"), ("//h/", "begins with https:// or http://"),
            ("https:h", "begins with https:// or http://"), ("https://", "has a host name or an IP address behind ://"),
            ("https:///a", "has a host name or an IP address behind ://"), ("https://u@h/", "has no user and no password"),
            ("https://good.example@evil.example/", "has no user and no password"), ("https://h/#x", "has no fragment"),
            ("https://h:0/", "has a port from 1 to 65535 behind its colon"),
            ("https://h:65536/", "has a port from 1 to 65535 behind its colon"),
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
}
