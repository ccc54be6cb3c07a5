import Basis
import Crypto
import Dialing
import Web

extension Service {
    /// `POST /v1/meetings/{meetingId}/dial-outs`: one dial-out, or `items`.
    func postDialOut(_ call: APICall) async throws -> Response {
        let key = call.request.headers["idempotency-key"]
        switch try call.body(PostedDialOuts.self) {
        case .one(let body): return try await post(body, named: key.map { ("Idempotency-Key", $0) }, content: call.request.body, call)
        case .batch(let items):
            guard key == nil else {
                throw InvalidField("Idempotency-Key", "is for one dial-out; in a batch each item has an idempotencyKey of its own")
            }
            return await postBatch(items, call)
        }
    }

    /// One dial-out; `content` is what makes a repetition with the same key the same.
    func post(
        _ body: DialOutOrder.Body, named key: (field: String, value: String)?, content: [UInt8], _ call: APICall
    ) async throws -> Response {
        let order = try DialOutOrder(body, meetingID: call["meetingId"])
        let tenant = try tenant(of: order, for: call)
        try checkWebhook(of: order, tenant)
        let owner = identities.name(ofTenant: tenant)
        guard meetings.allows(order.meetingID, for: owner) else {
            throw Problem(
                403, "Forbidden", detail: "the meeting belongs to another tenant", reason: RefusalReason.requesterNotAllowed.rawValue)
        }
        guard let (field, key) = key else { return try respond(await admit(order, tenant: tenant, repeatable: nil)) }
        guard (1...256).contains(key.utf8.count), key.isPrintable else {
            throw InvalidField(field, "has 1 to 256 bytes without control characters")
        }
        let bytes = Array(call["meetingId"].utf8) + [0] + content
        let request = Answers.Request(key: Answers.Key(tenant: owner, key: key), bodyHash: Array(SHA256.hash(data: bytes)))
        return try await answerOnce(request, order, of: tenant)
    }

    /// The token's tenant, the one that a platform token names, or the one that the organizer belongs to.
    private func tenant(of order: DialOutOrder, for call: APICall) throws(Problem) -> String {
        if let named = try call.tenantFilter {
            guard directory.tenant(named) != nil else { throw .notFound("tenant", named) }
            return named
        }
        guard let tenant = directory.tenant(ofOrganizer: order.organizer) else {
            var problem = Problem(
                404, RefusalReason.unknownOrganizer.title, detail: "no tenant has a user \(order.organizer.excerpt)",
                reason: RefusalReason.unknownOrganizer.rawValue)
            problem.members = [("code", JSON.encode(RefusalReason.unknownOrganizer.code))]
            throw problem
        }
        return tenant
    }

    /// The same key and body get the first answer that lasts, while it is being made as well as for 24 hours after.
    private func answerOnce(_ request: Answers.Request, _ order: DialOutOrder, of tenant: String) async throws -> Response {
        while true {
            switch answers.lookUp(request) {
            case .mismatch: throw Self.keyReused
            case .inProgress: await withCheckedContinuation { answers.wait(request.key, $0) }
            case .free:
                answers.begin(request)
                defer { answers.settle(request.key) }
                let kept = try await store.answer(tenant: request.key.tenant, key: request.key.key)
                if let kept, kept.isKept(at: world.wallTime), !StoredAnswer.isTransient(status: kept.status) {
                    guard kept.bodyHash == request.bodyHash else { throw Self.keyReused }
                    return Response(replaying: kept)
                }
                return try respond(await admit(order, tenant: tenant, repeatable: request))
            }
        }
    }

    private static let keyReused = Problem(
        409, "Conflict", detail: "the Idempotency-Key was used for another request", reason: "idempotencyKeyReused")

    private func respond(_ admission: Admission) throws(Problem) -> Response {
        switch admission {
        case .accepted(let dialOut), .refused(let dialOut): return dialOut.response
        case .repeated(let dialOut):
            var response = shown(dialOut).response
            response.headers.append(("Dialout-Duplicate", "true"))
            return response
        case .unavailable(let failure): throw .storeFails(failure)
        }
    }

    /// `GET /v1/dial-outs/{id}`
    func getDialOut(_ call: APICall) async throws -> Response { .json(200, try await record(of: call)) }

    /// `DELETE /v1/dial-outs/{id}`: cancels ringing, hangs up when connected; repeatable.
    func deleteDialOut(_ call: APICall) async throws -> Response {
        let body = try await record(of: call)
        let id = try call.dialOutID()
        stop(id, .cancelled)
        return .json(202, live[id].map { JSON.encode(shown($0)) } ?? body)
    }

    /// With the place in the queue that it has now.
    private func shown(_ dialOut: DialOut) -> DialOut {
        guard dialOut.position != nil else { return dialOut }
        var shown = dialOut
        shown.position = trunks.position(of: dialOut.id)
        return shown
    }

