import Basis
import Dialing
import Web

extension Service {
    /// `GET /v1/live?tenant=`: how many of the caller's dial-outs there are now in each state and with each operator; an operator sees its own.
    func liveCounts(_ call: APICall) throws -> Response {
        struct Answer: Encodable {
            let states: [String: Int]
            let operators: [String: Int]
            let lastEventId: String
        }
        let tenant = try call.tenantFilter, own = call.caller.operator
        var states = Dictionary(uniqueKeysWithValues: CallState.allCases.filter { $0 != .ended }.map { ($0.rawValue, 0) })
        var operators: [String: Int] = [:]
        let since = [tenant.map { identities[.tenant($0)] }, own.map { identities[.operator($0)] }].compactMap { $0 }.max()
        for dialOut in live.all where tenant == nil || dialOut.tenant == tenant {
            guard own == nil || dialOut.operatorID == own, since.map({ dialOut.id >= $0 }) ?? true else { continue }
            states[dialOut.state.rawValue, default: 0] += 1
            if let carrier = dialOut.operatorID { operators[carrier, default: 0] += 1 }
        }
        return .json(200, JSON.encode(Answer(states: states, operators: operators, lastEventId: "\(hub.newest)")))
    }
}
