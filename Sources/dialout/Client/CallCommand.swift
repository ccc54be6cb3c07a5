import ArgumentParser
import Basis
import Foundation
import Service

struct CallCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "call", abstract: "Ring a phone for a meeting.",
        discussion: """
            Exit status: 0 accepted (with --wait: the call was answered), 1 the request was not taken, 2 usage; with --wait also 3 refused, 4 busy, \
            5 declined, 6 no answer, 7 cancelled, 8 unreachable or failed, 9 indeterminate.
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
        var order: [String: JSONValue] = ["kind": .string(kind), "organizer": .string(organizer), "number": .string(number)]
        order["requestedBy"] = requestedBy.map { .string($0) }
        order["ringTimeoutSeconds"] = ringTimeout.map { .integer(Int64($0)) }
        order["maxDurationSeconds"] = maxDuration.map { .integer(Int64($0)) }
        let reply = try client.send(
            "POST", "/v1/meetings/\(meeting.percentEncoded)/dial-outs", body: JSON.encode(JSONValue.object(order)),
            headers: idempotencyKey.map { ["Idempotency-Key: \($0)"] } ?? [])
        guard reply.status == 202, let id = reply.json["id"].string else {
            for sentence in reply.json["decision"]["because"].array { say("  " + sentence.text) }
            throw fail(reply.complaint, code: reply.json["decision"] == .null ? 1 : 3)
        }
        guard wait else { return say(id) }
        var outcome: String?
        _ = try client.stream("/v1/dial-outs/\(id)/events") { chunk in
            for event in EventStream.events(in: chunk) {
                say(Ladder.line(of: event))
                outcome = outcome ?? event["outcome"].string
            }
            return outcome == nil
        }
        throw Self.exitCode(for: outcome)
    }

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

/// Reads whole server-sent events out of a chunk; the service sends each event in one piece.
enum EventStream {
    static func events(in chunk: [UInt8]) -> [JSONValue] {
        String(decoding: chunk, as: UTF8.self).split(separator: "\n").compactMap { line in
            guard line.hasPrefix("data: ") else { return nil }
            return try? JSON.decode(JSONValue.self, Array(line.dropFirst(6).utf8))
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
