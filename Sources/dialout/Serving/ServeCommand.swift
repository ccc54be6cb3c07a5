import ArgumentParser
import Foundation
import Logging

struct ServeCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "serve", abstract: "Run the service.",
        discussion: "Each setting may also come from the environment (DIALOUT_HTTP, DIALOUT_SIP, …) or from the file; flags win.")

    @Option(help: "A JSON object of settings.") var config: String?
    @Option(help: "Folder for the store and the bootstrap token (default: data).") var data: String?
    @Option(help: "Where HTTP is served (default: 127.0.0.1:8080).") var http: String?
    @Option(help: "Where SIP is spoken, UDP and TCP (default: 127.0.0.1:5060).") var sip: String?
    @Option(help: "Where SIP over TLS is heard (default: nowhere).") var sipTls: String?
    @Option(help: "What stands in Via and Contact (default: the address of --sip).") var sipHost: String?
    @Option(help: "Our certificate and its intermediates, PEM.") var tlsCertificate: String?
    @Option(help: "Its private key, PEM.") var tlsKey: String?
    @Option(help: "Authorities that vouch for trunks, PEM (default: the system's).") var tlsTrust: String?
    @Option(help: "The oldest TLS that is spoken, 1.2 or 1.3 (default: 1.2).") var tlsMinimum: String?
    @Flag(help: "Hear only peers whose certificate --tls-trust vouches for.") var tlsClientCertificates = false
    @Option(help: "DNS servers, ADDRESS[:PORT], with commas between (default: those of /etc/resolv.conf).") var nameServers: String?
    @Option(help: "sqlite:PATH (default: sqlite:DATA/dialout.db).") var store: String?
    @Option(help: "The key that passwords in the store are sealed with, outside of DATA (default: DATA.key, made at the first start).")
    var keyFile: String?
    @Option(help: "Event loops; this version runs 1.") var loops: String?
    @Option(help: "The address in the configured media offer.") var mediaAddress: String?
    @Option(help: "SRTP in that offer: none, sdes, or dtls with a fingerprint, as \"dtls sha-256 12:34:…\".") var mediaSecurity: String?
    @Option(help: "Seconds that calls may go on after SIGTERM (default: 30).") var drainSeconds: String?
    @Option(help: "Seconds from a dial-out's first INVITE until nobody else is tried (default: 60).") var huntSeconds: String?
    @Option(help: "The header that names the tenant to operators (default: X-Tenant-ID).") var tenantHeader: String?
    @Option(help: "Lines of the log as text or json (default: text).") var logFormat: String?
    @Option(help: "The least that is logged: trace, debug, info, notice, warning, error or critical (default: info).") var logLevel: String?
    @Flag(help: "Write telephone numbers whole into the log.") var logNumbers = false
    @Flag(help: "Let webhooks go to private, local and this machine's own addresses.") var webhookPrivateAddresses = false
    @Option(help: "Under which people reach the service, such as https://dialout.example (default: as the caller wrote it).")
    var publicUrl: String?
    @Option(help: "Authorities that vouch for webhook endpoints, PEM (default: the system's).") var webhookTrust: String?
    @Option(help: "Days for which events can be resumed, or forever (default: 30).") var eventDays: String?
    @Option(help: "Days for which dial-outs are on record, or forever (default: 730).") var recordDays: String?
    @Flag(help: "Let tenants' gateways be at private, local and this machine's own addresses.") var gatewayPrivateAddresses = false
    @Option(help: "How tenants' gateways are spoken to: tls, tcp or udp (default: tls).") var gatewayTransport: String?
    @Option(help: "A collector of traces, OTLP/HTTP, such as http://127.0.0.1:4318 (default: none).") var otlpEndpoint: String?
    @Option(help: "Homer, ADDRESS:PORT, that gets a copy of each SIP message (default: none).") var hep: String?
    @Option(help: "By which number Homer knows this service (default: 1).") var hepAgent: String?
    @Flag(help: "Let /metrics answer without a token.") var openMetrics = false

    func run() throws {
        defer { LogWriter.shared.flush() }
        let flags: [ServeSettings.Name: String?] = [
            .http: http, .sip: sip, .data: data, .store: store, .keyFile: keyFile, .loops: loops, .mediaAddress: mediaAddress,
            .mediaSecurity: mediaSecurity,
            .drainSeconds: drainSeconds, .huntSeconds: huntSeconds, .tenantHeader: tenantHeader, .openMetrics: openMetrics ? "true" : nil,
            .sipTls: sipTls, .sipHost: sipHost, .tlsCertificate: tlsCertificate, .tlsKey: tlsKey, .tlsTrust: tlsTrust,
            .tlsMinimum: tlsMinimum, .tlsClientCertificates: tlsClientCertificates ? "true" : nil, .nameServers: nameServers,
            .webhookPrivateAddresses: webhookPrivateAddresses ? "true" : nil, .webhookTrust: webhookTrust,
            .eventDays: eventDays, .recordDays: recordDays, .otlpEndpoint: otlpEndpoint, .hep: hep, .hepAgent: hepAgent,
            .gatewayPrivateAddresses: gatewayPrivateAddresses ? "true" : nil, .gatewayTransport: gatewayTransport, .publicUrl: publicUrl,
            .logFormat: logFormat, .logLevel: logLevel, .logNumbers: logNumbers ? "true" : nil,
        ]
        do {
            let settings = try ServeSettings(
                flags: flags.compactMapValues { $0 }, environment: ProcessInfo.processInfo.environment, file: config)
            let logging = settings.logging
            LoggingSystem.bootstrap { BackgroundLog(label: $0, logging) }
            let process = try ServiceProcess(settings)
            try process.run()
            if process.hasLost { throw ExitCode.failure }
        } catch let error as InvalidSetting {
            throw ValidationError(error.description)
        }
    }
}
