import Basis
import Foundation

/// The tenant that the load is for, put into a fresh service through its API: one operator with one trunk to the callee, ten routes of which
/// the last matches, one organizer.
struct Preparation {
    static let organizer = "alice@load.example"
    private static let source = "+12065550100"

    struct Refused: Error, CustomStringConvertible {
        let description: String
    }

    let pool: ClientPool
    let callee: SocketAddress

    /// Calls `done` with nil, or with what the service said instead. Where the tenant is there already, its operator is told of this callee and
    /// nothing else is changed.
    func run(_ done: @escaping (Refused?) -> Void) {
        pool.send("GET", "/v1/tenants/load", "", type: "") { answer in
            run(answer?.status == 200 ? requests[..<1] : requests[...], done)
        }
    }

    private func run(_ rest: ArraySlice<Request>, _ done: @escaping (Refused?) -> Void) {
        guard let request = rest.first else { return done(nil) }
        pool.send(request.method, request.path, request.body, type: request.type) { answer in
            let text = String(decoding: answer?.body ?? [], as: UTF8.self)
            guard let answer, answer.status < 300, !text.contains(#""applied":false"#) else {
                return done(Refused(description: "\(request.method) \(request.path): \(answer?.status ?? 0) \(text)"))
            }
            run(rest.dropFirst(), done)
        }
    }

    private typealias Request = (method: String, path: String, body: String, type: String)

    private var requests: [Request] {
        let json = "application/json"
        return [
            (
                "PUT", "/v1/operators/load-telecom",
                """
                {"name": "Load Telecom", "products": ["Conferencing"], "countries": ["US"],
                 "trunks": [{"name": "sbc1", "uri": "sip:\(callee)"}]}
                """, json
            ),
            ("PUT", "/v1/tenants/load", #"{"displayName": "Load", "country": "US"}"#, json),
            (
                "PUT", "/v1/tenants/load/users/\(Self.organizer)",
                #"{"displayName": "Alice", "usageLocation": "US", "licences": ["OperatorConnectConferencing"]}"#, json
            ),
            (
                "POST", "/v1/tenants/load/operators/load-telecom",
                """
                {"countries": ["US"], "contact": {"fullName": "Adele Vance", "email": "adele@load.example"},
                 "companySize": "51-200", "acceptDataTransfer": true}
                """, json
            ),
            (
                "POST", "/v1/operators/load-telecom/number-orders",
                #"{"tenant": "load", "usage": "conference", "numbers": ["\#(Self.source)"]}"#, json
            ),
            ("POST", "/v1/tenants/load/commands", script, "text/plain; charset=utf-8"),
        ]
    }

    private var script: String {
        let prefixes = ["44", "49", "33", "34", "39", "31", "46", "47", "45", "1"]
        let routes = prefixes.map {
            #"New-CsOnlineVoiceRoute -Identity "Route \#($0)" -NumberPattern "^\+\#($0)\d+$" -OnlinePstnUsages "All" "#
                + "-BridgeSourcePhoneNumber \(Self.source)"
        }
        return """
            Register-CsOnlineDialInConferencingServiceNumber -Identity "\(Self.source)" -BridgeName "Conference Bridge"
            Set-CsOnlinePstnUsage -Identity Global -Usage @{Add="All"}
            \(routes.joined(separator: "\n"))
            New-CsOnlineAudioConferencingRoutingPolicy "Load" -OnlinePstnUsages "All"
            Grant-CsOnlineAudioConferencingRoutingPolicy -Global -PolicyName "Load"
            """
    }
}
