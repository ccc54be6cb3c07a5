import ArgumentParser
import Foundation

/// The one executable (contract, "The executable `dialout`"). Its exit status is 0 when all went well, 1 when the service or a cmdlet said
/// no, 2 for wrong arguments and settings; `call --wait` has more.
@main
struct Dialout: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "dialout",
        abstract: "Rings phones for meetings, through the operator that the organizer's routing policy names.",
        subcommands: [
            ServeCommand.self, DemoCommand.self, AdminCommand.self, CallCommand.self, ExplainCommand.self, CallsCommand.self,
            LintCommand.self, ReplayCommand.self, ImportCommand.self, ExportCommand.self, OperatorStubCommand.self,
        ])

    static func main() {
        do {
            var command = try parseAsRoot()
            try command.run()
        } catch  where exitCode(for: error) == .validationFailure {
            try? FileHandle.standardError.write(contentsOf: Data((fullMessage(for: error) + "\n").utf8))
            Foundation.exit(2)
        } catch {
            exit(withError: error)
        }
    }
}
