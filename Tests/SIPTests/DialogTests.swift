import Basis
import FarEnd
import SIP
import Testing

/// What the far end may ask within and outside a dialog, and what it is told.
@Suite struct DialogTests {
    /// A connected call, and the values that a request of the far end needs.
    static func connected(_ driver: Driver = Driver(), _ change: (inout Invitation) -> Void = { _ in }) -> (Driver, headers: String) {
        var driver = driver
        var answer = ""
        driver.network = { _, direction, bytes in
            if direction == .back, Driver.title(bytes) == "200 INVITE" { answer = String(decoding: bytes, as: UTF8.self) }
            return [Driver.latency]
        }
        driver.invite(change)
        driver.run(until: .seconds(5))
        func value(_ name: String) -> String {
            String(answer.split(separator: "\r\n").first { $0.hasPrefix(name + ": ") }?.dropFirst(name.count + 2) ?? "")
        }
        return (driver, "From: \(value("To"))\r\nTo: \(value("From"))\r\nCall-ID: \(value("Call-ID"))\r\n")
    }

    static func request(_ method: String, _ headers: String, cSeq: Int = 10, branch: String = "z9hG4bKx", extra: String = "") -> String {
        "\(method) sip:dialout@192.0.2.1:5060 SIP/2.0\r\nVia: SIP/2.0/UDP 192.0.2.2;branch=\(branch)\r\n\(headers)CSeq: \(cSeq) \(method)\r\n\(extra)\r\n"
    }

    @Test(
        "requests in the dialog",
        arguments: [
            ("BYE", "", "200"), ("OPTIONS", "", "200"), ("INFO", "", "200"), ("NOTIFY", "", "481"), ("REFER", "", "603"),
            ("UPDATE", "", "200"),
            ("INVITE", "", "200"), ("CANCEL", "", "481"), ("MESSAGE", "", "405"), ("PRACK", "", "481"), ("FROBNICATE", "", "501"),
            ("INFO", "Require: magic\r\n", "420"), ("UPDATE", "Supported: timer\r\nSession-Expires: 30\r\n", "422"),
            ("UPDATE", "Session-Expires: 30\r\n", "200"), ("INFO", "Info-Package: tones\r\n", "469"),
            ("INVITE", "Content-Type: text/plain\r\nContent-Length: 2\r\n\r\nhi", "415"),
        ])
    func inDialog(method: String, extra: String, code: String) {
        var (driver, headers) = Self.connected()
        driver.inject(Self.request(method, headers, extra: extra))
        #expect(driver.titles.last == "-> \(code) \(method)")
        let before = driver.titles.count
        driver.inject(Self.request(method, headers, extra: extra))
        #expect(driver.titles.count == before + 1, "a retransmission is answered again")
        #expect(driver.titles.last == "-> \(code) \(method)")
        #expect(driver.fate == (method == "BYE" ? ["answered", "ended"] : ["answered"]))
    }

    @Test("an old sequence number is 500, another tag 481") func wrongSequenceOrTag() {
        var (driver, headers) = Self.connected()
        driver.inject(Self.request("INFO", headers, cSeq: 10, branch: "z9hG4bK1"))
        driver.inject(Self.request("INFO", headers, cSeq: 9, branch: "z9hG4bK2"))
        #expect(driver.titles.suffix(2) == ["-> 200 INFO", "-> 500 INFO"])
        driver.inject(Self.request("BYE", headers.replacing(";tag=", with: ";tag=0"), cSeq: 11, branch: "z9hG4bK3"))
        #expect(driver.titles.last == "-> 481 BYE")
        #expect(driver.fate == ["answered"])
    }

    @Test("a dialog that is hung up is there no more; a BYE that crosses ours still is answered")
    func afterTheEnd() {
        for isOurs in [false, true] {
            var (driver, headers) = Self.connected()
            if isOurs {
                driver.hangUp()
                driver.run(until: .seconds(6))
            } else {
                driver.inject(Self.request("BYE", headers, cSeq: 10, branch: "z9hG4bK1"))
            }
            #expect(driver.fate == ["answered", "ended"])
            driver.inject(Self.request("INFO", headers, cSeq: 11, branch: "z9hG4bK2"))
            #expect(driver.titles.last == "-> 481 INFO")
            driver.inject(Self.request("BYE", headers, cSeq: 12, branch: "z9hG4bK3"))
            #expect(driver.titles.last == (isOurs ? "-> 200 BYE" : "-> 481 BYE"))
            driver.inject(Self.request("BYE", headers, cSeq: isOurs ? 12 : 10, branch: isOurs ? "z9hG4bK3" : "z9hG4bK1"))
            #expect(driver.titles.last == "-> 200 BYE", "what comes again is answered alike")
        }
    }

    @Test("the Reason of a BYE is kept") func byeReason() {
        var (driver, headers) = Self.connected()
        driver.inject(Self.request("BYE", headers, extra: "Reason: Q.850;cause=31;text=\"Normal, unspecified\"\r\n"))
        guard case .ended(_, .farEnd, let reasons, _) = driver.outputs.last else {
            Issue.record("not ended by the far end")
            return
        }
        #expect(reasons == [Reason(protocol: "Q.850", cause: 31, text: "Normal, unspecified")])
    }

