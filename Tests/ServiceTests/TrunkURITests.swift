import Dialing
import SIP
import Service
import Testing

@Suite("Trunk URIs")
struct TrunkURITests {
    @Test(
        "host, port and transport are read, and what the URI leaves open is known",
        arguments: [
            ("sip:192.0.2.1", "192.0.2.1 5060 udp", ""), ("SIP:192.0.2.1:5070", "192.0.2.1 5070 udp", "port"),
            ("sip:sbc.example;transport=tcp", "sbc.example 5060 tcp", "transport"),
            ("sip:sbc.example:5070;Transport=TLS", "sbc.example 5070 tls", "port transport"),
            ("sip:sbc.example;transport=tls", "sbc.example 5061 tls", "transport"),
            ("sips:sbc.example", "sbc.example 5061 tls", "transport"),
            ("SIPS:sbc.example", "sbc.example 5061 tls", "transport"),
            ("SipS:sbc.example;TRANSPORT=TLS", "sbc.example 5061 tls", "transport"),
            ("Sip:SBC.Example;transport=TCP", "SBC.Example 5060 tcp", "transport"),
            ("sip:sbc.example;Transport=Udp", "sbc.example 5060 udp", "transport"),
            ("sips:[2001:db8::1]:5071", "2001:db8::1 5071 tls", "port transport"), ("sip:[2001:db8::1]", "2001:db8::1 5060 udp", ""),
        ])
    func read(uri: String, parts: String, named: String) throws {
        let trunk = try TrunkURI(uri)
        #expect("\(trunk.host) \(trunk.port) \(trunk.transport)" == parts)
        #expect(
            [trunk.namesPort ? "port" : nil, trunk.namesTransport ? "transport" : nil].compactMap { $0 }
                == named.split(separator: " ").map(String.init))
    }

    @Test(
        "what is no trunk is refused with the rule",
        arguments: [
            ("tel:+14255550100", "is sip:host"), ("sip", "is sip:host"), ("sip:", "names a host"), ("sip:a b", "names a host"),
            ("sip:sbc.example:0", "has a port from 1"), ("sip:192.0.2.1:0", "has a port from 1"),
            ("sip:sbc.example:70000", "has a port from 1"), ("sip:sbc.example:+5060", "has a port from 1"),
            ("sip:192.0.2.1:+5060", "has a port from 1"),
            ("sip:sbc.example;transport=ws", "has no parameter but"), ("sip:sbc.example;lr", "has no parameter but"),
            ("sip:sbc.example;transport=tcp;transport=udp", "names the transport once"),
            ("sips:sbc.example;transport=udp", "goes over TLS"), ("SIPS:sbc.example;TRANSPORT=UDP", "goes over TLS"),
            ("sip:\(String(repeating: "a", count: 260))", "is sip:host"),
        ])
    func refused(uri: String, rule: String) {
        let error = #expect(throws: InvalidField.self) { try TrunkURI(uri) }
        #expect(error?.field == "uri" && error?.rule.contains(rule) == true, "\(String(describing: error))")
    }
}
