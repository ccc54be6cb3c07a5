import Basis
import FarEnd
import SIP

/// What is wrong with the trunks in a run, and to what they and the tenant are limited.
package struct Hardships: Sendable {
    package struct Limits: Sendable {
        package let channels: Int
        package let callsPerSecond: Int
        package let queue: Int
        package let wait: Int
    }
    /// The same for each operator's trunks.
    package let limits: Limits?
    /// Between OPTIONS, in seconds; 0 for none.
    package let probing: Int
    /// A trunk that hears nothing for a while, by its place in ``SimRun/trunks``, and when, in seconds.
    package let deaf: (trunk: Int, during: Range<Int>)?
    /// What is wrong with the first of a trunk's two addresses.
    package enum Fault: Sendable, CaseIterable { case deaf, refusing, unavailable }
    /// A trunk whose name leads to a second address before its own.
    package let split: (trunk: String, first: Fault)?
    /// When trunk a2 is drained, how long its calls may go on, and when it is back, in seconds.
    package let drain: (at: Int, for: Int, backAt: Int)?
    /// A trunk that answers from another address than it is called at, as a border controller with several.
    package let manyHomed: String?
    /// A trunk whose `Contact` is a host name, how long it takes to find out where that leads, which may be nowhere, and what is wrong with
    /// an address that comes before the right one.
    package let named: (trunk: String, after: Int64, leads: Bool, first: Fault?)?
    /// Trunks whose URI asks for TCP.
    package let byTCP: Set<String>
    /// Those that take no connection: a long INVITE has to go there as a datagram.
    package let withoutTCP: [String: StreamFaults.Deafness]
    /// Who tries to show a number that is not the tenant's, by what way and when, in seconds.
    package let forgery: (way: Forgery, number: String, at: Int)?
    /// Dial-outs a minute from which on an organizer is refused.
    package let organizerBlock: Int?

    init(_ random: inout SeededRandom) {
        limits =
            Scenario.chance(0.4, &random)
            ? Limits(
                channels: Int.random(in: 1...4, using: &random), callsPerSecond: Int.random(in: 1...3, using: &random),
                queue: Int.random(in: 0...60, using: &random), wait: Int.random(in: 2...40, using: &random))
            : nil
        probing = Scenario.chance(0.5, &random) ? Int.random(in: 5...20, using: &random) : 0
        deaf =
            Scenario.chance(0.3, &random)
            ? (trunk: Int.random(in: 0...2, using: &random), during: { $0..<$0 + 40 }(Int.random(in: 0...50, using: &random))) : nil
        drain =
            Scenario.chance(0.2, &random)
            ? { (at: $0, for: Int.random(in: 0...15, using: &random), backAt: $0 + 25) }(Int.random(in: 0...50, using: &random)) : nil
        organizerBlock = Scenario.chance(0.15, &random) ? Int.random(in: 1...6, using: &random) : nil
        split =
            Scenario.chance(0.5, &random)
            ? (trunk: ["a1", "a1", "a2", "b1"].randomElement(using: &random)!, first: Fault.allCases.randomElement(using: &random)!) : nil
        manyHomed = Scenario.chance(0.3, &random) ? ["a1", "a2", "b1", "c1"].randomElement(using: &random) : nil
        named =
            Scenario.chance(0.4, &random)
            ? (
                trunk: ["a1", "a2", "b1", "c1"].randomElement(using: &random)!, after: Int64.random(in: 0...900, using: &random),
                leads: Scenario.chance(0.7, &random),
                first: Scenario.chance(0.5, &random) ? [.deaf, .refusing].randomElement(using: &random)! : nil
            ) : nil
        forgery =
            Scenario.chance(0.25, &random)
            ? { way in (way: way, number: way.numbers.randomElement(using: &random)!, at: Int.random(in: 0...40, using: &random)) }(
                Forgery.allCases.randomElement(using: &random)!) : nil
        let names = ["a1", "a2", "b1", "c1"]
        byTCP = Set(names.filter { _ in Scenario.chance(0.25, &random) })
        var withoutTCP: [String: StreamFaults.Deafness] = [:]
        for name in names where !byTCP.contains(name) && Scenario.chance(0.25, &random) {
            withoutTCP[name] = StreamFaults.Deafness.allCases.randomElement(using: &random)!
        }
        self.withoutTCP = withoutTCP
    }

    /// A number that one fork refuses and another one answers.
    static let refusedAndAnswered = "4866"

    /// What a far end asks of a caller beside ringing and answering.
    static func complicate(_ behaviour: inout Behaviour, _ random: inout SeededRandom) {
        if Scenario.chance(0.25, &random) {
            (behaviour.username, behaviour.password, behaviour.challengesAll) = ("dialout", "secret", Bool.random(using: &random))
            behaviour.asksAsProxy = Bool.random(using: &random)
            behaviour.nonceUses = Bool.random(using: &random) ? Int.random(in: 1...3, using: &random) : nil
        }
        behaviour.forks = Scenario.chance(0.15, &random)
        behaviour.reliableProvisional = Scenario.chance(0.2, &random)
        behaviour.earlyMedia = Scenario.chance(0.2, &random)
        if Scenario.chance(0.2, &random) { behaviour.answer = Behaviour.Answer.allCases.randomElement(using: &random)! }
        if Scenario.chance(0.2, &random) { behaviour.answeredInterval = Int.random(in: 0...89, using: &random) }
        if Scenario.chance(0.2, &random) {
            behaviour.refreshRefusals = (0..<Int.random(in: 1...3, using: &random)).map { _ in
                [488, 500, 491, 422, 405].randomElement(using: &random)!
            }
        }
        behaviour.allowsUpdate = Bool.random(using: &random)
    }

    /// Where the first of the two addresses is.
    static let firstAddress = SocketAddress("10.4.0.1:5060")!
    /// The address that comes before the right one where a `Contact` is a name.
    static let firstContact = SocketAddress("10.6.0.1:5060")!
    /// Where a trunk's answers come from when that is another address than its own.
    static let otherAddress = SocketAddress("10.5.0.1:5070")!

    /// The host in the `Contact` of a trunk, when it is a name.
    func contactHost(of trunk: String) -> String? { named?.trunk == trunk ? "contact.\(trunk).example" : nil }

    /// The trunk's URI, by its name where that leads to two addresses.
    func uri(of trunk: String, at address: String) -> String {
        (split?.trunk == trunk ? "sip:\(trunk).example" : "sip:\(address)") + (byTCP.contains(trunk) ? ";transport=tcp" : "")
    }

    /// The limits' members of a trunk's document, each with a comma before it.
    var trunkMembers: String {
        let limited = limits.map {
            #","maxConcurrentCalls":\#($0.channels),"maxCallsPerSecond":\#($0.callsPerSecond),"maxQueuedCalls":\#($0.queue),"maxQueueSeconds":\#($0.wait)"#
        }
        return #","options":{"seconds":\#(probing),"downAfter":2,"upAfter":1}"# + (limited ?? "")
    }
}
