import Basis
import Testing

@Suite("Which addresses the service goes to on others' word")
struct AddressRuleTests {
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

    @Test("public addresses but for the machine's own, unless all are allowed")
    func rule() throws {
        let own = try #require(SocketAddress(host: "9.9.9.9", port: 0)), port = own.with(port: 5061)
        let rule = AddressRule { [own] }, other = try #require(SocketAddress(host: "9.9.9.8", port: 5061))
        let loopback = try #require(SocketAddress(host: "127.0.0.1", port: 5061))
        #expect(!rule.permits(port) && rule.permits(other) && !rule.permits(loopback))
        let all = AddressRule(allowsPrivate: true) { [own] }
        #expect(all.permits(port) && all.permits(loopback))
    }
}
