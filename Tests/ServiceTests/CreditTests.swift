import Basis
import Dialing
import Simulation
import Testing
import Web

@testable import Service

/// Minutes and credits of the service's own carrier: what tenants are told of them, and what recharges by itself (domain reference §2.2).
@Suite("Minutes and credits")
struct CreditTests {
    private static let settings = "/v1/tenants/contoso/settings", usage = "/v1/tenants/contoso/usage"
    /// Outside Zone A: answered after two seconds, hung up five seconds later, which is one minute.
    private static let far = "+263771230200"
    /// In Zone A: answered after two seconds.
    private static let near = "+442079460183"

    private let fixture: Fixture
    private let receivers: Receivers

    init() throws {
        fixture = try Fixture()
        receivers = Receivers(fixture.world)
        fixture.webhook("https://hooks.example/", #","kinds":["minutesUsed","creditsUsed","creditsRecharged"]"#)
        fixture.client.must(
            .put, "/v1/tenants/contoso/users/sam@contoso.example", #"{"licences":["AudioConferencingStandard","CommunicationsCredits"]}"#)
    }

    private func set(_ body: String) { fixture.client.must(.patch, Self.settings, body) }

    private func talk(_ times: Int, to number: String = far) {
        for _ in 0..<times {
            fixture.dial(number, organizer: "sam@contoso.example")
            fixture.pass(.seconds(10))
        }
    }

    /// So many minutes to Zone A.
    private func talk(minutes: Int, by client: SimClient? = nil) {
        let client = client ?? fixture.client
        let order = Fixture.order(Self.near, organizer: "sam@contoso.example")
        let id = client.must(.post, "/v1/meetings/long/dial-outs", order)["id"].string!
        fixture.pass(.seconds(minutes * 60 - 30))
        #expect(client.ask(.delete, "/v1/dial-outs/\(id)").status == 202)
        fixture.pass(.seconds(5))
    }

    /// What was told since the last look: `creditsUsed 80 4/5`.
    private func told(behind count: Int = 0) -> [String] {
        receivers.taken.dropFirst(count).map { one in
            let body = one.body, type = body["type"].string ?? "?"
            #expect(body["tenant"] == "contoso" && body["at"].string != nil)
            return type == "creditsRecharged"
                ? "\(type) \(body["amount"].integer ?? -1) left \(body["left"].integer ?? -1)"
                : "\(type) \(body["percent"].integer ?? -1) \(body["used"].integer ?? -1)/\(body["of"].integer ?? -1)"
        }
    }

    @Test("a stream that resumes before it has from the log what was told of minutes and recharged")
    func resumed() throws {
        set(#"{"purchasedStandardLicences":1,"communicationsCreditsBalance":3}"#)
        set(#"{"communicationsCreditsAutoRecharge":{"trigger":2,"amount":5}}"#)
        talk(minutes: 48)
        talk(1)
        let (service, client) = try fixture.restart(), reader = EventReader()
        _ = client.watch("/v1/events?tenant=contoso", into: reader, headers: [("Last-Event-ID", "0")])
        fixture.pass(.seconds(1))
        let types = reader.events.map(\.type).filter { ["minutesUsed", "creditsUsed", "creditsRecharged"].contains($0) }
        #expect(types == receivers.taken.map { $0.body["type"].string ?? "" } && types.contains("minutesUsed"), "\(types)")
        withExtendedLifetime(service) {}
    }

    @Test("of credits a tenant is told once at 80 and once at 100 percent, and anew when more are paid in")
    func credits() {
        set(#"{"communicationsCreditsBalance":5}"#)
        talk(3)
        #expect(told() == [])
        talk(1)
        #expect(told() == ["creditsUsed 80 4/5"])
        talk(1)
        #expect(told() == ["creditsUsed 80 4/5", "creditsUsed 100 5/5"])
        let order = Fixture.order(Self.far, organizer: "sam@contoso.example")
        let refused = fixture.client.ask(.post, "/v1/meetings/m/dial-outs", order)
        #expect(refused.status == 403 && refused.body["reason"] == "creditsExhausted")
        #expect(fixture.client.must(.get, Self.usage)["credits"]["left"] == .integer(0))
        set(#"{"communicationsCreditsBalance":10}"#)
        #expect(fixture.client.must(.get, Self.usage)["credits"]["left"] == .integer(5))
        talk(4)
        #expect(told(behind: 2) == ["creditsUsed 80 4/5"])
        #expect(fixture.metrics.contains("dialout_usage_levels_total{what=\"credits\",percent=\"80\"} 2\n"))
    }

    @Test("each level is told from its first credit on, once, and again for others that are paid in")
    func levels() {
        var settings = ConferencingSettings(), account = CarrierAccount(name: "t", creditsSpent: 7)
        func news(paidIn: Int?, spending: Int) -> [String] {
            settings.communicationsCreditsBalance = paidIn
            account.spend(spending)
            return account.review(CarrierTerms(settings, in: .unitedStates), minutesUsed: 0, in: Month(index: 1)).map { "\($0.content)" }
        }
        func told(_ percent: Int, _ used: Int, of all: Int) -> String {
            "\(UsageNotice.Content.level(percent: percent, used: used, of: all))"
        }
        #expect(news(paidIn: nil, spending: 0) == [] && news(paidIn: 7, spending: 0) == [], "of none nothing is used")
        #expect(news(paidIn: 8, spending: 0) == [])
        #expect(news(paidIn: 8, spending: 1) == [told(80, 1, of: 1), told(100, 1, of: 1)])
        #expect(news(paidIn: 8, spending: 1) == [])
        #expect(news(paidIn: 19, spending: 0) == [], "of ten more")
        #expect(news(paidIn: 19, spending: 7) == [] && news(paidIn: 19, spending: 1) == [told(80, 8, of: 10)])
        #expect(news(paidIn: 19, spending: 1) == [] && news(paidIn: 19, spending: 1) == [told(100, 10, of: 10)])
    }

    @Test("of minutes a tenant is told once a month at each level, whatever comes between, and credits pay for what is beyond")
    func minutes() {
        set(#"{"purchasedStandardLicences":1,"communicationsCreditsBalance":100}"#)
        talk(minutes: 47)
        #expect(told() == [])
        talk(minutes: 1)
        #expect(told() == ["minutesUsed 80 48/60"])
        talk(minutes: 20)
        #expect(told() == ["minutesUsed 80 48/60", "minutesUsed 100 60/60"])
        let usage = fixture.client.must(.get, Self.usage)
        #expect(usage["minutes"] == .object(["included": 60, "used": 60, "toldPercent": 100]))
        #expect(usage["credits"]["spent"] == .integer(8) && usage["credits"]["left"] == .integer(92))
        talk(minutes: 1)
        #expect(told().count == 2, "the pool stays used up")
        fixture.world.wallOffset += 31 * 86_400_000
        talk(minutes: 50)
        #expect(told(behind: 2) == ["minutesUsed 80 50/60"], "another month")
        #expect(fixture.client.must(.get, Self.usage)["credits"]["spent"] == .integer(9), "credits are not given back")
    }

    @Test("a call under which the pool ends is the pool's where its organizer may not use credits: none are spent or bought")
    func withoutCredits() {
        set(#"{"purchasedStandardLicences":1,"communicationsCreditsBalance":3}"#)
        set(#"{"communicationsCreditsAutoRecharge":{"trigger":3,"amount":9}}"#)
        talk(minutes: 59)
        fixture.client.must(.put, "/v1/tenants/contoso/users/sam@contoso.example", #"{"licences":["AudioConferencingStandard"]}"#)
        talk(minutes: 5)
        let usage = fixture.client.must(.get, Self.usage)
        #expect(usage["minutes"]["used"] == .integer(64) && usage["credits"]["spent"] == .integer(0))
        #expect(usage["credits"]["paidIn"] == .integer(3) && !told().contains { $0.hasPrefix("credits") })
    }

    @Test("how many minutes a licence brings is not an administrator's to choose by the tenant's country")
    func moved() {
        set(#"{"purchasedStandardLicences":1}"#)
        let admin = fixture.token("admin", tenant: "contoso")
        for country in ["RU", "KR"] {
            let refused = admin.ask(.put, "/v1/tenants/contoso", #"{"displayName":"Contoso","country":"\#(country)"}"#)
            #expect(refused.status == 403 && refused.body["field"] == "country", "\(refused.body)")
        }
        admin.must(.put, "/v1/tenants/contoso", #"{"displayName":"Contoso","country":"GB"}"#)
        #expect(fixture.client.must(.get, Self.usage)["minutes"]["included"] == .integer(60))
        fixture.client.must(.put, "/v1/tenants/contoso", #"{"displayName":"Contoso","country":"RU"}"#)
        #expect(fixture.client.must(.get, Self.usage)["minutes"]["included"] == .integer(900))
    }

    @Test(
        "a month is its first millisecond to its last, in UTC",
        arguments: [
            ("2026-11-01T00:00:00.000Z", "2026-11-30T23:59:59.999Z", "2026-11"),
            ("2026-12-01T00:00:00.000Z", "2026-12-31T23:59:59.999Z", "2026-12"),
            ("2027-01-01T00:00:00.000Z", "2027-01-31T23:59:59.999Z", "2027-01"),
            ("2028-02-01T00:00:00.000Z", "2028-02-29T23:59:59.999Z", "2028-02"),
        ])
    func months(_ row: (first: String, last: String, name: String)) throws {
        let (first, last) = (try #require(WallTime(rfc3339: row.first)), try #require(WallTime(rfc3339: row.last)))
        let month = Month(of: first)
        #expect(month.name == row.name && Month(of: last) == month && Month(index: month.index) == month)
        #expect(Month(of: WallTime(milliseconds: first.milliseconds - 1)) == Month(index: month.index - 1))
        #expect(Month(of: WallTime(milliseconds: last.milliseconds + 1)) == Month(index: month.index + 1))
        #expect(Month(index: month.index - 1) < month && !(month < month))
    }

    @Test("with the month's last millisecond its minutes and what was told of them are over; credits stay")
    func monthBorder() throws {
        set(#"{"purchasedStandardLicences":1,"communicationsCreditsBalance":5}"#)
        talk(4)
        talk(minutes: 50)
        #expect(told() == ["creditsUsed 80 4/5", "minutesUsed 80 50/60"])
        func usage(at time: String) throws -> JSONValue {
            let wanted = try #require(WallTime(rfc3339: time)).milliseconds
            fixture.world.wallOffset += wanted - fixture.world.wallTime.milliseconds
            return try fixture.service.assumeIsolated { service in
                let tenant = try #require(service.directory.tenant("contoso"))
                return try JSON.decode(JSONValue.self, JSON.encode(service.accounts.usage(of: tenant)))
            }
        }
        let before = try usage(at: "2026-11-30T23:59:59.999Z"), after = try usage(at: "2026-12-01T00:00:00.000Z")
        #expect(before["month"] == "2026-11" && after["month"] == "2026-12")
        #expect(before["minutes"] == .object(["included": 60, "used": 50, "toldPercent": 80]))
        #expect(after["minutes"] == .object(["included": 60, "used": 0, "toldPercent": 0]))
        #expect(after["credits"] == before["credits"] && after["credits"]["toldPercent"] == .integer(80))
    }

    @Test("a clock that was a month ahead, or is set back over a border, neither keeps a level from being told nor tells one twice")
    func clockJumps() {
        set(#"{"purchasedStandardLicences":1,"communicationsCreditsBalance":100}"#)
        let day: Int64 = 86_400_000
        talk(minutes: 50)
        #expect(told() == ["minutesUsed 80 50/60"])
        func jump(_ days: Int64) -> JSONValue {
            fixture.world.wallOffset += days * day
            return fixture.client.must(.get, Self.usage)["minutes"]["toldPercent"]
        }
        #expect(jump(62) == .integer(0))
        talk(minutes: 50)
        #expect(told(behind: 1) == ["minutesUsed 80 50/60"], "two months on")
        #expect(jump(-62) == .integer(80))
        talk(minutes: 1)
        #expect(told().count == 2, "told of this month already")
        #expect(jump(31) == .integer(0))
        talk(minutes: 50)
        #expect(told(behind: 2) == ["minutesUsed 80 50/60"], "the month between has its own")
        #expect(jump(-31) == .integer(80))
        talk(minutes: 20)
        #expect(told(behind: 3) == ["minutesUsed 100 60/60"])
        #expect(jump(62) == .integer(80), "as it was told before the clock was set back")
    }

    @Test("a level that is reached by fewer licences is told at once")
    func fewer() {
        set(#"{"purchasedStandardLicences":2}"#)
        talk(minutes: 50)
        #expect(told() == [])
        set(#"{"purchasedStandardLicences":1}"#)
        fixture.pass(.seconds(1))
        #expect(told() == ["minutesUsed 80 50/60"])
        set(#"{"purchasedStandardLicences":2}"#)
        set(#"{"purchasedStandardLicences":1}"#)
        fixture.pass(.seconds(1))
        #expect(told().count == 1)
    }

    @Test("credits below the trigger recharge by themselves: a change with its author, told, and in force for the next call")
    func recharge() throws {
        set(#"{"communicationsCreditsBalance":3,"communicationsCreditsAutoRecharge":{"trigger":2,"amount":5}}"#)
        talk(1)
        #expect(told() == [])
        talk(1)
        #expect(told() == ["creditsRecharged 5 left 6"])
        let usage = fixture.client.must(.get, Self.usage)["credits"]
        #expect(usage["paidIn"] == .integer(8) && usage["left"] == .integer(6) && usage["autoRecharge"]["amount"] == .integer(5))
        let change = fixture.client.must(.get, "/v1/tenants/contoso/changes?limit=1")["changes"].array[0]
        #expect(change["by"] == "auto-recharge" && change["source"] == "recharge" && change["role"] == "service")
        #expect(change["objects"].array.map { $0["object"] } == ["settings"])
        #expect(change["objects"].array[0]["after"]["communicationsCreditsBalance"] == .integer(8))
        let all = fixture.client.must(.get, "/v1/dial-outs?limit=1")
        #expect(all["dialOuts"].array.count == 1)
        talk(6)
        #expect(told(behind: 1) == ["creditsUsed 80 5/6", "creditsRecharged 5 left 6"])
        #expect(fixture.metrics.contains("dialout_credit_recharges_total 2\n"))
        set(#"{"communicationsCreditsAutoRecharge":null}"#)
        talk(5)
        #expect(told(behind: 3) == ["creditsUsed 80 5/6", "creditsUsed 100 6/6"])
    }

    @Test("a trigger above what one amount brings is reached by as many amounts as it takes, in one change")
    func amounts() {
        let before = fixture.client.must(.get, "/v1/tenants/contoso/changes")["changes"].array.count
        set(#"{"communicationsCreditsBalance":1,"communicationsCreditsAutoRecharge":{"trigger":50,"amount":20}}"#)
        fixture.pass(.seconds(1))
        #expect(told() == ["creditsRecharged 60 left 61"])
        #expect(fixture.client.must(.get, "/v1/tenants/contoso/changes")["changes"].array.count == before + 2)
    }

    @Test("levels and recharges stand over a restart: nothing is told twice, spent twice or forgotten")
    func restart() throws {
        set(#"{"purchasedStandardLicences":1,"communicationsCreditsBalance":5}"#)
        talk(4)
        talk(minutes: 50)
        #expect(told() == ["creditsUsed 80 4/5", "minutesUsed 80 50/60"])
        let before = fixture.client.must(.get, Self.usage)
        let (_, client) = try fixture.restart()
        fixture.pass(.seconds(5))
        #expect(client.must(.get, Self.usage) == before)
        talk(minutes: 5, by: client)
        #expect(told().count == 2)
        talk(minutes: 5, by: client)
        #expect(told(behind: 2) == ["minutesUsed 100 60/60"])
    }

    @Test("what the store does not take is recharged once it does")
    func outage() {
        set(#"{"communicationsCreditsBalance":2,"communicationsCreditsAutoRecharge":{"trigger":2,"amount":5}}"#)
        fixture.dial(Self.far, organizer: "sam@contoso.example")
        fixture.pass(.seconds(4))
        fixture.store.isFull = true
        fixture.pass(.seconds(30))
        #expect(told() == [])
        fixture.store.isFull = false
        fixture.pass(.seconds(30))
        #expect(told() == ["creditsRecharged 5 left 6"])
    }

    @Test("a recharge is refused where there is nothing to recharge, or with figures out of range, and to all but the platform")
    func refused() {
        let admin = fixture.token("admin", tenant: "contoso")
        for (body, status, field) in [
            (#"{"communicationsCreditsAutoRecharge":{"trigger":2,"amount":5}}"#, 409, "settings.communicationsCreditsAutoRecharge"),
            (
                #"{"communicationsCreditsBalance":9,"communicationsCreditsAutoRecharge":{"trigger":0,"amount":5}}"#, 422,
                "settings.communicationsCreditsAutoRecharge.trigger"
            ),
            (
                #"{"communicationsCreditsBalance":9,"communicationsCreditsAutoRecharge":{"trigger":1,"amount":-5}}"#, 422,
                "settings.communicationsCreditsAutoRecharge.amount"
            ),
            (#"{"communicationsCreditsAutoRecharge":{"trigger":2}}"#, 400, "communicationsCreditsAutoRecharge.amount"),
        ] {
            let answer = fixture.client.ask(.patch, Self.settings, body)
            #expect(answer.status == status && answer.body["field"].string == field, "\(body): \(answer.body)")
            #expect(admin.ask(.patch, Self.settings, body).status == (status == 400 ? 400 : 403))
        }
        set(#"{"communicationsCreditsBalance":9,"communicationsCreditsAutoRecharge":{"trigger":2,"amount":5}}"#)
        #expect(admin.must(.get, Self.settings)["communicationsCreditsAutoRecharge"] == .object(["trigger": 2, "amount": 5]))
        #expect(admin.must(.get, Self.usage)["credits"]["paidIn"] == .integer(9))
        #expect(fixture.token("meeting", tenant: "contoso").ask(.get, Self.usage).status == 403)
        let taken = fixture.client.ask(.patch, Self.settings, #"{"communicationsCreditsBalance":null}"#)
        #expect(taken.status == 409, "with its recharge it goes, and not alone: \(taken.body)")
        set(#"{"communicationsCreditsBalance":null,"communicationsCreditsAutoRecharge":null}"#)
        #expect(fixture.client.must(.get, Self.usage)["credits"] == .null)
    }

    @Test("where credits are not sold they are refused, and each licence brings 900 minutes", arguments: ["RU", "KR", "TW"])
    func notSold(_ country: String) {
        fixture.client.must(.put, "/v1/tenants/eastern", #"{"displayName":"Eastern","country":"\#(country)"}"#)
        let path = "/v1/tenants/eastern/settings"
        let refused = fixture.client.ask(.patch, path, #"{"communicationsCreditsBalance":5}"#)
        #expect(refused.status == 409 && refused.body["field"] == "settings.communicationsCreditsBalance", "\(refused.body)")
        fixture.client.must(.patch, path, #"{"purchasedStandardLicences":2}"#)
        #expect(fixture.client.must(.get, "/v1/tenants/eastern/usage")["minutes"]["included"] == .integer(1_800))
        set(#"{"communicationsCreditsBalance":5}"#)
        let moved = fixture.client.ask(.put, "/v1/tenants/contoso", #"{"displayName":"Contoso","country":"\#(country)"}"#)
        #expect(moved.status == 409, "\(moved.body)")
    }

    @Test("a tenant that is gone leaves no account to one of its name")
    func gone() {
        fixture.client.must(.put, "/v1/tenants/brief", #"{"displayName":"Brief","country":"US"}"#)
        fixture.client.must(.patch, "/v1/tenants/brief/settings", #"{"communicationsCreditsBalance":5}"#)
        fixture.pass(.seconds(1))
        #expect(fixture.store.documents.keys.contains { $0.hasPrefix("carrierAccount/brief") })
        #expect(fixture.client.ask(.delete, "/v1/tenants/brief").status == 204)
        fixture.pass(.seconds(1))
        #expect(!fixture.store.documents.keys.contains { $0.hasPrefix("carrierAccount/brief") })
    }
}
