import Basis
import Reactor

/// The operator's side, as little of it as a call needs and as fast as may be: 180 and 200 for an INVITE, a BYE after the hold, 200 for a BYE.
///
/// 200 and BYE are sent again until they are answered (RFC 3261 §13.3.1.4, §17.1.2.2), so that a datagram lost is seen and not a call lost.
final class Callee {
    enum Event {
        case invited(sessionID: String)
        case acknowledged
        /// The hold is over and the other side is to hang up.
        case held
        case ended
    }
    enum Ending: String, CaseIterable {
        case callee, meeting
    }

    private enum State { case answered, up, closing }
    private struct Leg {
        let call: Int
        let peer: SocketAddress
        let final: [UInt8]
        let bye: [UInt8]
        var state = State.answered
        var repetitions = 0
    }

    /// Numbers dialled are +1 425 and seven digits that begin with 2 or more: the call's place.
    static let numbers = 8_000_000
    static func number(of place: Int) -> String { "+1425\(2_000_000 + place % numbers)" }

    private static let interval = Duration.milliseconds(500)
    private static let repetitionLimit = 6

    private let loop: EventLoop
    private var socket: UDPSocket?
    private var alarm: Alarm?
    private var deadlines = Deadlines<String>()
    private var legs: [String: Leg] = [:]
    private let ending: Ending
    var hold = Duration.zero
    private let told: (Int, Event) -> Void
    private(set) var repetitions = 0
    /// Datagrams that belong to no call.
    private(set) var strays = 0

    init(_ loop: EventLoop, at address: SocketAddress, ending: Ending, told: @escaping (Int, Event) -> Void) throws {
        (self.loop, self.ending, self.told) = (loop, ending, told)
        alarm = try Alarm(on: loop) { [weak self] in self?.alarmRang() }
        socket = try UDPSocket(on: loop, at: address) { [weak self] bytes, source in
            guard let self else { return }
            guard let head = Head(bytes.withUnsafeBufferPointer { Array($0) }) else { return strays += 1 }
            received(head, from: source)
        }
    }

    /// Calls answered and not hung up.
    var up: Int { legs.count }

    private func received(_ head: Head, from source: SocketAddress) {
        guard let callID = head.text("Call-ID") else { return strays += 1 }
        switch head.startLine.prefix(3) {
        case let method where method.elementsEqual("INV".utf8): invited(head, callID, from: source)
        case let method where method.elementsEqual("ACK".utf8): acknowledged(callID)
        case let method where method.elementsEqual("BYE".utf8):
            socket?.send(answer("200 OK", to: head), to: source)
            end(callID)
        case let version where version.elementsEqual("SIP".utf8): end(callID)
        default: strays += 1
        }
    }

    private func invited(_ head: Head, _ callID: String, from source: SocketAddress) {
        if let leg = legs[callID] {
            repetitions += 1
            socket?.send(leg.final, to: source)
            return
        }
        let uri = head.startLine.dropFirst("INVITE sip:+1425".utf8.count)
        guard let number = Int(digits: uri), number >= 2_000_000 else { return strays += 1 }
        let call = number - 2_000_000, now = loop.now
        let leg = Leg(call: call, peer: source, final: final(for: head, call), bye: bye(for: head, call))
        legs[callID] = leg
        socket?.send(answer("180 Ringing", to: head, tag: call), to: source)
        socket?.send(leg.final, to: source)
        wake(callID, at: now + Self.interval)
        told(call, .invited(sessionID: String(decoding: (head.value("Session-ID") ?? []).prefix(32), as: UTF8.self)))
    }

    private func acknowledged(_ callID: String) {
        guard let leg = legs[callID], leg.state == .answered else { return }
        legs[callID]?.state = .up
        wake(callID, at: loop.now + hold)
        told(leg.call, .acknowledged)
    }

    private func end(_ callID: String) {
        guard let leg = legs.removeValue(forKey: callID) else { return }
        deadlines.set(callID, at: nil)
        told(leg.call, .ended)
    }

    private func wake(_ callID: String, at instant: Instant) {
        deadlines.set(callID, at: instant)
        alarm?.set(at: deadlines.next)
    }

    private func alarmRang() {
        while let callID = deadlines.popDue(at: loop.now) { due(callID) }
        alarm?.set(at: deadlines.next)
    }

    private func due(_ callID: String) {
        guard var leg = legs[callID] else { return }
        switch leg.state {
        case .up where ending == .meeting: return told(leg.call, .held)
        case .up: leg.state = .closing
        case .answered, .closing:
            guard leg.repetitions < Self.repetitionLimit else { return legs[callID] = nil }
            leg.repetitions += 1
            repetitions += 1
        }
        socket?.send(leg.state == .answered ? leg.final : leg.bye, to: leg.peer)
        legs[callID] = leg
        deadlines.set(callID, at: loop.now + Self.interval)
    }
}

extension Callee {
    private static let sdp =
        "v=0\r\no=- 0 0 IN IP4 127.0.0.1\r\ns=-\r\nc=IN IP4 127.0.0.1\r\nt=0 0\r\nm=audio 40000 RTP/AVP 8\r\na=inactive\r\n"

    private func contact() -> String { "Contact: <sip:callee@\(socket!.localAddress)>\r\n" }

    private func answer(_ status: String, to head: Head, tag: Int? = nil, body: String = "Content-Length: 0\r\n\r\n") -> [UInt8] {
        var bytes = Array("SIP/2.0 \(status)\r\n".utf8)
        bytes += head.copied("Via", "Record-Route", "From", "To", "Call-ID", "CSeq")
        guard let tag, let to = head.value("To") else { return bytes + Array(body.utf8) }
        let line = Array("To: ".utf8) + to
        guard let place = bytes.firstRange(of: line) else { return bytes + Array(body.utf8) }
        bytes.insert(contentsOf: ";tag=callee\(tag)".utf8, at: place.upperBound)
        return bytes + Array(body.utf8)
    }

    private func final(for head: Head, _ call: Int) -> [UInt8] {
        let body = "\(contact())Content-Type: application/sdp\r\nContent-Length: \(Self.sdp.utf8.count)\r\n\r\n\(Self.sdp)"
        return answer("200 OK", to: head, tag: call, body: body)
    }

    private func bye(for head: Head, _ call: Int) -> [UInt8] {
        let contact = head.text("Contact") ?? ""
        let uri = contact.drop { $0 != "<" }.dropFirst().prefix { $0 != ">" }
        let text = """
            BYE \(uri) SIP/2.0\r\nVia: SIP/2.0/UDP \(socket!.localAddress);branch=z9hG4bKcallee\(call)\r\nMax-Forwards: 70\r\n\
            From: \(head.text("To") ?? "");tag=callee\(call)\r\nTo: \(head.text("From") ?? "")\r\n\
            Call-ID: \(head.text("Call-ID") ?? "")\r\nCSeq: 1 BYE\r\nContent-Length: 0\r\n\r\n
            """
        return Array(text.utf8)
    }
}
