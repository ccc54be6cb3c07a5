import Basis
import Testing

@testable import SIP

/// How long a session lasts that nobody refreshes (RFC 4028 §10), and what other intervals it takes on.
@Suite struct IntervalTests {
    private static func message(_ start: String, _ lines: [String]) throws -> Message {
        let head = [start, "Via: SIP/2.0/UDP 192.0.2.1;branch=z9hG4bKa", "From: <sip:a@b>;tag=1", "To: <sip:c@d>;tag=2", "Call-ID: x"]
        let text = (head + ["CSeq: 1 INVITE"] + lines + ["Content-Length: 0", "", ""]).joined(separator: "\r\n")
        return try Message(parsing: Array(text.utf8))
    }
    private static func at(_ seconds: Int) -> Instant { .zero + .seconds(seconds) }

    @Test(
        "it ends a third of its interval before that is over, and 32 seconds at the most", arguments: [(90, 60), (96, 64), (1_800, 1_768)])
    func end(interval: Int, end: Int) {
        let timer = SessionTimer(seconds: interval, refresher: .farEnd, at: .zero)
        #expect(timer.due(at: .zero + .milliseconds(Int64(end) * 1_000 - 1)) == .nothing && timer.due(at: Self.at(end)) == .expire)
    }

    @Test("a refresh that is put off comes a second later at the earliest, and half of what is left at the latest")
    func putOff() {
        for (wait, due) in [(0, 1_000), (1, 1_000), (10, 10_000), (10_000, 884_000)] {
            var timer = SessionTimer(seconds: 1_800, refresher: .us, at: .zero)
            timer.refresh(after: .seconds(wait), at: .zero)
            #expect(timer.deadline == .zero + .milliseconds(Int64(due)), "\(wait)")
        }
    }

    @Test("a longer interval is taken on once, and up to a day", arguments: [(600, false), (601, true), (86_400, true), (86_401, false)])
    func longer(asked: Int, isTaken: Bool) {
        var timer = SessionTimer(seconds: 600, refresher: .us, at: .zero)
        let first = timer.lengthen(to: asked), second = timer.lengthen(to: 86_400)
        #expect(first == isTaken && second == !isTaken)
    }

    @Test("who asks for more than a day is offered a day") func offered() throws {
        var session = SessionRefresh(offering: 600)
        #expect(session.lengthensOffer(by: try Self.message("SIP/2.0 422 Session Interval Too Small", ["Min-SE: 100000"])))
        #expect(session.offered == 86_400 && session.minSE == 86_400)
    }

    @Test("a re-INVITE that says no interval leaves ours as it is, and ends the far end's", arguments: [("uac", true), ("uas", false)])
    func silent(refresher: String, stays: Bool) throws {
        var session = SessionRefresh(offering: 600)
        session.begin(try Self.message("SIP/2.0 200 OK", ["Session-Expires: 600;refresher=\(refresher)"]), at: .zero)
        let timer = session.asked(by: try Self.message("INVITE sip:a@b SIP/2.0", []), at: Self.at(100))
        #expect(timer.map { $0.due(at: Self.at(400)) == .refresh } ?? false == stays)
    }
}
