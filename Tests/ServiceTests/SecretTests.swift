import Basis
import Dialing
import SIP
import Simulation
import Testing
import Web

@testable import Service

@Suite("Secrets")
struct SecretTests {
    private static let word = "s3cret-of-a-trunk"
    private static let carrier = #"{"name":"X","trunks":[{"name":"x1","uri":"sip:10.9.0.1","username":"u","password":"\#(word)"}]}"#

    @Test("a trunk's password is in no answer, of PUT, GET or a list, to whoever asks, and stays when it is left out")
    func password() throws {
        let fixture = try Fixture()
        let put = fixture.client.ask(.put, "/v1/operators/x", Self.carrier)
        #expect(put.status == 201 && put.body["trunks"].array[0]["username"].string == "u")
        let asOperator = fixture.token("operator", operator: "x"), admin = fixture.token("admin", tenant: "contoso")
        for client in [fixture.client, asOperator, admin] {
            for path in ["/v1/operators/x", "/v1/operators", "/v1/operators/x/trunks", "/v1/operators/x/trunks/x1", "/metrics"] {
                #expect(!"\(client.ask(.get, path).body)".contains(Self.word), "\(path)")
            }
        }
        #expect(!"\(put.body)".contains(Self.word) && put.body["trunks"].array[0]["password"] == .null)
        let again = fixture.client.must(.put, "/v1/operators/x", Self.carrier.replacing(#","password":"\#(Self.word)""#, with: ""))
        #expect(!"\(again)".contains(Self.word))
        var stored: StoredDocument?
        _ = try fixture.store.load(usesSince: Month(index: 0)) { if $0.key == "x" { stored = $0 } }
        #expect(stored?.isSecret == true && String(decoding: stored?.body ?? [], as: UTF8.self).contains(#""password":"\#(Self.word)""#))
    }

    @Test("settings, invitations and what a trunk is called with dump without their secrets")
    func dumps() throws {
        var settings = Settings(), dumped = ""
        settings.bootstrapToken = Secret(Self.word)
        var trunk = Trunk(name: "t", uri: "sip:h")
        (trunk.username, trunk.password) = ("u", Secret(Self.word))
        var invitation = Invitation(
            id: LegID(dialOut: SortableID(high: 0, low: 0), attempt: 1), destination: SocketAddress("192.0.2.1:5060")!, host: "h",
            number: "+14255550100", callerID: "+14255550101", sdp: [])
        invitation.credentials = trunk.credentials
        dump(settings, to: &dumped)
        dump(invitation, to: &dumped)
        dumped += "\(settings) \(invitation) \(String(reflecting: invitation.credentials))"
        #expect(!dumped.contains(Self.word) && dumped.contains("(secret)"))
        #expect(invitation.credentials == Account(username: "u", password: Self.word))
    }

    @Test("a secret prints nothing, dumps nothing, and is null in JSON")
    func prints() {
        let secret = Secret(Self.word)
        var trunk = Trunk(name: "t", uri: "sip:h")
        trunk.password = secret
        var dumped = ""
        dump(trunk, to: &dumped)
        for text in ["\(secret)", "\(trunk)", String(reflecting: trunk), dumped] { #expect(!text.contains(Self.word), "\(text)") }
        #expect("\(secret)" == "(secret)")
        let text = String(decoding: JSON.encode(trunk), as: UTF8.self)
        #expect(text.contains(#""password":null"#) && !text.contains(Self.word), "\(text)")
        #expect(secret.revealed == Self.word && secret == Secret(Self.word) && secret != Secret(""))
    }
}