    @Test("a re-INVITE's 200 is repeated until its ACK; without one the call ends") func reinviteAck() {
        for isAcknowledged in [true, false] {
            var (driver, headers) = Self.connected()
            driver.inject(Self.request("INVITE", headers))
            driver.run(until: .seconds(6))
            if isAcknowledged { driver.inject(Self.request("ACK", headers, branch: "z9hG4bKy")) }
            driver.run(until: .seconds(60))
            let answers = driver.titles.filter { $0 == "-> 200 INVITE" }.count
            #expect(isAcknowledged ? answers == 2 : answers == 11)
            #expect(driver.fate == (isAcknowledged ? ["answered"] : ["answered", "ended"]))
        }
    }

    @Test("a second re-INVITE before the first one's ACK is 500") func overlappingReinvites() {
        var (driver, headers) = Self.connected()
        driver.inject(Self.request("INVITE", headers, cSeq: 10, branch: "z9hG4bK1"))
        driver.inject(Self.request("INVITE", headers, cSeq: 11, branch: "z9hG4bK2"))
        #expect(driver.titles.suffix(2) == ["-> 200 INVITE", "-> 500 INVITE"])
        let wait = String(decoding: driver.lastSent, as: UTF8.self).split(separator: "\r\n").first { $0.hasPrefix("Retry-After: ") }
        #expect(wait.flatMap { Int($0.dropFirst(13)) }.map((0...10).contains) == true, "a wait (RFC 3261 §14.2)")
    }

    @Test(
        "requests outside any dialog",
        arguments: [
            ("OPTIONS", "200"), ("INVITE", "403"), ("BYE", "481"), ("CANCEL", "481"), ("REGISTER", "405"), ("REFER", "603"),
            ("WHATEVER", "501"),
        ])
    func outOfDialog(method: String, code: String) {
        var driver = Driver()
        let headers = "From: <sip:a@a.example>;tag=1\r\nTo: <sip:b@b.example>\r\nCall-ID: 1\r\n"
        driver.inject(Self.request(method, headers))
        #expect(driver.titles == ["-> \(code) \(method)"])
        driver.endpoint.isDraining = true
        driver.inject(Self.request("OPTIONS", headers))
        #expect(driver.titles.last == "-> 503 OPTIONS")
        driver.inject(Self.request("ACK", headers))
        driver.inject(Self.request("INVITE", headers).replacing("sip:dialout", with: "http:dialout"))
        #expect(driver.titles.last == "-> 416 INVITE")
        #expect(driver.story == ["dropped strayAck"])
    }

    @Test("what is dropped is counted by its reason") func dropped() {
        var driver = Driver()
        var answer = ""
        driver.network = { _, direction, bytes in
            if direction == .back { answer = String(decoding: bytes, as: UTF8.self) }
            return [Driver.latency]
        }
        driver.invite("+14255550999")
        driver.run(until: .seconds(1))
        let forged = answer.replacing("180 Ringing", with: "200 OK")
        driver.inject(forged.replacing("branch=z9hG4bK", with: "branch=z9hG4bK0"))
        driver.inject(forged.replacing("1 INVITE", with: "1 BYE"))
        driver.inject("hello")
        driver.inject("\r\n\r\n")
        #expect(
            driver.story == [
                "progress 100", "progress 180", "dropped strayResponse", "dropped strayResponse", "dropped malformed",
            ])
    }

    @Test("the route set is followed: loose, strict, and by address") func routes() throws {
        for (route, uri, first) in [
            ("<sip:192.0.2.50:5080;lr>", "sip:dialout@192.0.2.2:5060", "<sip:192.0.2.50:5080;lr>"),
            ("<sip:192.0.2.50:5080>", "sip:192.0.2.50:5080", "<sip:dialout@192.0.2.2:5060>"),
        ] {
            var endpoint = Endpoint(Configuration(host: "192.0.2.1", port: 5060), random: SeededRandom(seed: 1))
            var farEnd = FarEnd(Configuration(host: "192.0.2.2", port: 5060), random: SeededRandom(seed: 2)) { _ in
                var behaviour = Behaviour()
                behaviour.answerAfter = .zero
                return behaviour
            }
            endpoint.invite(Driver.invitation(), at: .zero)
            guard case .transmit(let invite, _, _) = endpoint.nextOutput() else { return }
            farEnd.received(invite, from: Driver.us, at: .zero)
            farEnd.tick(at: .zero)
            while let output = farEnd.nextOutput() {
                guard case .transmit(let bytes, _, _) = output else { continue }
                let text = String(decoding: bytes, as: UTF8.self).replacing("Call-ID:", with: "Record-Route: \(route)\r\nCall-ID:")
                endpoint.received(Array(text.utf8), from: Driver.trunk, at: .zero)
            }
            var acks: [(String, SocketAddress)] = []
            while let output = endpoint.nextOutput() {
                if case .transmit(let bytes, let to, _) = output { acks.append((String(decoding: bytes, as: UTF8.self), to)) }
            }
            let ack = try #require(acks.first)
            #expect(ack.0.hasPrefix("ACK \(uri) SIP/2.0\r\n"))
            #expect(ack.0.contains("\r\nRoute: \(first)\r\n"))
            #expect(ack.1 == SocketAddress("192.0.2.50:5080"))
        }
    }
}

extension String {
    func replacing(_ old: String, with new: String) -> String {
        var copy = self, start = startIndex
        while start < copy.endIndex {
            if copy[start...].hasPrefix(old) {
                copy.replaceSubrange(start..<copy.index(start, offsetBy: old.count), with: new)
                return copy
            }
            start = copy.index(after: start)
        }
        return copy
    }
}
