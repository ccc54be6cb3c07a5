import Basis
import Foundation

extension ObservingSettings {
    /// Takes a setting, or says the rule that it breaks.
    mutating func take(_ name: ServeSettings.Name, _ value: String) -> String? {
        switch name {
        case .otlpEndpoint:
            guard let url = Self.collector(value) else { return "is http://host:port or https://host:port of a collector, not \(value)" }
            collector = url
        case .otlpHeaders:
            do throws(CollectorHeaders.Fault) { collectorHeaders = try CollectorHeaders(value) } catch { return error.rule }
        case .hep:
            guard let address = SocketAddress(value), address.port > 0 else {
                return "is an address and a port such as 192.0.2.9:9060, not \(value)"
            }
            homerAddress = address
        default:
            guard let number = UInt32(value) else { return "is 0 to \(UInt32.max), not \(value)" }
            agent = number
        }
        return nil
    }

    /// What does not go together.
    var contradiction: InvalidSetting? {
        guard collector == nil, collectorHeaders != CollectorHeaders() else { return nil }
        return InvalidSetting(place: ServeSettings.Name.otlpHeaders.rawValue, rule: "needs otlpEndpoint: the collector that they are for")
    }

    /// Without a path, the path of traces (OTLP/HTTP, "Default URL Path").
    private static func collector(_ text: String) -> String? {
        guard let url = URLComponents(string: text), url.scheme == "https" || url.scheme == "http", url.host?.isEmpty == false,
            url.user == nil, url.fragment == nil
        else { return nil }
        guard url.path.isEmpty || url.path == "/" else { return text }
        return (text.hasSuffix("/") ? String(text.dropLast()) : text) + "/v1/traces"
    }
}
