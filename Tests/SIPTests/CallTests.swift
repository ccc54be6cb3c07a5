import Basis
import FarEnd
import Testing

@testable import SIP

@Suite struct CallTests {
    @Test("an answered call that we hang up") func basic() {
        var driver = Driver()
        driver.invite()
        driver.run(until: .seconds(5))
        driver.hangUp()
        driver.run()
        #expect(
            driver.titles == [
                "-> INVITE", "<- 100 INVITE", "<- 180 INVITE", "<- 200 INVITE", "-> ACK", "-> BYE", "<- 200 BYE",
            ])
        #expect(driver.story == ["progress 100", "progress 180", "answered sdp", "ended us"])
        #expect(driver.endpoint.legCount == 0)
        #expect(driver.farEnd.records.isEmpty)
    }

    @Test(
        "what the called number makes of a call",
        arguments: [
            ("+14255550183", ["progress 100", "progress 183 sdp", "answered sdp", "ended us"]),
            ("+14255550200", ["progress 100", "progress 180", "answered sdp", "ended farEnd"]),
            ("+14255550202", ["progress 100", "progress 180", "answered sdp", "ended us"]),
            ("+14255550262", ["progress 100", "progress 180", "answered sdp", "ended us"]),
            ("+14255550302", ["progress 100", "failed rejected 302"]),
            ("+14255550404", ["progress 100", "failed rejected 404"]),
            ("+14255550486", ["progress 100", "failed rejected 486"]),
            ("+14255550503", ["progress 100", "failed rejected 503"]),
            ("+14255550603", ["progress 100", "failed rejected 603"]),
            ("+14255550606", ["progress 100", "progress 180", "answered in vain", "failed answeredInVain 200"]),
            ("+14255550407", ["failed rejected 401"]),
            ("+14255550408", ["failed timedOut"]),
            ("+14255550480", ["progress 100", "progress 180", "failed rejected 480"]),
            ("+14255550487", ["progress 100", "progress 180", "failed cancelled 200 answered"]),
            ("+14255550488", ["progress 100", "progress 180", "failed cancelled"]),
            ("+14255550999", ["progress 100", "progress 180", "failed cancelled 487"]),
        ], [Transport.udp, .tcp])
    func magicNumbers(_ row: (number: String, story: [String]), transport: Transport) {
        var driver = Driver()
        driver.transport = transport
        driver.invite(row.number)
        driver.run(until: .seconds(60))
        driver.cancel()
        driver.run()
        #expect(driver.story == row.story, "\(driver.ladder.joined(separator: "\n"))")
        #expect(driver.farEnd.liveCalls.isEmpty)
        #expect(driver.endpoint.legCount == 0)
    }

    @Test("a failure carries what the operator said") func failureDetails() throws {
        func failure(_ number: String) throws -> Failure {
            var driver = Driver()
            driver.invite(number)
            driver.run()
            var found: Failure?
            for case .failed(_, let failure) in driver.outputs { found = failure }
            return try #require(found)
        }
        let redirected = try failure("+14255550302")
        #expect(redirected.contacts == ["sip:+19005550100@elsewhere.invalid"])
        let busy = try failure("+14255550486")
        #expect(busy.phrase == "Busy Here")
        #expect(busy.reasons == [Reason(protocol: "Q.850", cause: 17, text: nil)])
        #expect(try failure("+14255550503").retryAfter == 5)
    }

    @Test("digest credentials are given once", arguments: [("secret", "answered"), ("wrong", "failed")])
    func digest(password: String, fate: String) {
        var driver = Driver()
        driver.invite("+14255550407") { $0.credentials = Account(username: "dialout", password: password) }
        driver.run(until: .seconds(5))
        driver.hangUp()
        driver.run()
        #expect(driver.titles.filter { $0 == "-> INVITE" }.count == 2)
        #expect(driver.fate.first == fate)
        #expect(driver.isFateSettled)
    }

    @Test("422 is taken up once") func intervalTooSmall() {
        var driver = Driver { _ in
            var behaviour = Behaviour()
            behaviour.leastSessionInterval = 3600
            return behaviour
        }
        driver.invite()
        driver.run(until: .seconds(5))
        #expect(driver.titles.prefix(5) == ["-> INVITE", "<- 422 INVITE", "-> ACK", "-> INVITE", "<- 100 INVITE"])
        #expect(driver.story == ["progress 100", "progress 180", "answered sdp"])
        driver.run(until: .seconds(1900))
        #expect(driver.farEnd.records.first?.refreshes == 1)
    }

    @Test("reliable ringing is acknowledged once, however often it comes") func prack() {
        var driver = Driver()
        driver.network = { number, direction, bytes in
            direction == .out && Driver.title(bytes) == "PRACK" && number < 6 ? [] : [Driver.latency]
        }
        driver.invite("+14255550262")
        driver.run(until: .seconds(20))
        #expect(driver.story == ["progress 100", "progress 180", "answered sdp"])
        #expect(driver.titles.contains("<- 200 PRACK"))
    }

    @Test("what we send says what the contract says") func headers() throws {
        var driver = Driver()
        driver.invite()
        driver.run(until: .seconds(1))
        let record = try #require(driver.farEnd.records.first)
        #expect(record.callee == "+14255550123")
        #expect(record.from == "+14255550100")
        #expect(record.assertedIdentity == "+14255550100")
        #expect(record.privacy == "none")
        #expect(record.tenant == "contoso")
        #expect(record.sessionID == "01900000000070008000000000000001;remote=00000000000000000000000000000000")
        #expect(record.displayName == nil)
    }

    @Test("a quoted text can end neither itself nor its line") func quoted() {
        var writer = Writer()
        writer.quoted("Bob \"the\\Builder\"\r\nEvil:\u{7F}yes\0")
        #expect(String(decoding: writer.bytes, as: UTF8.self) == #""Bob \"the\\Builder\"  Evil: yes ""#)
    }

    @Test("withheld callers are anonymous, unknown settings most of all", arguments: ["id", "full", "sometimes"])
    func privacy(setting: String) throws {
        var driver = Driver()
        driver.invite { $0.privacy = Privacy(setting: setting) }
        driver.run(until: .seconds(1))
        let record = try #require(driver.farEnd.records.first)
        #expect(record.from == "anonymous")
        #expect(record.displayName == "Anonymous")
        #expect(record.assertedIdentity == "+14255550100")
        #expect(record.privacy == (setting == "id" ? "id" : "user;header;id"))
    }

    @Test("nothing that cannot be written is sent")
    func invalid() {
        let changes: [(String, (inout Invitation) -> Void)] = [
            ("host", { $0.host = "trunk>\r\nEvil: yes" }), ("number", { $0.number = "+1425;ext=1" }),
            ("number", { $0.number = "1425 5550123" }),
            ("callerID", { $0.callerID = "+" }), ("tenantHeader", { $0.tenantHeader = ("X-Tenant-ID", "a\r\nEvil: yes") }),
            ("tenantHeader", { $0.tenantHeader = ("X Tenant", "a") }),
        ]
        for (field, change) in changes {
            var driver = Driver()
            driver.invite(change)
            #expect(driver.sent == 0)
            #expect(driver.story == ["failed invalid(SIP.Invitation.Field.\(field))"])
        }
    }

    @Test("the session is refreshed at half its time, and ended when the far end is gone", arguments: [true, false])
    func sessionTimer(answersRefresh: Bool) {
        var driver = Driver()
        driver.invite { $0.sessionExpires = 600 }
        driver.run(until: .seconds(10))
        if !answersRefresh { driver.network = { _, direction, _ in direction == .out ? [] : [Driver.latency] } }
        driver.run(until: .seconds(700))
        if answersRefresh {
            #expect(driver.farEnd.records.first?.refreshes == 2)
            #expect(driver.fate == ["answered"])
        } else {
            #expect(driver.story.last == "ended sessionExpired")
        }
    }

    @Test("at most so many legs") func legLimit() {
        var configuration = Configuration(host: "192.0.2.1", port: 5060)
        configuration.legLimit = 3
        var endpoint = Endpoint(configuration, random: SeededRandom(seed: 1))
        for attempt in 1...4 {
            let id = LegID(dialOut: Driver.leg.dialOut, attempt: attempt)
            endpoint.invite(Driver.invitation(id: id), at: .zero)
        }
        var failures: [Failure] = []
        while let output = endpoint.nextOutput() { if case .failed(_, let failure) = output { failures.append(failure) } }
        #expect(failures.map(\.kind) == [.tooMany])
        #expect(endpoint.legCount == 3)
    }

    @Test("OPTIONS tells whether the trunk is there") func probing() {
        var driver = Driver()
        driver.endpoint.probe(ProbeID(7), host: "192.0.2.2", at: Driver.trunk, at: driver.now)
        driver.invite("+14255550999")
        driver.run(until: .seconds(1))
        #expect(driver.story.first == "probed answered(code: 200, retryAfter: nil)")
        driver.network = { _, _, _ in [] }
        driver.endpoint.probe(ProbeID(8), host: "192.0.2.2", at: Driver.trunk, at: driver.now)
        driver.cancel()
        driver.run(until: .seconds(40))
        #expect(driver.story.contains("probed timedOut"))
    }

    @Test(
        "a 3xx is followed within the trunk's own hosts and for the same number only",
        arguments: [
            ("sip:+14255550302@192.0.2.3", ["192.0.2.3"], true), ("sip:+14255550302;npdi@B.example:5080", ["b.example:5080"], true),
            ("sip:+19005550100@192.0.2.3", ["192.0.2.3"], false), ("sip:+14255550302@192.0.2.4", ["192.0.2.3"], false),
            ("sip:+14255550302@192.0.2.3", [], false), ("tel:+14255550302", ["192.0.2.3"], false),
            ("sip:+14255550302@192.0.2.2", ["192.0.2.2"], false),
            ("sip:+14255550302@b.example", ["b.example:5060"], true), ("sip:+14255550302@b.example:5060", ["b.example"], true),
            ("sip:+14255550302@b.example:5061", ["b.example"], false), ("sip:+14255550302@b.example:5080", ["b.example"], false),
            ("sip:+14255550302@[2001:db8::1]", ["[2001:db8::1]:5060"], true),
        ])
    func redirect(contact: String, ownHosts: [String], isFollowed: Bool) throws {
        var driver = Driver { _ in
            var behaviour = Behaviour.magic("0302")
            behaviour.redirect = contact
            return behaviour
        }
        let other = SocketAddress("192.0.2.3:5060")!
        driver.invite("+14255550302") { invitation in
            for host in ownHosts { invitation.ownHosts[host] = host == "192.0.2.2" ? Driver.trunk : other }
        }
        driver.run(until: .milliseconds(100))
        #expect(driver.titles.filter { $0 == "-> INVITE" }.count == (isFollowed ? 2 : 1))
        guard isFollowed else { return #expect(driver.story.last == "failed rejected 302") }
        let (bytes, destination) = try #require(driver.lastInvite)
        #expect(destination == other)
        let target = contact.split(separator: "@")[1]
        #expect(String(decoding: bytes, as: UTF8.self).hasPrefix("INVITE sip:+14255550302@\(target);user=phone SIP/2.0\r\n"))
    }

    @Test("the second INVITE of a redirected call is what is cancelled, where it went") func redirectedCancel() throws {
        var driver = Driver { _ in
            var behaviour = Behaviour.magic("0302")
            behaviour.redirect = "sip:+14255550302@192.0.2.3"
            return behaviour
        }
        driver.network = { number, _, _ in number > 3 ? [] : [Driver.latency] }
        driver.invite("+14255550302") { $0.ownHosts = ["192.0.2.3": SocketAddress("192.0.2.3:5060")!] }
        driver.run(until: .milliseconds(100))
        let invite = try #require(driver.lastInvite).bytes
        let trying = try #require(ResponseDraft(100, "Trying").written(for: Message(parsing: invite), from: Driver.us, agent: []))
        driver.inject(trying, from: SocketAddress("192.0.2.3:5060")!)
        driver.cancel()
        #expect(driver.titles.last == "-> CANCEL")
        #expect(driver.lastDestination == SocketAddress("192.0.2.3:5060"))
    }

    @Test("early media is shown, and is the answer when the 200 of that branch has none") func earlyMedia() {
        for isSameBranch in [true, false] {
            var driver = Driver()
            driver.network = { _, direction, bytes in direction == .back && Driver.title(bytes) == "200 INVITE" ? [] : [Driver.latency] }
            driver.invite("+14255550183")
            driver.run(until: .seconds(1))
            var answer = String(decoding: driver.lastReceived, as: UTF8.self)
            answer = answer.replacing("183 Session Progress", with: "200 OK").replacing("application/sdp", with: "text/plain")
            if !isSameBranch { answer = answer.replacing("To: <sip:+14255550183@192.0.2.2;user=phone>;tag=", with: "To: <sip:b@b>;tag=9") }
            driver.inject(answer)
            #expect(driver.story.suffix(2) == ["progress 183 sdp", isSameBranch ? "answered sdp" : "answered in vain"])
        }
    }

    @Test("ringing without end is not called a cancellation") func abandoned() {
        var driver = Driver()
        driver.invite("+14255550999")
        driver.run(until: .seconds(700))
        #expect(driver.story.last == "failed abandoned 487")
        #expect(driver.titles.contains("-> CANCEL"))
    }

    @Test("a moment that comes before its time ends nothing: ringing, a CANCEL that nobody answers, and what lingers")
    func early() {
        let timers = Timers()
        func at(_ seconds: Double) -> Instant { .zero + .milliseconds(Int64(seconds * 1_000)) }
        var call = OutboundCall(timers: timers, longestRinging: .seconds(60))
        #expect(call.handle(.provisional, at: at(1)) == [] && call.handle(.timeout, at: at(60.999)) == [])
        #expect(call.handle(.timeout, at: at(61)) == [.sendCancel] && call.isCancelling)
        #expect(call.handle(.timeout, at: at(92.999)) == [] && call.isCancelling)
        #expect(call.handle(.timeout, at: at(93)) == [.reportCancelled(wasAnswered: false)] && call.isOver)
        #expect(call.handle(.timeout, at: at(124.999)) == [] && call.handle(.timeout, at: at(125)) == [.forget])
    }
}
