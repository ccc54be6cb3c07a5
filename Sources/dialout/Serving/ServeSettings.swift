import Basis
import Foundation
import Reactor
import Service

/// A setting that cannot be used: where it was given, and the rule.
struct InvalidSetting: Error, CustomStringConvertible {
    /// `--http`, `DIALOUT_HTTP` or `dialout.json, line 3: http`.
    let place: String
    let rule: String

    var description: String { "\(place) \(rule)" }
}

/// What `serve` is told: flags win over environment variables, these over the file (contract, "The executable `dialout`").
struct ServeSettings {
    /// Names as in the file; the flag is `--drain-seconds`, the variable `DIALOUT_DRAIN_SECONDS`.
    enum Name: String, CaseIterable {
        case http, sip, data, store, keyFile, loops, mediaAddress, mediaSecurity, tenantHeader, drainSeconds, huntSeconds, openMetrics,
            bootstrapToken
        case sipTls, sipHost, tlsCertificate, tlsKey, tlsTrust, tlsMinimum, tlsClientCertificates, nameServers
        case webhookPrivateAddresses, webhookTrust, gatewayPrivateAddresses, gatewayTransport, logFormat, logLevel, logNumbers, publicUrl
        case eventDays, recordDays, otlpEndpoint, otlpHeaders, hep, hepAgent

        private var words: [String] {
            rawValue.reduce(into: [""]) { words, letter in
                if letter.isUppercase { words.append(letter.lowercased()) } else { words[words.count - 1].append(letter) }
            }
        }
        var flag: String { "--" + words.joined(separator: "-") }
        var variable: String { "DIALOUT_" + words.joined(separator: "_").uppercased() }
    }

    var http = SocketAddress("127.0.0.1:8080")!
    var sip = SocketAddress("127.0.0.1:5060")!
    var trunks = TrunkSettings()
    var webhooks = WebhookSettings()
    var gateways = GatewaySettings()
    var logging = LogSettings()
    var observing = ObservingSettings()
    var data = "data"
    var store = ""
    /// Where the key is that secrets in the store are sealed with; empty: beside the data folder.
    var keyFile = ""
    var service = Settings()

    /// `local` are the addresses of this machine.
    init(flags: [Name: String], environment: [String: String], file: String?, local: [SocketAddress] = LocalAddresses.all()) throws {
        var sipPlace = Name.sip.rawValue
        let fileValues = try file.map(ConfigurationFile.read) ?? [:]
        for name in Name.allCases {
            let value: String, place: String
            if let flag = flags[name] {
                (value, place) = (flag, name.flag)
            } else if let variable = environment[name.variable] {
                (value, place) = (variable, name.variable)
            } else if let entry = fileValues[name] {
                (value, place) = (entry.value, "\(file!), line \(entry.line): \(name.rawValue)")
            } else {
                continue
            }
            func invalid(_ rule: String) -> InvalidSetting { InvalidSetting(place: place, rule: rule) }
            switch name {
            case .http:
                http = try Self.address(value, such: "127.0.0.1:8080", invalid)
            case .sip:
                (sip, sipPlace) = (try Self.address(value, such: "127.0.0.1:5060", invalid), place)
            case .data: data = value
            case .store: store = value
            case .keyFile: keyFile = value
            case .loops: guard value == "1" else { throw invalid("is 1: this version runs one loop") }
            case .mediaAddress, .mediaSecurity: if let rule = service.offer.take(name, value) { throw invalid(rule) }
            case .tenantHeader:
                let isName = !value.isEmpty && value.utf8.allSatisfy { (48...57).contains($0) || (65...90).contains($0 & 0xDF) || $0 == 45 }
                guard isName else { throw invalid("is the name of a header, not \(value)") }
                service.tenantHeader = value
            case .drainSeconds:
                guard let seconds = Int(value), (0...86_400).contains(seconds) else { throw invalid("is 0 to 86400, not \(value)") }
                service.drainSeconds = seconds
            case .huntSeconds:
                guard let seconds = Int(value), (1...600).contains(seconds) else { throw invalid("is 1 to 600, not \(value)") }
                service.huntTime = .seconds(seconds)
            case .openMetrics:
                guard let isOpen = Bool(value) else { throw invalid("is true or false, not \(value)") }
                service.metricsAreOpen = isOpen
            case .publicUrl:
                guard let url = Self.origin(value) else {
                    throw invalid("is https://host or http://host, with a port or without, not \(value)")
                }
                service.publicURL = url
            case .bootstrapToken:
                guard value.utf8.count >= 16 else { throw invalid("has at least 16 bytes") }
                service.bootstrapToken = Secret(value)
            case .sipTls, .sipHost, .tlsCertificate, .tlsKey, .tlsTrust, .tlsMinimum, .tlsClientCertificates, .nameServers:
                if let rule = trunks.take(name, value) { throw invalid(rule) }
            case .logFormat, .logLevel, .logNumbers: if let rule = logging.take(name, value) { throw invalid(rule) }
            case .otlpEndpoint, .otlpHeaders, .hep, .hepAgent: if let rule = observing.take(name, value) { throw invalid(rule) }
            case .eventDays, .recordDays: if let rule = service.retention.take(name, value) { throw invalid(rule) }
            case .gatewayPrivateAddresses, .gatewayTransport: if let rule = gateways.take(name, value) { throw invalid(rule) }
            case .webhookPrivateAddresses, .webhookTrust: if let rule = webhooks.take(name, value) { throw invalid(rule) }
            }
        }
        service.webhookAddresses = webhooks.addresses
        service.logsNumbers = logging.showsNumbers
        (service.gatewayAddresses, service.gatewayTransport) = (gateways.addresses, gateways.transport)
        for contradiction in [trunks.contradiction, service.retention.contradiction, observing.contradiction].compactMap(\.self) {
            throw contradiction
        }
        try trunks.settleHost(heardAt: sip, given: sipPlace, among: local)
        if store.isEmpty { store = "sqlite:\(data)/dialout.db" }
    }

