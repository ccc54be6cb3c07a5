import Basis
import Foundation

/// Fields that a collector wants with each export, such as `Authorization`, written as `OTEL_EXPORTER_OTLP_HEADERS` is (OpenTelemetry, "Protocol
/// Exporter", §Specifying headers via environment variables): `name=value`, commas between, values percent-encoded (RFC 3986 §2.1).
struct CollectorHeaders: Equatable {
    struct Field: Equatable {
        let name: String
        let value: Secret
    }
    private(set) var fields: [Field] = []

    static let limit = 16
    /// Bytes of all of them.
    static let size = 8_192
    /// Those that an export has by itself.
    private static let own: Set<String> = [
        "connection", "content-encoding", "content-length", "content-type", "expect", "host", "te", "trailer", "transfer-encoding",
        "upgrade",
    ]

    /// A rule that is broken, in words without a value: those are secret.
    struct Fault: Error {
        let rule: String
    }

    init() {}

    init(_ text: String) throws(Fault) {
        guard text.utf8.count <= Self.size else { throw Fault(rule: "has at most \(Self.size) bytes") }
        let pairs = text.split(separator: ",", omittingEmptySubsequences: false)
        guard pairs.count <= Self.limit else { throw Fault(rule: "has at most \(Self.limit) fields") }
        for (index, pair) in pairs.enumerated() {
            let field = try Self.field(pair, "field \(index + 1)")
            guard !fields.contains(where: { $0.name.lowercased() == field.name.lowercased() }) else {
                throw Fault(rule: "has \(field.name) twice")
            }
            fields.append(field)
        }
    }

    private static func field(_ pair: Substring, _ place: String) throws(Fault) -> Field {
        let parts = pair.split(separator: "=", maxSplits: 1, omittingEmptySubsequences: false).map {
            $0.trimmingCharacters(in: .whitespaces)
        }
        guard parts.count == 2 else { throw Fault(rule: "is name=value, with commas between; \(place) has no equals sign") }
        guard !parts[0].isEmpty, parts[0].utf8.allSatisfy(\.isTokenByte) else {
            throw Fault(rule: "has in \(place) a name that is no field's (RFC 9110 §5.1)")
        }
        guard !own.contains(parts[0].lowercased()) else { throw Fault(rule: "has \(parts[0]), which each export has of its own") }
        guard let value = parts[1].removingPercentEncoding else {
            throw Fault(rule: "has for \(parts[0]) a value that is not percent-encoded; a percent sign is %25")
        }
        guard !value.isEmpty, value.utf8.allSatisfy({ (32..<127).contains($0) }) else {
            throw Fault(rule: "has for \(parts[0]) a value that is empty or has other than printable ASCII characters")
        }
        return Field(name: parts[0], value: Secret(value))
    }

    /// As they stand in a request.
    var lines: [String] { fields.map { "\($0.name): \($0.value.revealed)" } }
}

extension UInt8 {
    /// RFC 9110 §5.6.2.
    fileprivate var isTokenByte: Bool {
        switch self {
        case 48...57, 65...90, 97...122: true
        default: "!#$%&'*+-.^_`|~".utf8.contains(self)
        }
    }
}
