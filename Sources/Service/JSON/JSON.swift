import FoundationEssentials

/// JSON: what was stored is read as it stands, what others send by ``StrictJSON``; written as it comes
/// (docs/decisions/json-is-written-as-it-comes.md).
package enum JSON {
    /// Everything the service encodes can be encoded, so a failure is ours.
    package static func encode(_ value: some Encodable) -> [UInt8] {
        do { return try JSONTextEncoder.encode(value, revealingSecrets: false) } catch { preconditionFailure("not encodable: \(error)") }
    }

    /// The same with the secrets in it, for the store, which seals them.
    static func encodeRevealing(_ value: some Encodable) -> [UInt8] {
        do { return try JSONTextEncoder.encode(value, revealingSecrets: true) } catch { preconditionFailure("not encodable: \(error)") }
    }

    /// The same value always gives the same bytes.
    static func encodeStably(_ value: some Encodable) -> [UInt8] {
        let encoder = JSONEncoder()
        encoder.outputFormatting = [.withoutEscapingSlashes, .sortedKeys]
        do { return Array(try encoder.encode(value)) } catch { preconditionFailure("not encodable: \(error)") }
    }

    /// Members that the value does not ask for are passed over. Throws an ``InvalidField``.
    package static func decode<Value: Decodable>(_ type: Value.Type, _ bytes: [UInt8]) throws -> Value {
        let nodes: JSONNodes
        do throws(JSONReader.Fault) { nodes = try JSONReader.nodes(bytes) } catch {
            throw InvalidField("body", "is not JSON: \(error.what), at byte \(error.offset)")
        }
        return try JSONNodeDecoder(nodes, 0).read(type)
    }
}

/// What is JSON already, put as it is into a text.
struct WrittenJSON: Equatable, Sendable {
    let bytes: [UInt8]
}

/// Any JSON text as a value, where its shape is not known or must be kept.
package enum JSONValue: Codable, Equatable, Sendable {
    case null, bool(Bool), integer(Int64), number(Double), string(String), array([JSONValue]), object([String: JSONValue])

    /// A value as it would be written.
    init(_ value: some JSONObject) {
        do throws(JSONReader.Fault) { self = try JSONReader.read(JSON.encode(value)) } catch { preconditionFailure("not JSON: \(error)") }
    }

    package init(from decoder: any Decoder) throws {
        let container = try decoder.singleValueContainer()
        if container.decodeNil() {
            self = .null
        } else if let value = try? container.decode(Bool.self) {
            self = .bool(value)
        } else if let value = try? container.decode(Int64.self) {
            self = .integer(value)
        } else if let value = try? container.decode(Double.self) {
            self = .number(value)
        } else if let value = try? container.decode(String.self) {
            self = .string(value)
        } else if let value = try? container.decode([JSONValue].self) {
            self = .array(value)
        } else {
            self = .object(try container.decode([String: JSONValue].self))
        }
    }

    package func encode(to encoder: any Encoder) throws {
        var container = encoder.singleValueContainer()
        switch self {
        case .null: try container.encodeNil()
        case .bool(let value): try container.encode(value)
        case .integer(let value): try container.encode(value)
        case .number(let value): try container.encode(value)
        case .string(let value): try container.encode(value)
        case .array(let value): try container.encode(value)
        case .object(let value): try container.encode(value)
        }
    }

    /// A member of an object; null takes it for absent.
    package subscript(member: String) -> JSONValue {
        get {
            guard case .object(let members) = self else { return .null }
            return members[member] ?? .null
        }
        set {
            guard case .object(var members) = self else { return }
            members[member] = newValue
            self = .object(members)
        }
    }

    package var string: String? {
        guard case .string(let text) = self else { return nil }
        return text
    }
    package var integer: Int64? {
        guard case .integer(let value) = self else { return nil }
        return value
    }
    package var array: [JSONValue] {
        guard case .array(let elements) = self else { return [] }
        return elements
    }
}
