import Basis

/// A dialog that nobody wants, made by a 2xx of another phone than the one that has the call, or by one that came too late: it is kept, then
/// acknowledged and hung up (RFC 3261 §13.2.2.4), and kept until the BYE is answered.
///
/// Where it cannot be kept the BYE goes first, as a caller may (§15), and the ACK once that is answered: until then the far end repeats its
/// 2xx, to which the next start answers.
struct Fork: Sendable {
    enum State: Equatable, Sendable {
        /// It waits for being kept.
        case held(until: Instant)
        /// The BYE is out, and the ACK waits for its answer.
        case unacknowledged
        case acknowledged
        /// Its 2xx may come again.
        case over(until: Instant)
    }

    let callID: CallID
    let dialog: Dialog
    /// The value of `From`.
    let from: [UInt8]
    /// The sequence number of the INVITE, and the lines by which it was authorized: those of the ACK.
    let inviteCSeq: UInt32
    let authorization: [UInt8]
    /// The way to whoever answered.
    let hop: Hop
    /// The number of the last request in the dialog.
    var cSeq: UInt32
    var state: State
    /// By what it answers a challenge where its leg is forgotten.
    var credentials: Credentials?

    var isHeld: Bool {
        switch state {
        case .held: true
        case .unacknowledged, .acknowledged, .over: false
        }
    }

    var isOver: Bool {
        switch state {
        case .over: true
        case .held, .unacknowledged, .acknowledged: false
        }
    }

    func head(_ method: SIPMethod, branch: UInt64, cSeq: UInt32) -> RequestDraft {
        let path = dialog.path
        return RequestDraft(
            method: method, uri: path.uri, branch: branch, from: from, to: dialog.to, callID: callID, cSeq: cSeq, routes: path.routes,
            transport: dialog.destination.transport)
    }
}