    private static func address(
        _ text: String, such example: String, _ invalid: (String) -> InvalidSetting
    ) throws(InvalidSetting) -> SocketAddress {
        guard let address = SocketAddress(text) else { throw invalid("is an address and a port such as \(example), not \(text)") }
        return address
    }

    /// The path of the embedded store.
    func sqlitePath() throws -> String {
        guard store.hasPrefix("sqlite:") else {
            throw InvalidSetting(place: "store", rule: "is sqlite:PATH; \(store.prefix(40)) is not served by this version")
        }
        return String(store.dropFirst("sqlite:".count))
    }
}

/// A JSON object of settings; whatever is wrong is named with its line, and nothing is taken from such a file.
enum ConfigurationFile {
    struct Entry {
        let value: String
        let line: Int
    }

    static func read(_ path: String) throws -> [ServeSettings.Name: Entry] {
        guard let bytes = FileManager.default.contents(atPath: path) else { throw InvalidSetting(place: path, rule: "cannot be read") }
        let object: [String: JSONValue]
        do { object = try JSON.decode([String: JSONValue].self, Array(bytes)) } catch {
            throw InvalidSetting(place: path, rule: "is not a JSON object: \((error as? InvalidField)?.rule ?? "\(error)")")
        }
        let text = String(decoding: bytes, as: UTF8.self)
        var entries: [ServeSettings.Name: Entry] = [:]
        for (key, value) in object {
            let line = text.lineOfKey(key)
            guard let name = ServeSettings.Name(rawValue: key) else {
                let known = ServeSettings.Name.allCases.map(\.rawValue).joined(separator: ", ")
                throw InvalidSetting(place: "\(path), line \(line): \(key)", rule: "is no setting; known are \(known)")
            }
            switch value {
            case .string(let text): entries[name] = Entry(value: text, line: line)
            case .integer(let number): entries[name] = Entry(value: String(number), line: line)
            case .bool(let flag): entries[name] = Entry(value: String(flag), line: line)
            case .null, .number, .array, .object:
                throw InvalidSetting(place: "\(path), line \(line): \(key)", rule: "is a text, a whole number, true or false")
            }
        }
        return entries
    }

}

extension ServeSettings {
    /// `https://host[:port]` without what stands behind it; nil for anything else.
    fileprivate static func origin(_ text: String) -> String? {
        guard let url = URLComponents(string: text), url.scheme == "https" || url.scheme == "http", url.host?.isEmpty == false,
            url.path.isEmpty || url.path == "/", url.query == nil, url.fragment == nil, url.user == nil
        else { return nil }
        return text.hasSuffix("/") ? String(text.dropLast()) : text
    }
}

extension String {
    /// The line, from 1, on which `"key"` first stands before a colon.
    fileprivate func lineOfKey(_ key: String) -> Int {
        let lines = split(separator: "\n", omittingEmptySubsequences: false)
        return (lines.firstIndex { $0.contains("\"\(key)\"") } ?? 0) + 1
    }
}
