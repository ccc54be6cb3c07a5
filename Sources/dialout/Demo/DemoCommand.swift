import ArgumentParser
import Basis
import Foundation
import Logging
import Reactor
import Service
import Synchronization

struct DemoCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "demo",
        abstract: "The service with two operators on this machine and a demo tenant; three sample calls, then it goes on serving.")

    @Option(help: "Folder for the store, which the demo makes.") var data = "demo-data"
    @Option(help: "Where HTTP is served.") var http = "127.0.0.1:8080"
    @Option(help: "Where SIP is spoken; the two operators take the next two ports.") var sip = "127.0.0.1:5060"

    func run() throws {
        LoggingSystem.bootstrap { label in
            var handler = StreamLogHandler.standardError(label: label)
            handler.logLevel = .warning
            return handler
        }
        let settings = try settings()
        do { try DemoFolder(path: settings.data).prepare() } catch let error as DemoFolder.NotOurs { throw ValidationError("\(error)") }
        let process = try ServiceProcess(settings)
        let stubs = try [("Contoso Telecom", 1), ("Fabrikam Voice", 2)].map { name, offset in
            try Self.startStub(name, at: settings.sip.with(port: settings.sip.port + UInt16(offset)), log: settings.data)
        }
        defer { for stub in stubs where stub.isRunning { stub.terminate() } }
        var show: Reactor.Thread?
        let failure = Mutex(false)
        try process.run {
            let token = process.bootstrapToken, address = process.httpAddress
            show = Reactor.Thread(named: "demo") {
                do {
                    let client = HTTPClient(server: "http://\(address)", token: token, tokenPlace: "the demo's folder")
                    try DemoShow(client: client, sip: settings.sip).run()
                } catch {
                    remark("the demo stopped: \(error)")
                    failure.withLock { $0 = true }
                    kill(getpid(), SIGTERM)
                }
            }
        }
        show?.join()
        if failure.withLock({ $0 }) { throw ExitCode(1) }
    }

    private func settings() throws -> ServeSettings {
        do {
            let settings = try ServeSettings(
                flags: [.data: data, .http: http, .sip: sip, .store: "sqlite:\(data)/dialout.db"],
                environment: ProcessInfo.processInfo.environment, file: nil)
            guard settings.sip.port < UInt16.max - 1 else {
                throw InvalidSetting(place: "--sip", rule: "leaves the next two ports to the operators: it is at most 65533")
            }
            return settings
        } catch let error as InvalidSetting {
            throw ValidationError(error.description)
        }
    }

    /// An operator in a process of its own: this executable again.
    private static func startStub(_ name: String, at address: SocketAddress, log folder: String) throws -> Process {
        let stub = Process()
        stub.executableURL = URL(fileURLWithPath: "/proc/self/exe").resolvingSymlinksInPath()
        let record = "\(folder)/\(name.lowercased().replacing(" ", with: "-")).jsonl"
        stub.arguments = [
            "operator-stub", "--listen", "\(address)", "--operator", name, "--record", record, "--behaviour",
            "ring-after=0.2,answer-after=1,hang-up-after=3",
        ]
        stub.standardOutput = FileHandle.nullDevice
        try stub.run()
        return stub
    }
}
