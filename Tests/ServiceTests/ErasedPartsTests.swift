import Basis
import Service
import Simulation
import Testing
import Web

/// Parts of what is kept that an erasure reaches by another way than the rest.
@Suite("Parts of an erasure")
struct ErasedPartsTests {
    private let fixture: Fixture

    init() throws { fixture = try Fixture() }

    private func erase(_ user: String) -> SimClient.Answer {
        fixture.client.ask(.post, "/v1/tenants/contoso/erasures", #"{"user":"\#(user)"}"#)
    }

    private var log: String { String(decoding: fixture.store.everything.0.facts.flatMap(\.row.body), as: UTF8.self) }

    @Test("a name is found beside signs whose small letters are longer") func longerLetters() {
        fixture.client.must(
            .post, "/v1/meetings/m/dial-outs",
            #"{"kind":"callMeAt","organizer":"alice@contoso.example","number":"+14255550486","requestedBy":"sam@contoso.example","#
                + #""displayName":"İ BOB@contoso.example"}"#)
        fixture.pass(.seconds(5))
        #expect(erase("bob@contoso.example").body["records"] == .integer(1))
        #expect(!log.lowercased().contains("bob@contoso") && log.contains("erased.invalid"))
    }

    @Test("the telephone number of a contact goes with the contact's name") func contact() {
        fixture.client.must(.patch, "/v1/tenants/contoso/operators/acme", #"{"contact":{"phone":"206 555 0177"}}"#)
        #expect(log.contains("206 555 0177"))
        #expect(erase("ann@contoso.example").status == 200)
        #expect(!log.contains("206 555 0177") && !log.contains("ann@contoso.example"))
    }

    @Test("a principal name has up to 256 bytes", arguments: [(256, 200), (257, 400)])
    func longest(count: Int, status: Int) {
        let name = String(repeating: "a", count: count - "@contoso.example".utf8.count) + "@contoso.example"
        #expect(erase(name).status == status)
    }

    @Test("no rewriting of invites is known of a person who was erased, before a restart as after it") func rewriting() throws {
        func run(_ script: String, _ client: SimClient) -> JSONValue {
            client.must(.post, "/v1/tenants/contoso/commands", script)["results"].array.last?["output"] ?? .null
        }
        fixture.client.must(.post, "/v1/meetings/m/invite", #"{"organizer":"alice@contoso.example"}"#)
        _ = run("Start-CsExMeetingMigration -Identity alice@contoso.example", fixture.client)
        fixture.pass(.seconds(5))
        #expect(run("Get-CsMeetingMigrationStatus", fixture.client).array.count == 1)
        #expect(erase("alice@contoso.example").status == 200)
        #expect(run("Get-CsMeetingMigrationStatus", fixture.client) == .array([]))
        let (_, client) = try fixture.restart()
        #expect(run("Get-CsMeetingMigrationStatus", client) == .array([]))
    }
}
