import ArgumentParser
import Basis
import Foundation
import Service

struct CallCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "call", abstract: "Ring a phone for a meeting.",
        discussion: """
            Exit status: 0 accepted (with --wait: the call was answered), 1 the request was not taken, 2 usage; with --wait also 3 refused, 4 busy, \
            5 declined, 6 no answer, 7 cancelled, 8 unreachable or failed, 9 indeterminate. Ctrl-C cancels the dial-out; once more leaves it.
            """)

    @OptionGroup var options: ClientOptions
    @Option(help: "The meeting.") var meeting: String
    @Option(help: "The organizer's user principal name.") var organizer: String
    @Option(help: "callMeAt or inviteNumber.") var kind = "inviteNumber"
    @Option(help: "Who asks.") var requestedBy: String?
    @Option(help: "Seconds the phone may ring.") var ringTimeout: Int?
    @Option(help: "Seconds the call may last.") var maxDuration: Int?
    @Option(help: "Makes the request safe to repeat.") var idempotencyKey: String?
    @Flag(help: "Wait for the end, printing what happens.") var wait = false
    @Argument(help: "The number, as a person types it.") var number: String

    func run() throws {
        let client = try options.client()
        let interruption = Interruption(cancelling: client)
        var order: [String: JSONValue] = ["kind": .string(kind), "organizer": .string(organizer), "number": .string(number)]
        order["requestedBy"] = requestedBy.map { .string($0) }
        order["ringTimeoutSeconds"] = ringTimeout.map { .integer(Int64($0)) }
        order["maxDurationSeconds"] = maxDuration.map { .integer(Int64($0)) }
        let reply = try client.send(
            "POST", "/v1/meetings/\(meeting.percentEncoded)/dial-outs", body: JSON.encode(JSONValue.object(order)),
            headers: idempotencyKey.map { ["Idempotency-Key: \($0)"] } ?? [])
        guard reply.status == 202, let id = reply.json["id"].string else {
            for sentence in reply.json["decision"]["because"].array { try say("  " + sentence.text) }
            throw fail(reply.complaint, code: reply.json["decision"] == .null ? 1 : 3)
        }
        interruption.watch(id)
        if wait { remark("dial-out \(id) is accepted") } else { return try tell(id) }
        throw Self.exitCode(for: try follow(id, client))
    }

    private func tell(_ id: String) throws {
        do { try say(id) } catch {
            remark("dial-out \(id) is accepted")
            throw error
        }
    }

    /// Prints what happens until the dial-out has ended; what it came to. A stream that breaks is taken up where it broke.
    private func follow(_ id: String, _ client: HTTPClient) throws -> String? {
        var stream = EventStream(), ended: JSONValue?
        for turn in 0..<Self.turns {
            if turn > 0 { Thread.sleep(forTimeInterval: 1) }
            stream.beginAnew()
            do {
                let status = try client.stream("/v1/dial-outs/\(id)/events", headers: stream.headers) { chunk in
                    for event in stream.events(in: chunk) {
                        try say(Ladder.line(of: event))
                        if event["type"].string == "ended" { ended = event }
                    }
                    return ended == nil
                }
                if status != 200 { throw fail("the event stream of dial-out \(id) answered \(status)") }
            } catch let broken as HTTPClient.Unreachable {
                remark("\(broken)")
            }
            if let ended { return ended["outcome"].string }
        }
        throw fail("what became of dial-out \(id) is not known")
    }

    /// How often a stream is asked for that breaks, a second apart.
    private static let turns = 30

    private static func exitCode(for outcome: String?) -> ExitCode {
        switch outcome.flatMap(Outcome.init) {
        case .completed: ExitCode(0)
        case .refused: ExitCode(3)
        case .busy: ExitCode(4)
        case .declined: ExitCode(5)
        case .noAnswer: ExitCode(6)
        case .cancelled: ExitCode(7)
        case .unreachable, .failed, nil: ExitCode(8)
        case .indeterminate: ExitCode(9)
        }
    }
}

/// How a call is told to somebody who knows ladders from SIP.
enum Ladder {
    /// One event as a line: the time, who speaks to whom, what was said.
    static func line(of event: JSONValue) -> String {
        let time = event["at"].text.dropFirst(11).prefix(12)
        let trunk = event["operator"].text + (event["trunk"] == .null ? "" : "/" + event["trunk"].text)
        let answer = "\(event["sip"].text) \(event["phrase"].text)"
        let what =
            switch event["type"].string {
            case "accepted": "meeting   ──▶ service    dial \(event["number"].text) (\(event["kind"].text))"
            case "refused": "meeting   ◀── service    refused: \(event["reason"].text), code \(event["code"].text)"
            case "dialling": "service   ──▶ \(trunk)    INVITE \(event["number"].text) as \(event["callerId"].text)"
            case "ringing", "progress", "connected", "attemptFailed": "service   ◀── \(trunk)    \(answer)"
            case "sessionChanged": "service   ◀── \(trunk)    another session description"
            case "queued": "service       waits for a trunk, place \(event["position"].text)"
            case "failedOver": "service       gives \(event["operator"].text) up and goes on to another operator"
            case "warning": "service       is warned: \(event["limit"].text) is \(event["count"].text)"
            case "ended":
                "ended     \(event["outcome"].text) by \(event["endedBy"].text), code \(event["code"].text)/\(event["subcode"].text)"
            default: event["type"].text
            }
        return "\(time)  \(what)"
    }
}