    /// The record as JSON, live or stored, if it is the caller's to see.
    func record(of call: APICall) async throws -> [UInt8] {
        let id = try call.dialOutID(), since = call.caller.tenant.map { identities[.tenant($0)] } ?? Identities.first
        if let dialOut = live[id] {
            guard call.caller.mayRead(tenant: dialOut.tenant), id >= since else { throw Problem.notFound("dial-out", "\(id)") }
            return JSON.encode(shown(dialOut))
        }
        var query = DialOutQuery(limit: 1)
        query.id = id
        query.tenant = call.caller.tenant
        query.from = since
        guard let stored = try await store.dialOuts(query).first else { throw Problem.notFound("dial-out", "\(id)") }
        return stored.body
    }

    /// `GET /v1/dial-outs?meeting=&organizer=&state=&cursor=&limit=`, newest first.
    func listDialOuts(_ call: APICall) async throws -> Response {
        var query = try pageQuery(call)
        query.tenant = try call.tenantFilter
        query.from = query.tenant.map { identities[.tenant($0)] }
        query.meetingID = call.request.query["meeting"]
        query.organizer = call.request.query["organizer"]?.lowercased()
        return try await page(query, named: "dialOuts") { $0 }
    }

    /// Reads `state`, `cursor` and `limit`.
    func pageQuery(_ call: APICall) throws(InvalidField) -> DialOutQuery {
        var query = DialOutQuery(limit: try call.pageLimit)
        query.state = try call.choice("state", of: CallState.self)
        if let text = call.request.query["cursor"] {
            guard let cursor = SortableID(text) else { throw InvalidField("cursor", "is what an earlier page gave") }
            query.before = cursor
        }
        return query
    }

    /// A page of what is live and what is stored, newest first, in one order.
    func page(_ query: DialOutQuery, named name: String, _ shown: ([UInt8]) throws -> [UInt8]) async throws -> Response {
        var rows = try await pageRows(query)
        let isLast = rows.count <= query.limit
        rows = Array(rows.prefix(query.limit))
        var body = Array("{\"\(name)\":[".utf8)
        for (index, row) in rows.enumerated() {
            if index > 0 { body.append(UInt8(ascii: ",")) }
            body += try shown(row.body)
        }
        let cursor = isLast ? "null" : "\"\(rows.last!.id)\""
        body += Array("],\"cursor\":\(cursor),\"lastEventId\":\"\(hub.newest)\"}".utf8)
        return .json(200, body)
    }

    private func pageRows(_ query: DialOutQuery) async throws -> [StoredDialOut] {
        var stored = query
        stored.limit = query.limit + 1
        if query.state != .ended { stored.limit += min(live.count, 2_000) }
        if query.state != nil, query.state != .ended { stored.state = nil }
        let found = query.state == nil || query.state == .ended ? try await store.dialOuts(stored) : []
        let now = live
        var rows = found.filter { now[$0.id] == nil }
        for dialOut in now.values where query.matches(dialOut) { rows.append(dialOut.stored) }
        return rows.sorted { $0.id > $1.id }
    }
}

extension DialOutQuery {
    fileprivate func matches(_ dialOut: DialOut) -> Bool {
        (tenant == nil || tenant == dialOut.tenant) && (meetingID == nil || meetingID == dialOut.order.meetingID)
            && (organizer == nil || organizer == dialOut.order.organizer)
            && (operatorID == nil || operatorID == dialOut.operatorID || dialOut.formerOperatorIDs.contains(operatorID!))
            && (state == nil || state == operatorID.map { dialOut.state(for: $0) } ?? dialOut.state)
            && before.map { dialOut.id < $0 } ?? true && from.map { dialOut.id >= $0 } ?? true
    }
}

extension DialOut {
    /// What its request is answered with.
    var response: Response {
        guard state != .ended else { return Problem.refused(self).response }
        var response = Response.json(202, JSON.encode(self))
        response.headers.append(("Location", "/v1/dial-outs/\(id)"))
        return response
    }

    /// The same, to be kept for the request's repetitions; nil for a refusal that asks to be asked again.
    func answer(to request: Answers.Request) -> StoredAnswer? {
        let response = response
        guard !StoredAnswer.isTransient(status: response.status) else { return nil }
        return StoredAnswer(
            tenant: request.key.tenant, key: request.key.key, bodyHash: request.bodyHash, status: response.status,
            location: response.headers.first { $0.name == "Location" }?.value, body: response.bytes ?? [], at: acceptedAt)
    }
}

extension Token {
    /// Whether what belongs to a tenant may be shown to the token's holder.
    func mayRead(tenant owner: String) -> Bool { role == .platform && tenant == nil || tenant == owner }
}

extension Response {
    init(replaying answer: StoredAnswer) {
        let type = answer.status < 400 ? "application/json" : "application/problem+json"
        self.init(answer.status, headers: [("Content-Type", type), ("Idempotent-Replayed", "true")], body: .bytes(answer.body))
        if let location = answer.location { headers.append(("Location", location)) }
    }
}
