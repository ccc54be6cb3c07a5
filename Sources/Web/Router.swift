/// Finds the route of a request by method and path, in time that grows with the path and not with the table.
///
/// A template is `/v1/meetings/{meetingId}/dial-outs`. A literal segment wins over a captured one; a capture is never empty. HEAD is
/// answered by the route for GET when it has none of its own.
package struct Router<Route: Sendable>: Sendable {
    package enum Match: Sendable {
        case route(Route, Captures)
        case notFound
        /// The path exists, for these methods (RFC 9110 §15.5.6).
        case methodNotAllowed(allow: [Method])

        /// The 404 or 405 to send when there is no route.
        package var problem: Problem? {
            switch self {
            case .route: nil
            case .notFound: Problem(404, "Not Found", detail: "there is nothing at this path", reason: "notFound")
            case .methodNotAllowed: Problem(405, "Method Not Allowed", reason: "methodNotAllowed")
            }
        }

        /// The 404, or the 405 with its Allow, to send when there is no route.
        package var refusal: Response? {
            guard var response = problem?.response else { return nil }
            if case .methodNotAllowed(let allow) = self {
                response.headers.append(("Allow", allow.map(\.rawValue).joined(separator: ", ")))
            }
            return response
        }
    }

    /// The path's values by the names in the template.
    package struct Captures: Sendable {
        fileprivate let names: [String]
        fileprivate let values: [String]

        /// Names and values, in the order of the path.
        package var items: [(name: String, value: String)] { zip(names, values).map { (name: $0, value: $1) } }

        /// The value of a name that the route's template has; to ask for any other is a programming error.
        package subscript(name: String) -> String {
            guard let index = names.firstIndex(of: name) else { preconditionFailure("the template has no {\(name)}") }
            return values[index]
        }
    }

    private struct Target: Sendable {
        let route: Route
        let names: [String]
    }
    private struct Node: Sendable {
        var literals: [String: Int] = [:]
        var capture: Int?
        var targets: [Method: Target] = [:]
    }
    private var nodes = [Node()]

    /// Two rows of one method and shape are a programming error.
    package init(_ table: [(method: Method, template: String, route: Route)]) {
        for (method, template, route) in table { add(method, template, route) }
    }

    private mutating func add(_ method: Method, _ template: String, _ route: Route) {
        precondition(template.hasPrefix("/"), "\(template) does not begin with a slash")
        var node = 0
        var names: [String] = []
        for segment in template.dropFirst().split(separator: "/", omittingEmptySubsequences: false) {
            let isCapture = segment.hasPrefix("{") && segment.hasSuffix("}")
            if isCapture { names.append(String(segment.dropFirst().dropLast())) }
            if let next = isCapture ? nodes[node].capture : nodes[node].literals[String(segment)] {
                node = next
                continue
            }
            nodes.append(Node())
            if isCapture { nodes[node].capture = nodes.count - 1 } else { nodes[node].literals[String(segment)] = nodes.count - 1 }
            node = nodes.count - 1
        }
        let previous = nodes[node].targets.updateValue(Target(route: route, names: names), forKey: method)
        precondition(previous == nil, "\(method.rawValue) \(template) is there twice")
    }

    package func match(_ request: Request) -> Match { match(request.method, request.path) }

    package func match(_ method: Method, _ path: [String]) -> Match {
        var values: [String] = []
        guard let node = find(path[...], from: 0, &values) else { return .notFound }
        let targets = nodes[node].targets
        guard let target = targets[method] ?? (method == .head ? targets[.get] : nil) else {
            let allow = Method.allCases.filter { targets[$0] != nil || $0 == .head && targets[.get] != nil }
            return .methodNotAllowed(allow: allow)
        }
        return .route(target.route, Captures(names: target.names, values: values))
    }

    private func find(_ path: ArraySlice<String>, from node: Int, _ values: inout [String]) -> Int? {
        guard let segment = path.first else { return nodes[node].targets.isEmpty ? nil : node }
        if let next = nodes[node].literals[segment], let found = find(path.dropFirst(), from: next, &values) { return found }
        guard let next = nodes[node].capture, !segment.isEmpty else { return nil }
        values.append(segment)
        if let found = find(path.dropFirst(), from: next, &values) { return found }
        values.removeLast()
        return nil
    }
}
