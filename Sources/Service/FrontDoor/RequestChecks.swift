import Basis
import Dialing
import Web

extension APIRoute {
    /// Refuses what would not be honoured: parameters that are not known or stand twice, a body where none is taken, and one of another type
    /// or encoding (RFC 9110 §15.5.16).
    func check(_ request: Request, _ captures: Router<APIRoute>.Captures) throws {
        try check(request, captures, hasBody: !request.body.isEmpty)
    }

    /// The same of a request whose body may still have to come.
    func check(_ request: Request, _ captures: Router<APIRoute>.Captures, hasBody: Bool) throws {
        for (name, value) in captures.items where value.isDotSegment { throw InvalidField(name, "is not . or ..") }
        if request.isConditional {
            guard isGuarded || hasEntityTag else {
                throw Problem.preconditionFailed(
                    place.method == .get
                        ? "what this gives has no entity tag that If-Match could name; send it without"
                        : "this operation is not guarded by If-Match or If-None-Match; send it without")
            }
            _ = (try request.tags("If-Match"), try request.tags("If-None-Match"))
        }
        var names: Set<String> = []
        for item in request.query.items {
            guard parameters.contains(item.name) else { throw unknown(item.name) }
            if ownerParameters.contains(item.name), !item.value.isIdentifier {
                throw InvalidField(item.name, "has 1 to 64 letters, digits, dots, dashes and underscores")
            }
            if item.name == "cursor", item.value.isEmpty { throw InvalidField.noCursor }
            guard names.insert(item.name).inserted else { throw InvalidField(item.name, "stands twice in the query") }
        }
        guard hasBody else { return }
        let types = content.types
        guard !types.isEmpty else { throw InvalidField("body", "is not taken here") }
        for coding in request.headers.list("content-encoding") where coding.lowercased() != "identity" {
            throw Problem.unsupported(
                "the body is taken without a Content-Encoding, not as \(String(coding).excerpt)", ("Accept-Encoding", "identity"))
        }
        let given = request.headers.all("content-type")
        guard given.count < 2, given.first.map({ type in types.contains { MediaType(type)?.isUTF8($0) == true } }) ?? true else {
            let known = types.joined(separator: " or ")
            throw Problem.unsupported(
                "the body is \(known) in UTF-8, not \(given.joined(separator: ", ").excerpt)", ("Accept", types.joined(separator: ", ")))
        }
    }

    /// Parameters that name a tenant or an operator.
    private var ownerParameters: Set<String> { ["tenant", "operator"] }

    private func unknown(_ name: String) -> InvalidField {
        if let nearest = nearestName(to: name, among: parameters) {
            return InvalidField(name.excerpt, "is not known; did you mean \(nearest)?")
        }
        return InvalidField(
            name.excerpt,
            "is not known; " + (parameters.isEmpty ? "no parameter is taken here" : "there are " + parameters.joined(separator: ", ")))
    }
}

extension Service {
    /// What is said of a request whose head has come and whose body has not: who may not ask, or asks for what is not done, is told so before
    /// it is sent.
    package func screen(_ request: Request) -> Screening {
        guard case .route(let route, let captures) = APIRoute.router.match(request) else {
            return Screening(body: APIRoute.usualBody, refusal: unrouted(request))
        }
        do {
            let caller = try authorise(route, captures, request)
            try route.check(request, captures, hasBody: request.announcesBody)
            return Screening(body: route.bodyLimit, owner: route.roles == nil ? nil : caller.owner, refusal: nil)
        } catch {
            return Screening(body: APIRoute.usualBody, refusal: Problem(of: error).response)
        }
    }

    /// Whose request it is, by its token; nil where that opens nothing.
    package func owner(of request: Request) -> String? { request.bearerToken.flatMap { administration.token(for: $0) }?.owner }

    /// Throws where the meeting is another tenant's than that of the name (``Identities/name(ofTenant:)``).
    func check(_ meeting: String, isOpenTo name: String) throws(Problem) {
        guard !uses.allows(meeting, for: name) else { return }
        throw Problem(403, "Forbidden", detail: "the meeting belongs to another tenant", reason: RefusalReason.requesterNotAllowed.rawValue)
    }

    /// A request was answered as ``screen(_:)`` said.
    package func screenedOut(_ request: Request, _ response: Response) {
        guard case .route(let route, _) = APIRoute.router.match(request) else { return }
        metrics.stages.answered(route.rawValue, response.status, after: .zero)
    }

