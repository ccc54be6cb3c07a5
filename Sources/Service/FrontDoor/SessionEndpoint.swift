import Basis
import SIP
import Web

extension Service {
    /// `PATCH /v1/dial-outs/{id}` `{sdp}`: the meeting's media server has moved. The far end is offered the new session description by a
    /// re-INVITE; the answer is the record, whose `sdpAnswer` is what it said.
    func changeDialOut(_ call: APICall) async throws -> Response {
        struct Body: Decodable { let sdp: String? }
        let shown = try await record(of: call)
        let body = try call.body(Body.self) { shown.shown }
        guard let sdp = body.sdp else { throw InvalidField("sdp", "is required") }
        let offer = Array(try DialOutOrder.checkedSDP(sdp).utf8), id = try call.dialOutID()
        guard let dialOut = live[id], dialOut.state == .connected, let leg = live.leg(of: id) else {
            throw Problem.conflict("the dial-out is \(live[id]?.state ?? .ended): only a connected one's session can be changed")
        }
        switch await trunks.offer(leg, offer) {
        case .accepted: return .json(200, JSON.encode(try await record(of: call)))
        case .refused(let code, let phrase):
            throw Problem.sessionRefused("the far end answered \(code) \(phrase.excerpt); the session is as it was", code)
        case .lost(let code):
            throw Problem.sessionRefused("the far end answered \(code.map { "\($0)" } ?? "nothing"); the call is hung up", code)
        case .untimely: throw Problem.conflict("another change of the session is under way; ask again when it is answered")
        case nil: throw Problem.conflict("the call ended meanwhile")
        }
    }
}

extension Problem {
    /// `code` is what the far end answered, nil for nothing.
    fileprivate static func sessionRefused(_ detail: String, _ code: Int?) -> Problem {
        var problem = Problem(502, "Bad Gateway", detail: detail, reason: "sessionRefused")
        if let code { problem.members = [("code", JSON.encode(code))] }
        return problem
    }
}
