import Basis
import FarEnd
import SIP
import Testing

/// A call whose session changes: hold, other codecs, refreshes, and the requests that cross.
@Suite struct SessionTests {
    private static func call(_ behaviour: Behaviour = Behaviour(), sessionExpires: Int? = 1800) -> (Driver, headers: String) {
        DialogTests.connected(Driver { _ in behaviour }) {
            $0.sdp = SessionDescriptionTests.bytes(SessionDescriptionTests.known)
            $0.sessionExpires = sessionExpires
        }
    }

    private static func offer(_ media: [String]) -> String {
        let body = String(decoding: SessionDescriptionTests.offer(media), as: UTF8.self)
        return "Content-Type: application/sdp\r\nContent-Length: \(body.utf8.count)\r\n\r\n\(body)"
    }

    /// The body of the last message that we sent, and its header lines.
    private static func last(_ driver: Driver) -> (headers: [String], body: [String]) {
        let text = String(decoding: driver.lastSent, as: UTF8.self)
        let lines = text.split(separator: "\r\n", omittingEmptySubsequences: false).map(String.init)
        let empty = lines.firstIndex(of: "") ?? lines.count
        return (Array(lines[..<empty]), lines[empty...].filter { !$0.isEmpty })
    }

    @Test("hold and retrieve, each answered in kind; a description rises in version only when it changes", arguments: ["INVITE", "UPDATE"])
    func hold(method: String) {
        var (driver, headers) = Self.call()
        var said: [(version: Substring, direction: String?)] = []
        for (step, direction) in ["sendonly", "sendonly", "inactive", "sendrecv"].enumerated() {
            let offer = Self.offer(["m=audio 5000 RTP/AVP 8", "a=\(direction)"])
            driver.inject(DialogTests.request(method, headers, cSeq: 10 + step, branch: "z9hG4bK\(step)", extra: offer))
            if method == "INVITE" { driver.inject(DialogTests.request("ACK", headers, cSeq: 10 + step, branch: "z9hG4bKa\(step)")) }
            let body = Self.last(driver).body
            said.append((body.first { $0.hasPrefix("o=") }?.split(separator: " ")[2] ?? "", body.last))
        }
        #expect(said.map(\.version) == ["4", "4", "5", "6"])
        #expect(said.map(\.direction) == ["a=recvonly", "a=recvonly", "a=inactive", "a=sendrecv"])
        let told = ["sendonly", "sendonly", "inactive", "sendrecv"].map { "session a=\($0)" }
        #expect(driver.story.suffix(4) == told[...], "what the far end's description now is")
        #expect(driver.fate == ["answered"])
    }

    @Test("a re-INVITE without an offer gets all that we offered at first; an UPDATE with one has to wait for its ACK") func offerless() {
        var (driver, headers) = Self.call()
        driver.inject(DialogTests.request("INVITE", headers))
        #expect(Self.last(driver).body == SessionDescriptionTests.known)
        let offer = Self.offer(["m=audio 5000 RTP/AVP 8"])
        driver.inject(DialogTests.request("UPDATE", headers, cSeq: 11, branch: "z9hG4bK1", extra: offer))
        driver.inject(DialogTests.request("UPDATE", headers, cSeq: 12, branch: "z9hG4bK2"))
        let answer = Self.offer(["m=audio 5000 RTP/AVP 8", "a=inactive"])
        for branch in ["z9hG4bK3", "z9hG4bK3"] {
            driver.inject(DialogTests.request("ACK", headers, branch: branch, extra: answer))
        }
        #expect(driver.story.filter { $0.hasPrefix("session") } == ["session a=inactive"], "the ACK's answer, once")
        driver.inject(DialogTests.request("UPDATE", headers, cSeq: 13, branch: "z9hG4bK4", extra: offer))
        #expect(driver.titles.suffix(3) == ["-> 491 UPDATE", "-> 200 UPDATE", "-> 200 UPDATE"])
    }

