import Basis
import Crypto
import Dialing
import Web

extension APICall {
    /// `Idempotency-Key`; nil without one. Two of them would name two requests.
    var idempotencyKey: String? {
        get throws(InvalidField) {
            let keys = request.headers.all("idempotency-key")
            guard keys.count < 2 else { throw InvalidField("Idempotency-Key", "is given once, not \(keys.count) times") }
            // Bytes that are not UTF-8 come as this character, whichever they were.
            guard keys.first?.unicodeScalars.contains("\u{FFFD}") != true else {
                throw InvalidField("Idempotency-Key", "is text in UTF-8, without the replacement character")
            }
            return keys.first
        }
    }
}

extension Service {
    /// `POST /v1/meetings/{meetingId}/dial-outs`: one dial-out, or `items`.
    func postDialOut(_ call: APICall) async throws -> Response {
        let key = try call.idempotencyKey
        switch try call.body(PostedDialOuts.self) {
        case .one(let body):
            let text = call.request.body
            return try await post(body, named: key.map { ("Idempotency-Key", $0) }, formerly: { text }, call)
        case .batch(let items):
            guard key == nil else {
                throw InvalidField("Idempotency-Key", "is for one dial-out; in a batch each item has an idempotencyKey of its own")
            }
            return await postBatch(items, call)
        }
    }

    /// One dial-out; `text` is what made a repetition with the same key the same in versions before this one.
    func post(
        _ body: DialOutOrder.Body, named key: (field: String, value: String)?, formerly text: @escaping @Sendable () -> [UInt8],
        _ call: APICall
    ) async throws -> Response {
        var order = try DialOutOrder(body, meetingID: call["meetingId"])
        let tenant = try tenant(ofOrganizer: order.organizer, for: call)
        order.origin = .init(home: directory.home(ofOrganizer: order.organizer, of: tenant), trace: call.request.trace)
        try checkWebhook(of: order, tenant)
        let owner = identities.name(ofTenant: tenant)
        try check(order.meetingID, isOpenTo: owner)
        guard let (field, key) = key else {
            return try await respond(await dialOuts.admit(order, tenant: tenant, repeatable: nil), to: nil)
        }
        guard (1...256).contains(key.utf8.count), key.isPrintable else {
            throw InvalidField(field, "has 1 to 256 bytes without control characters")
        }
        let meeting = Array(call["meetingId"].utf8)
        @Sendable func hash(_ content: [UInt8]) -> [UInt8] { Array(SHA256.hash(data: meeting + [0] + content).prefix(16)) }
        let request = Answers.Request(
            key: Answers.Key(tenant: owner, key: ExactText(key)), bodyHash: hash(body.content), formerHash: { hash(text()) })
        return try await answerOnce(request, order, of: tenant)
    }

    /// The token's tenant, the one that a platform token names, or the one that the organizer belongs to.
    func tenant(ofOrganizer organizer: String, for call: APICall) throws(Problem) -> String {
        if let named = try call.tenantFilter {
            guard directory.tenant(named) != nil else { throw .notFound("tenant", named) }
            return named
        }
        let tenants = directory.tenants(ofOrganizer: organizer)
        guard tenants.count < 2 else {
            throw Problem(of: InvalidField("tenant", "is needed: \(enumeration(tenants)) have a user \(organizer.excerpt)"))
        }
        guard let tenant = tenants.first else { throw .unknownOrganizer(organizer) }
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
                let use = try await store.use(ofKey: request.key.key.text, tenant: request.key.tenant)
                if let use, use.isKept(at: world.wallTime) { return try await firstAnswer(use, to: request) }
                return try await respond(await dialOuts.admit(order, tenant: tenant, repeatable: request), to: request)
            }
        }
    }

    /// What the key's first request was answered with, made of its dial-out's first fact.
    private func firstAnswer(_ use: UsedKey, to request: Answers.Request?) async throws -> Response {
        guard request?.isOf(use) == true else { throw Self.keyReused }
        guard let stored = try await store.dialOut(use.dialOut) else {
            throw StoreFailure("the dial-out \(use.dialOut) of a kept key is missing")
        }
        var response = try stored.begun().response
        response.headers.append(("Idempotent-Replayed", "true"))
        return response
    }

    private static let keyReused = Problem(
        409, "Conflict", detail: "the Idempotency-Key was used for another request", reason: "idempotencyKeyReused")

    private func respond(_ admission: Admission, to request: Answers.Request?) async throws -> Response {
        switch admission {
        case .accepted(let dialOut), .refused(let dialOut): return dialOut.response
        case .repeated(let dialOut):
            var response = (try await known(dialOut.id) ?? dialOut).response
            response.headers.append(("Dialout-Duplicate", "true"))
            return response
        case .answered(let use): return try await firstAnswer(use, to: request)
        case .unavailable(let failure): throw Problem.storeFails(failure)
        }
    }

    /// `GET /v1/dial-outs/{id}`
    ///
    /// While its configured offer has keys, it shows them to whoever may dial.
    func getDialOut(_ call: APICall) async throws -> Response {
        let record = try await record(of: call)
        guard let offer = live.keyedOffer(of: record.id) else { return .json(200, JSON.encode(record)) }
        var shown = record.shown
        shown["sdpOffer"] = .string(offer)
        return .json(200, JSON.encode(shown))
    }

    /// `DELETE /v1/dial-outs/{id}`: cancels ringing, hangs up when connected; repeatable.
    func deleteDialOut(_ call: APICall) async throws -> Response {
        live.stop(try await record(of: call).id, .cancelled)
        return .json(202, JSON.encode(try await record(of: call)))
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
}

extension Token {
    /// Whether what belongs to a tenant may be shown to the token's holder.
    func mayRead(tenant owner: String) -> Bool { role == .platform && tenant == nil || tenant == owner }
}
