import Basis
import Crypto
import Web

/// A document with its entity tag, so that `If-Match` can guard the next change.
func tagged(_ status: Int, _ document: some Encodable) -> Response {
    let body = JSON.encodeStably(document)
    return Response.json(status, body).tagged(body)
}

extension Response {
    /// With the entity tag of what a change of it changes, where it shows more than that: counts and health, which go their own way.
    func tagged(by settings: some Encodable) -> Response { tagged(JSON.encodeStably(settings)) }

    fileprivate func tagged(_ body: [UInt8]) -> Response {
        var response = self
        response.headers.append(("ETag", entityTag(body)))
        return response
    }

    /// 304 where the client has all of what goes out. A tag of settings says nothing of figures beside them that go their own way.
    func unlessKnown(to request: Request) -> Response {
        guard !request.headers.all("If-None-Match").isEmpty, let bytes,
            headers.contains(where: { $0.name == "ETag" && $0.value == entityTag(bytes) })
        else { return self }
        return unlessHeld(by: request)
    }
}

/// Refuses a change that was made on another state of the document than the one that is there, nil where there is none: If-Match wants that one,
/// compared strongly, If-None-Match wants another or, as `*`, none (RFC 9110 §13.1.1, §13.1.2, §13.2.2).
func requireMatch(_ call: APICall, _ current: (some Encodable)?) throws {
    let wanted = try call.request.tags("If-Match"), unwanted = try call.request.tags("If-None-Match")
    guard wanted != nil || unwanted != nil else { return }
    let tag = current.map { entityTag(JSON.encodeStably($0)) }
    if let wanted, !wanted.name(tag, .strong) { throw Problem.preconditionFailed("the document is not the one that If-Match names") }
    if let unwanted, unwanted.name(tag, .weak) {
        throw Problem.preconditionFailed("the document is there, as If-None-Match says that it must not be")
    }
}

extension Request {
    /// What a precondition names; nil where there is none. Throws where it names nothing that could be compared.
    func tags(_ field: String) throws(Problem) -> EntityTags? {
        let lines = headers.all(field)
        guard !lines.isEmpty else { return nil }
        guard let tags = EntityTags(lines) else {
            var problem = Problem.preconditionFailed(
                "\(field) is * or a list of entity tags in quotes, as ETag gives them, with commas between")
            problem.members = [("field", JSON.encode(field))]
            throw problem
        }
        return tags
    }

    /// Whether it is to be done in some states alone. Of what only reads, If-None-Match asks for 304 and refuses nothing.
    var isConditional: Bool {
        !headers.all("If-Match").isEmpty || method != .get && method != .head && !headers.all("If-None-Match").isEmpty
    }
}

private func entityTag(_ body: [UInt8]) -> String {
    "\"" + Array(SHA256.hash(data: body).prefix(12)).hexadecimal + "\""
}