    /// The answer where the table has no operation: a file of the dashboard, what OPTIONS asks, 405 with Allow, or 404 (RFC 9110 §9.3.7, §15.5.6).
    func unrouted(_ request: Request) -> Response {
        if let file = Self.files.response(to: request) { return file.ifMatched(by: request) }
        let allow: [Web.Method]? =
            switch APIRoute.router.match(request) {
            case .methodNotAllowed(let methods): methods
            case .route: nil
            case .notFound:
                request.path.isEmpty
                    ? Web.Method.allCases.filter { ![.trace, .other].contains($0) } : Self.files.holds(request.path) ? [.get, .head] : nil
            }
        guard let allow else { return Problem(404, "Not Found", detail: "there is nothing at this path", reason: "notFound").response }
        let names = (allow.contains(.options) ? allow : allow + [.options]).map(\.rawValue).joined(separator: ", ")
        if request.method == .options { return Response(204, headers: [("Allow", names)]) }
        var problem = Problem(405, "Method Not Allowed", detail: "here are \(names)", reason: "methodNotAllowed")
        problem.headers = [("Allow", names)]
        return problem.response
    }
}

extension APIRoute {
    /// Bytes of a body, but for a tenant's whole document: what export writes, import takes; and a script with its files.
    static let usualBody = ConnectionLimits().body
    static let documentBody = 64 << 20
    /// Ten thousand numbers, however they are written; the prices of one list.
    static let orderBody = 1 << 20

    var bodyLimit: Int {
        if [.postNumberOrder, .putPriceList].contains(self) { return Self.orderBody }
        return [.importTenant, .routeTest, .replayRoutes, .commands, .rehearse].contains(self) ? Self.documentBody : Self.usualBody
    }
}

extension APIRoute.Content {
    /// The first is meant where nothing is said.
    var types: [String] {
        switch self {
        case .none: []
        case .json: ["application/json"]
        case .script: ["text/plain", "application/json"]
        case .rows: ["application/json", "text/csv"]
        }
    }
}

extension InvalidField {
    /// Of a list that goes on behind what its page before said.
    static let noCursor = InvalidField("cursor", "is what an earlier page gave")
}

extension Request {
    /// Whether its head says that a body comes (RFC 9112 §6.3).
    fileprivate var announcesBody: Bool {
        headers["transfer-encoding"] != nil || headers["content-length"].map { $0.contains { $0 != "0" } } ?? false
    }
}

extension String {
    /// Whether it may be a tenant's or an operator's.
    fileprivate var isIdentifier: Bool { (1...64).contains(utf8.count) && utf8.allSatisfy(\.isIdentifierByte) }
}

/// A type with its charset (RFC 9110 §8.3.1).
private struct MediaType {
    private let name: String
    private let charset: String?

    /// Nil where it is none, or has a parameter other than charset.
    init?(_ text: String) {
        let parts = text.split(separator: ";", omittingEmptySubsequences: false).map { $0.trimmed.lowercased() }
        guard parts.count <= 2, let first = parts.first, first.contains("/") else { return nil }
        name = first
        guard let parameter = parts.dropFirst().first else {
            charset = nil
            return
        }
        let pair = parameter.split(separator: "=", maxSplits: 1, omittingEmptySubsequences: false)
        guard pair.count == 2, pair[0] == "charset" else { return nil }
        let isQuoted = pair[1].count > 1 && pair[1].hasPrefix("\"") && pair[1].hasSuffix("\"")
        charset = String(isQuoted ? pair[1].dropFirst().dropLast() : pair[1])
    }

    func isUTF8(_ wanted: String) -> Bool { name == wanted && (charset ?? "utf-8") == "utf-8" }
}

extension Problem {
    fileprivate static func unsupported(_ detail: String, _ header: (String, String)) -> Problem {
        var problem = Problem(415, "Unsupported Media Type", detail: detail, reason: "unsupportedMediaType")
        problem.headers = [(name: header.0, value: header.1)]
        return problem
    }
}

extension APICall {
    /// The caller's own tenant, or the one that a platform's token names; nil for all.
    var tenantFilter: String? {
        get throws(Problem) {
            let named = request.query["tenant"]
            guard let own = caller.tenant else { return named }
            guard named == nil || named == own else { throw .forbidden("the token is for the tenant \(own)") }
            return own
        }
    }

    /// Rows of one page.
    static let pageLimits = 1...500

    var pageLimit: Int {
        get throws(InvalidField) {
            guard let text = request.query["limit"] else { return 100 }
            guard let limit = Int(decimal: text), Self.pageLimits.contains(limit) else {
                throw InvalidField("limit", "is \(Self.pageLimits.lowerBound) to \(Self.pageLimits.upperBound)")
            }
            return limit
        }
    }

    func choice<Choice: RawRepresentable<String> & CaseIterable>(_ name: String, of type: Choice.Type) throws(InvalidField) -> Choice? {
        guard let text = request.query[name] else { return nil }
        guard let choice = Choice(rawValue: text) else {
            throw InvalidField(name, "is one of " + Choice.allCases.map(\.rawValue).joined(separator: ", ") + ", not \"\(text.excerpt)\"")
        }
        return choice
    }

    func country(_ name: String) throws(InvalidField) -> Country? {
        guard let text = request.query[name] else { return nil }
        guard let country = Country(text) else {
            throw InvalidField(name, "is a country of two letters (ISO 3166-1), not \"\(text.excerpt)\"")
        }
        return country
    }
}
