import Basis

/// Reads what somebody sent into a value: every member must be one that the value asks for, and what is wrong is told by its path and in words.
///
/// Members that a value never asks for are not known; `shown` is what GET shows of the same thing, and a member that stands there too and is
/// the same is taken for what it is: a copy.
enum StrictJSON {
    static func decode<Value: Decodable>(
        _ type: Value.Type, _ bytes: [UInt8], shown: () -> JSONValue = { .null }
    ) throws(InvalidField) -> Value {
        guard !bytes.isEmpty else { throw InvalidField("body", "is missing") }
        let nodes: JSONNodes
        do throws(JSONReader.Fault) { nodes = try JSONReader.nodes(bytes) } catch {
            throw InvalidField("body", "is not JSON: \(error.what), at byte \(error.offset)")
        }
        if let value = try? JSONNodeDecoder(nodes, 0).read(type), nodes.isAsked { return value }
        return try explain(type, nodes, shown)
    }

    /// Reads once more what could not be read, or not whole, and notes what is asked for, so as to say what is wrong.
    private static func explain<Value: Decodable>(
        _ type: Value.Type, _ nodes: JSONNodes, _ shown: () -> JSONValue
    ) throws(InvalidField) -> Value {
        nodes.forget()
        let audit = Audit(nodes)
        let value: Value
        do { value = try JSONNodeDecoder(nodes, 0, audit).read(type) } catch let invalid as InvalidField { throw invalid } catch {
            throw InvalidField("body", "\(error)")
        }
        try audit.check(shown)
        return value
    }

    /// `trunks[0].uri`.
    static func name(_ path: [any CodingKey]) -> String {
        path.reduce(into: "") { text, key in
            if let index = key.intValue { text += "[\(index)]" } else { text += (text.isEmpty ? "" : ".") + key.stringValue }
        }
    }
}

/// The objects that were read, in their order, and the names that were asked for.
final class Audit {
    private let nodes: JSONNodes
    private var objects: [Int] = []
    private var asked: [Int: Set<String>] = [:]

    init(_ nodes: JSONNodes) { self.nodes = nodes }

    func open(_ object: Int) {
        if asked.updateValue(asked[object] ?? [], forKey: object) == nil { objects.append(object) }
    }
    func ask(_ name: String, of object: Int) { asked[object, default: []].insert(name) }
    func askAll(of object: Int) { asked[object, default: []].formUnion(names(of: object)) }

    private func names(of object: Int) -> [String] { nodes.names(of: object).map { nodes.text(at: $0) } }

    /// Names that stand there and nobody has asked for.
    private func unasked(_ object: Int) -> [String] { names(of: object).filter { asked[object]?.contains($0) != true }.sorted() }

    fileprivate func check(_ shown: () -> JSONValue) throws(InvalidField) {
        var known: JSONValue?
        for object in objects {
            let path = nodes.path(to: object)
            for name in unasked(object) {
                let isHere = known ?? shown()
                known = isHere
                guard let there = isHere.member(path, name) else { throw Self.unknown(name, path, among: asked[object] ?? []) }
                guard there.isSame(as: nodes.value(at: object)[name]) else {
                    throw InvalidField(
                        StrictJSON.name(path + [JSONMember(name)]), "is only shown and cannot be set here; leave it as it is, or out")
                }
            }
        }
    }

    /// What is said of a member that is missing: another one may be meant for it.
    func missing(_ name: String, of object: Int) -> InvalidField {
        let path = nodes.path(to: object)
        if let meant = unasked(object).first(where: { nearestName(to: $0, among: [name]) != nil }) {
            return Self.unknown(meant, path, among: asked[object] ?? [])
        }
        return InvalidField(StrictJSON.name(path + [JSONMember(name)]), "is required")
    }

    private static func unknown(_ name: String, _ path: [any CodingKey], among asked: Set<String>) -> InvalidField {
        let field = StrictJSON.name(path + [JSONMember(name.excerpt)])
        if let nearest = nearestName(to: name, among: asked) { return InvalidField(field, "is not known; did you mean \(nearest)?") }
        let known = asked.isEmpty ? "there are no members here" : "there are " + asked.sorted().prefix(20).joined(separator: ", ")
        return InvalidField(field, "is not known; " + known)
    }
}

extension JSONValue {
    fileprivate func member(_ path: [any CodingKey], _ name: String) -> JSONValue? {
        var value = self
        for key in path {
            switch (value, key.intValue) {
            case (.array(let elements), let index?) where elements.indices.contains(index): value = elements[index]
            case (.object(let members), nil):
                guard let member = members[key.stringValue] else { return nil }
                value = member
            default: return nil
            }
        }
        guard case .object(let members) = value else { return nil }
        return members[name]
    }

    /// The same but for how a number is written, and for members that are null or left out.
    fileprivate func isSame(as other: JSONValue) -> Bool {
        switch (self, other) {
        case (.integer(let left), .number(let right)): Double(left) == right
        case (.number(let left), .integer(let right)): left == Double(right)
        case (.array(let left), .array(let right)): left.count == right.count && zip(left, right).allSatisfy { $0.isSame(as: $1) }
        case (.object(let left), .object(let right)):
            Set(left.keys).union(right.keys).allSatisfy { (left[$0] ?? .null).isSame(as: right[$0] ?? .null) }
        default: self == other
        }
    }
}
