import Basis
import Foundation
import Testing

@testable import SIP
@testable import Service

/// What becomes of a dial-out however its leg ended, row by row. `GOLDEN=update` in the environment rewrites the file; the
/// difference is the review.
@Suite struct GoldenEndingTests {
    struct Row: CustomTestStringConvertible, Sendable {
        let name: String
        let ending: Ending

        init(_ name: String, _ ending: Ending) {
            self.name = name
            self.ending = ending
        }

        var text: String {
            let parts = ["\(ending.outcome)", "\(ending.endedBy)", "\(ending.code)", "\(ending.subcode)"]
            return (parts + [ending.cause.map { "Q.850 \($0)" } ?? "-", ending.reason ?? "-"]).joined(separator: " | ")
        }
        var testDescription: String { name }
    }

    /// The final responses that are registered for calls (IANA, Session Initiation Protocol Parameters), and one that is not.
    private static let codes =
        [300, 301, 302, 305, 380] + Array(400...410) + [412, 413, 414, 415, 416, 417, 420, 421, 422, 423, 424, 425]
        + [428, 429, 430, 433, 436, 437, 438, 439, 440, 469, 470] + Array(480...489) + [491, 493, 494]
        + Array(500...505) + [513, 555, 580, 600, 603, 604, 606, 607, 608, 699]

    private static func failure(_ kind: Failure.Kind, _ code: Int? = nil, _ reasons: [Reason] = []) -> Failure {
        var failure = Failure(kind: kind, code: code, phrase: "")
        failure.reasons = reasons
        return failure
    }

    private static func said(_ code: Int, _ phrase: String, _ reasons: [Reason]) -> Failure {
        var failure = failure(.rejected, code, reasons)
        failure.phrase = phrase
        return failure
    }

    private struct Refusal {
        let name: String
        var code = 603
        var phrase = "Decline"
        var reasons: [Reason] = []
    }

    private static func located(_ location: String, cause: Int = 21, text: String? = nil) -> [Reason] {
        [Reason(protocol: "Q.850", cause: cause, text: text, location: location)]
    }

    /// Who declined: the callee, or a network on the way.
    private static let refusals: [Refusal] = {
        var refusals: [Refusal] = []
        for phrase in ["Decline", "Declined", "Network Blocked", "Call blocked by analytics", "Fraud suspected", "SPAM", "Screened"] {
            refusals.append(Refusal(name: "603 \(phrase)", phrase: phrase))
        }
        for location in ["U", "LPN", "RPN", "LN", "TN", "RLN", "INTL", "BI"] {
            refusals.append(Refusal(name: "603 with location \(location)", reasons: located(location)))
        }
        let analytics = Reason(protocol: "Q.850", cause: 21, text: "v=analytics1;url=https://a.example")
        refusals.append(Refusal(name: "603 with analytics", reasons: [analytics]))
        for code in [603, 608] {
            refusals.append(Refusal(name: "603 with SIP \(code)", reasons: [Reason(protocol: "SIP", cause: code, text: nil)]))
        }
        for code in [433, 607, 608] { refusals.append(Refusal(name: "\(code) with location LN", code: code, reasons: located("LN"))) }
        refusals.append(Refusal(name: "486 with location LN", code: 486, reasons: located("LN", cause: 17)))
        return refusals
    }()

    private static let causes = [
        1, 2, 3, 16, 17, 18, 19, 20, 21, 22, 23, 26, 27, 28, 29, 31, 34, 38, 41, 42, 47, 50, 55, 57, 58, 63, 65, 70, 79, 87, 88, 102, 111,
        127,
    ]

    private static func hungUp(_ reasons: [Reason], stop: Trunks.Stop? = nil) -> Ending {
        Ending(failure(.hungUp, 487, reasons), hasRung: true, stop: stop, requested: nil)
    }

    private static let cause = Reason(protocol: "Q.850", cause: 34, text: nil)
    private static let stops: [Trunks.Stop?] = [nil, .meeting, .rangOut, .tooLong, .draining, .silent]

    private static func stopped(_ stop: Trunks.Stop?) -> String { stop.map { ", stopped: \($0)" } ?? "" }