    @Test("what a ringing callee offers anew is its answer when the 200 has none") func earlyUpdate() {
        var driver = Driver { _ in
            var behaviour = Behaviour()
            (behaviour.earlyMedia, behaviour.reliableProvisional, behaviour.answerAfter) = (true, true, nil)
            return behaviour
        }
        var ringing = ""
        driver.network = { _, direction, bytes in
            if direction == .back, Driver.title(bytes) == "183 INVITE" { ringing = String(decoding: bytes, as: UTF8.self) }
            return [Driver.latency]
        }
        driver.invite { $0.sdp = SessionDescriptionTests.bytes(SessionDescriptionTests.known) }
        driver.run(until: .seconds(1))
        func value(_ name: String) -> Substring {
            ringing.split(separator: "\r\n").first { $0.hasPrefix(name + ": ") }?.dropFirst(name.count + 2) ?? ""
        }
        let headers = "From: \(value("To"))\r\nTo: \(value("From"))\r\nCall-ID: \(value("Call-ID"))\r\n"
        let offer = Self.offer(["m=audio 5000 RTP/AVP 8", "a=sendonly"])
        driver.inject(DialogTests.request("UPDATE", headers, extra: offer))
        #expect(driver.titles.last == "-> 200 UPDATE")
        #expect(driver.story.suffix(2) == ["progress 183 sdp", "session a=sendonly"])
        driver.inject(ringing.replacing("183 Session Progress", with: "200 OK").replacing("application/sdp", with: "text/plain"))
        guard case .answered(_, _, _, let sdp?) = driver.outputs.last else {
            Issue.record("not answered with a description")
            return
        }
        #expect(String(decoding: sdp, as: UTF8.self).contains("a=sendonly"))
    }

    @Test("nothing in common is 488, and the session stays as it was", arguments: ["INVITE", "UPDATE"]) func notAcceptable(method: String) {
        var (driver, headers) = Self.call()
        driver.inject(DialogTests.request(method, headers, extra: Self.offer(["m=audio 5000 RTP/AVP 18"])))
        #expect(driver.titles.last == "-> 488 \(method)")
        if method == "INVITE" { driver.inject(DialogTests.request("ACK", headers)) }
        #expect(driver.story.last == "answered sdp", "the ACK of a refusal is no stray, and nothing has changed")
        driver.inject(DialogTests.request("INVITE", headers, cSeq: 11, branch: "z9hG4bK1"))
        #expect(Self.last(driver).body == SessionDescriptionTests.known)
    }

    @Test("re-INVITEs that cross are both 491, and ours comes again after 2.1 to 4 s") func glare() {
        var behaviour = Behaviour()
        behaviour.allowsUpdate = false
        var (driver, headers) = Self.call(behaviour, sessionExpires: 600)
        driver.run(until: .milliseconds(301_045))
        #expect(driver.titles.last == "-> INVITE")
        driver.inject(DialogTests.request("INVITE", headers, extra: Self.offer(["m=audio 5000 RTP/AVP 8"])))
        driver.inject(DialogTests.request("ACK", headers))
        driver.inject(DialogTests.request("UPDATE", headers, cSeq: 11, branch: "z9hG4bK1", extra: Self.offer(["m=audio 5000 RTP/AVP 8"])))
        driver.inject(DialogTests.request("UPDATE", headers, cSeq: 12, branch: "z9hG4bK2"))
        #expect(driver.titles.suffix(4) == ["-> INVITE", "-> 491 INVITE", "-> 491 UPDATE", "-> 200 UPDATE"])
    }

    @Test("a refresh that is refused with 491 is tried again, and the session goes on", arguments: [true, false])
    func refusedRefresh(allowsUpdate: Bool) {
        var behaviour = Behaviour()
        (behaviour.allowsUpdate, behaviour.refreshRefusals) = (allowsUpdate, [491])
        var (driver, _) = Self.call(behaviour, sessionExpires: 600)
        driver.run(until: .seconds(310))
        let method = allowsUpdate ? "UPDATE" : "INVITE"
        #expect(driver.titles.filter { $0 == "-> \(method)" }.count == (allowsUpdate ? 2 : 3))
        #expect(driver.farEnd.records.first?.refreshes == 1)
        #expect(driver.fate == ["answered"])
    }

