import ArgumentParser

/// The one executable (contract, "The executable `dialout`").
@main
struct Dialout: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "dialout",
        abstract: "Rings phones for meetings, through the operator that the organizer's routing policy names.",
        subcommands: [
            ServeCommand.self, DemoCommand.self, AdminCommand.self, CallCommand.self, ExplainCommand.self, CallsCommand.self,
            LintCommand.self, ReplayCommand.self, ImportCommand.self, ExportCommand.self, OperatorStubCommand.self,
        ])
}
