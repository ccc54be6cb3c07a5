import Service
import Simulation
import Testing
import Web

/// The published description as a judge of answers: their status, type and members are those that it says, whatever a test asks for.
struct PublishedShape: Sendable {
    private struct Operation: Sendable {
        let method: String
        let segments: [Substring]
        let responses: JSONValue

        func matches(_ method: String, _ path: [Substring]) -> Bool {
            self.method == method && segments.count == path.count
                && zip(segments, path).allSatisfy { $0 == $1 || $0.hasPrefix("{") && $0.hasSuffix("}") }
        }
    }

    /// Bytes of the longest body that is looked into.
    private static let bodyLimit = 32 << 10
    /// What any operation says of a request that is none of its own: a parameter, a body or a precondition that it does not take.
    private static let misfits = [400, 412]
    static let shared = PublishedShape()

    private let document: JSONValue
    private let operations: [Operation]

    private init() {
        document = (try? OpenAPITests.document()) ?? .null
        operations = ((try? OpenAPITests.operations()) ?? []).map {
            Operation(method: $0.method.rawValue, segments: Self.segments($0.path), responses: $0.description["responses"])
        }.sorted { $0.segments.count { $0.hasPrefix("{") } < $1.segments.count { $0.hasPrefix("{") } }
    }

    private static func segments(_ path: String) -> [Substring] { path.split(separator: "/", omittingEmptySubsequences: false) }

    /// Records what an answer has that the description does not, and the other way round.
    func judge(_ method: Web.Method, _ path: String, _ answer: SimClient.Answer) {
        let found = faults(method, path, answer)
        if !found.isEmpty { Issue.record("\(method.rawValue) \(path): \(answer.status) is not as published: \(found.prefix(5))") }
    }

    private func faults(_ method: Web.Method, _ path: String, _ answer: SimClient.Answer) -> [String] {
        let segments = Self.segments(String(path.prefix { $0 != "?" }))
        guard let operation = operations.first(where: { $0.matches(method.rawValue, segments) }) else { return [] }
        let response = resolved(operation.responses["\(answer.status)"])
        guard case .object = response else {
            guard Self.misfits.contains(answer.status) else { return ["the status is not described"] }
            return faults(answer.body, document["components"]["schemas"]["Problem"], "body")
        }
        guard answer.status != 304, let type = answer.header("Content-Type")?.split(separator: ";").first else { return [] }
        let content = response["content"][String(type)]
        guard case .object = content else { return ["the type \(type) is not described"] }
        guard ["application/json", "application/problem+json"].contains(type), answer.text.utf8.count <= Self.bodyLimit else { return [] }
        return faults(answer.body, content["schema"], "body")
    }

    private func resolved(_ value: JSONValue) -> JSONValue {
        guard let name = value["$ref"].string else { return value }
        return resolved(name.split(separator: "/").dropFirst().reduce(document) { $0[String($1)] })
    }

    // MARK: schemas

    private func faults(_ value: JSONValue, _ schema: JSONValue, _ place: String) -> [String] {
        let schema = resolved(schema)
        var faults = schema["allOf"].array.flatMap { self.faults(of: value, $0, place) }
        for word in ["oneOf", "anyOf"] {
            let choices = schema[word].array.map { self.faults(value, $0, place) }
            if let fewest = choices.min(by: { $0.count < $1.count }), !fewest.isEmpty { faults += fewest }
        }
        faults += self.faults(of: value, schema, place)
        if case .object(let members) = value, let known = known(schema) {
            faults += members.keys.filter { !known.contains($0) }.map { "\(place).\($0) is not described" }
        }
        return faults
    }

    /// The members that it names; nil where there may be any.
    private func known(_ schema: JSONValue) -> Set<String>? {
        let schema = resolved(schema), parts = ["allOf", "oneOf", "anyOf"].flatMap { schema[$0].array }
        var names: Set<String> = []
        if case .object(let properties) = schema["properties"] { names = Set(properties.keys) } else if parts.isEmpty { return nil }
        if schema["additionalProperties"] != .null, schema["additionalProperties"] != .bool(false) { return nil }
        for part in parts {
            let part = resolved(part)
            guard part["type"] != "null", part["type"] != "string" else { continue }
            guard let more = known(part) else { return nil }
            names.formUnion(more)
        }
        return names
    }

    /// What it says itself, without what its parts say.
    private func faults(of value: JSONValue, _ schema: JSONValue, _ place: String) -> [String] {
        let schema = resolved(schema)
        let types = schema["type"].string.map { [$0] } ?? schema["type"].array.compactMap(\.string)
        guard types.isEmpty || types.contains(where: { value.isOf($0) }) else { return ["\(place) is \(value), not \(types)"] }
        if schema["const"] != .null, schema["const"] != value { return ["\(place) is not \(schema["const"])"] }
        if case .array(let values) = schema["enum"], !values.contains(value) { return ["\(place) is \(value), none of the enumerated"] }
        switch value {
        case .object(let members): return faults(of: members, schema, place)
        case .array(let items):
            guard schema["items"] != .null else { return [] }
            return items.enumerated().flatMap { faults($1, schema["items"], "\(place)[\($0)]") }
        case .integer(let number):
            let (least, most) = (schema["minimum"].integer ?? .min, schema["maximum"].integer ?? .max)
            return number < least || number > most ? ["\(place) is \(number), not \(least) to \(most)"] : []
        case .null, .bool, .number, .string: return []
        }
    }

    private func faults(of members: [String: JSONValue], _ schema: JSONValue, _ place: String) -> [String] {
        let required = schema["required"].array.compactMap(\.string)
        var faults = required.filter { members[$0] == nil }.map { "\(place).\($0) is missing" }
        for (name, value) in members {
            let described = schema["properties"][name]
            if described != .null {
                faults += self.faults(value, described, "\(place).\(name)")
            } else if case .object = schema["additionalProperties"] {
                faults += self.faults(value, schema["additionalProperties"], "\(place).\(name)")
            }
            if schema["propertyNames"] != .null {
                faults += self.faults(.string(name), schema["propertyNames"], "the name \(place).\(name)")
            }
        }
        return faults
    }
}

extension JSONValue {
    /// Whether it is of a type of JSON Schema.
    fileprivate func isOf(_ type: String) -> Bool {
        switch self {
        case .null: type == "null"
        case .bool: type == "boolean"
        case .integer: type == "integer" || type == "number"
        case .number: type == "number"
        case .string: type == "string"
        case .array: type == "array"
        case .object: type == "object"
        }
    }
}