    @Test("a refresh that is refused with 422 asks for longer at once; one that nobody knows ends the call") func refreshRefusals() {
        var behaviour = Behaviour()
        behaviour.refreshRefusals = [422]
        var (driver, _) = Self.call(behaviour, sessionExpires: 600)
        driver.run(until: .seconds(302))
        #expect(driver.titles.suffix(4) == ["-> UPDATE", "<- 422 UPDATE", "-> UPDATE", "<- 200 UPDATE"])
        for code in [481, 408] {
            behaviour.refreshRefusals = [code]
            (driver, _) = Self.call(behaviour, sessionExpires: 600)
            driver.run(until: .seconds(302))
            #expect(driver.story.last == "ended sessionExpired", "\(code)")
            #expect(driver.farEnd.liveCalls.isEmpty)
        }
    }

    /// RFC 4028 §9, table 2: who refreshes, by what the request says.
    @Test(
        "the refresher is negotiated",
        arguments: [
            ("Supported: timer\r\nSession-Expires: 600;refresher=uac\r\n", "600;refresher=uac", true),
            ("Supported: timer\r\nSession-Expires: 600;refresher=uas\r\n", "600;refresher=uas", false),
            ("Supported: timer\r\nSession-Expires: 600\r\n", "600;refresher=uac", true),
            ("Session-Expires: 600\r\n", "600;refresher=uas", false),
            ("x: 90\r\nk: timer\r\n", "90;refresher=uac", true),
        ])
    func refresher(extra: String, said: String, theyRefresh: Bool) {
        var (driver, headers) = Self.call(sessionExpires: nil)
        driver.inject(DialogTests.request("UPDATE", headers, extra: extra))
        #expect(Self.last(driver).headers.contains("Session-Expires: \(said)"))
        #expect(Self.last(driver).headers.contains("Require: timer") == theyRefresh)
        driver.run(until: .seconds(1_000))
        #expect(driver.fate == (theyRefresh ? ["answered", "ended"] : ["answered"]), "who does not refresh in time has gone")
    }

    @Test("the far end's own refreshes keep the call up") func farEndRefreshes() {
        var behaviour = Behaviour()
        (behaviour.isRefresher, behaviour.changes) = (true, (1...6).map { Behaviour.Step(.refresh, after: .seconds(300) * $0) })
        var (driver, _) = Self.call(behaviour, sessionExpires: 600)
        driver.run(until: .seconds(2_000))
        #expect(driver.fate == ["answered"])
        #expect(driver.titles.filter { $0 == "-> 200 UPDATE" }.count == 6)
        #expect(driver.titles.filter { $0 == "-> UPDATE" }.isEmpty, "only one of both refreshes")
    }

    @Test("0283 holds and retrieves; 0311 refreshes; 0491 is tried again") func magicNumbers() throws {
        var held = Driver()
        held.invite("+14255550283") { $0.sdp = SessionDescriptionTests.bytes(SessionDescriptionTests.known) }
        held.run(until: .seconds(4))
        #expect(String(decoding: try #require(held.farEnd.records.first?.callerSDP), as: UTF8.self).hasSuffix("a=recvonly\r\n"))
        held.run(until: .seconds(20))
        #expect(String(decoding: try #require(held.farEnd.records.first?.callerSDP), as: UTF8.self).hasSuffix("a=sendrecv\r\n"))
        #expect(held.farEnd.records.first?.changes == 2)

        var refreshed = Driver()
        refreshed.invite("+14255550311") { $0.sessionExpires = 90 }
        refreshed.run(until: .seconds(380))
        #expect(refreshed.fate == ["answered"])
        #expect(refreshed.farEnd.records.first?.changes == 9)

        var refused = Driver()
        refused.invite("+14255550491") { $0.sessionExpires = 90 }
        refused.run(until: .seconds(60))
        #expect(refused.titles.filter { $0 == "-> UPDATE" }.count == 2)
        #expect(refused.fate == ["answered"])
    }

    @Test("while we hang up nothing more is negotiated") func hangingUp() {
        var (driver, headers) = Self.call()
        driver.network = { _, _, _ in [] }
        driver.hangUp()
        driver.inject(DialogTests.request("UPDATE", headers))
        driver.inject(DialogTests.request("INVITE", headers, cSeq: 11, branch: "z9hG4bK1"))
        #expect(driver.titles.suffix(3) == ["-> BYE", "-> 481 UPDATE", "-> 481 INVITE"])
    }
}
