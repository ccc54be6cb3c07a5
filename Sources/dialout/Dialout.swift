import ArgumentParser
import Foundation
import Service

/// The one executable (contract, "The executable `dialout`"). Its exit status is 0 when all went well, 1 when the service or a cmdlet said
/// no, 2 for wrong arguments and settings; `call --wait` has more.
@main
struct Dialout: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "dialout",
        abstract: "Rings phones for meetings, through the operator that the organizer's routing policy names.",
        version: Version.current,
        subcommands: [
            ServeCommand.self, DemoCommand.self, AdminCommand.self, CallCommand.self, ExplainCommand.self, CallsCommand.self,
            SummaryCommand.self, ListenCommand.self, WebhooksCommand.self, HealthCommand.self, LintCommand.self, ReplayCommand.self,
            ImportCommand.self, ExportCommand.self, TenantsCommand.self, UsersCommand.self, OperatorsCommand.self, NumbersCommand.self,
            TrunksCommand.self, LimitsCommand.self, PricesCommand.self, CreditsCommand.self, TokensCommand.self, ChangesCommand.self,
            BackupCommand.self, RestoreCommand.self, EraseCommand.self, OperatorStubCommand.self,
        ])

    static func main() {
        holdStandardDescriptors()
        // A reader that has gone away is an error like a full disk, not a signal.
        signal(SIGPIPE, SIG_IGN)
        do {
            try checkArguments()
            var command = try parseAsRoot()
            try command.run()
        } catch {
            end(error)
        }
    }

    /// Where one of the three was closed, the next file or socket that is opened would have its number, and be written to as standard output.
    /// Writing to one that was closed stays an error.
    private static func holdStandardDescriptors() {
        for descriptor in STDIN_FILENO...STDERR_FILENO where fcntl(descriptor, F_GETFD) < 0 {
            _ = open("/dev/null", descriptor == STDOUT_FILENO ? O_RDONLY : O_RDWR)
        }
    }

    /// Swift would repair bytes that are not UTF-8, and what was repaired would be stored.
    private static func checkArguments() throws {
        for place in 1..<max(1, Int(CommandLine.argc)) {
            guard let argument = CommandLine.unsafeArgv[place], String(validatingCString: argument) == nil else { continue }
            throw ValidationError("argument \(place) is not UTF-8")
        }
    }

    /// Says what there is to say, help and versions on standard output, and ends with the error's exit status.
    private static func end(_ error: any Error) -> Never {
        let code = exitCode(for: error)
        let message = fullMessage(for: error)
        if code == .success {
            do throws(Unwritten) { if !message.isEmpty { try say(message) } } catch {
                remark(error.description)
                Foundation.exit(1)
            }
        } else if !message.isEmpty {
            try? write(Array((message + "\n").utf8), to: STDERR_FILENO, named: "standard error")
        }
        Foundation.exit(code == .validationFailure ? 2 : code.rawValue)
    }
}