    static let rows: [Row] = {
        var rows: [Row] = []
        for rang in [false, true] {
            let rung = rang ? ", rung" : ""
            for code in codes {
                rows.append(Row("\(code)\(rung)", Ending(failure(.rejected, code), hasRung: rang, stop: nil, requested: nil)))
            }
            rows.append(
                Row("503 with Q.850 34\(rung)", Ending(failure(.rejected, 503, [cause]), hasRung: rang, stop: nil, requested: nil)))
            rows.append(
                Row("answered in vain\(rung)", Ending(failure(.answeredInVain, 200), hasRung: rang, stop: nil, requested: nil)))
            for kind in [Failure.Kind.cancelled, .abandoned, .timedOut, .unreachable, .invalid(.number), .tooMany] {
                for stop in stops {
                    rows.append(
                        Row("\(kind)\(rung)\(stopped(stop))", Ending(failure(kind), hasRung: rang, stop: stop, requested: nil)))
                }
            }
        }
        for refusal in refusals {
            let said = said(refusal.code, refusal.phrase, refusal.reasons)
            rows.append(Row(refusal.name, Ending(said, hasRung: false, stop: nil, requested: nil)))
        }
        rows.append(Row("hung up early with nothing", hungUp([])))
        for cause in causes {
            rows.append(Row("hung up early with Q.850 \(cause)", hungUp([Reason(protocol: "Q.850", cause: cause, text: nil)])))
        }
        rows.append(Row("hung up early with SIP 486", hungUp([Reason(protocol: "SIP", cause: 486, text: nil)], stop: .rangOut)))
        let told = [Reason(protocol: "Q.850", cause: 1, text: "Unallocated")]
        for stop in [nil, .rangOut, .meeting] as [Trunks.Stop?] {
            let rejected = Ending(failure(.rejected, 480), hasRung: true, stop: stop, requested: nil, told: told)
            rows.append(Row("480, rung with Q.850 1\(stopped(stop))", rejected))
        }
        rows.append(
            Row(
                "480 with Q.850 34, rung with Q.850 1",
                Ending(failure(.rejected, 480, [cause]), hasRung: true, stop: nil, requested: nil, told: told)))
        for stop in stops {
            for endedBy in SIP.EndedBy.allCases {
                rows.append(Row("ended by \(endedBy)\(stopped(stop))", Ending(by: endedBy, reasons: [], stop: stop)))
            }
        }
        rows.append(Row("ended by farEnd with Q.850 34", Ending(by: .farEnd, reasons: [cause], stop: nil)))
        rows += [
            ("all trunks are full", Ending.tooManyCalls), ("no trunk takes calls", .noTrunk), ("lost in a crash", .lost),
            ("taken back before it was dialled", .cancelled), ("drained before it was dialled", .stopped),
        ].map { Row($0, $1) }
        return rows
    }()

    private static let onFile: [String: String] = {
        let file = URL(filePath: #filePath).deletingLastPathComponent().appending(path: "Golden/endings.txt")
        if ProcessInfo.processInfo.environment["GOLDEN"] == "update" {
            let text = rows.map { "\($0.name): \($0.text)\n" }.joined()
            try? text.write(to: file, atomically: true, encoding: .utf8)
        }
        let lines = ((try? String(contentsOf: file, encoding: .utf8)) ?? "").split(separator: "\n")
        return Dictionary(
            uniqueKeysWithValues: lines.compactMap { line in
                line.range(of: ": ", options: .backwards).map { (String(line[..<$0.lowerBound]), String(line[$0.upperBound...])) }
            })
    }()

    @Test("each way to end is what the file says", arguments: rows) func row(_ row: Row) { #expect(Self.onFile[row.name] == row.text) }

    @Test("a SIP cause stands for the end from 300 on (RFC 3326 §2)") func sipCauses() {
        for (causes, expected) in [([299, 300], 300), ([200, 180], nil), ([486, 300], 486), ([], nil)] as [([Int], Int?)] {
            #expect(causes.map { Reason(protocol: "SIP", cause: $0, text: nil) }.sip == expected, "\(causes)")
        }
    }

    @Test("the file says nothing else") func complete() {
        #expect(Set(Self.onFile.keys) == Set(Self.rows.map(\.name)))
        #expect(Self.rows.count == Self.onFile.count)
    }
}
