import Basis
import Dialing

extension DialOut {
    /// What a fact makes of it, and what it is told as; nil for what nobody is told. The one place in which a record changes: in a live call,
    /// after a restart, and whenever somebody reads.
    @discardableResult
    mutating func apply(_ fact: Fact, at now: WallTime) -> CallEvent.Kind? {
        let kind = kind(of: fact)
        if kind != nil { sequence += 1 }
        changedAt = max(changedAt, now)
        switch fact {
        case .accepted, .warning, .failedOver: break
        case .refused: refuse(at: now)
        case .queued(let position): (state, self.position) = (.queued, position)
        case .dialling(let dialling): begin(dialling, at: now)
        case .progress(let progress): take(progress, at: now)
        case .answered(let sdp, let sip, let phrase):
            state = .connected
            connectedAt = now
            changeAttempt { attempt in (attempt.sip, attempt.phrase) = (sip, phrase) }
            sdpAnswer = sdp ?? sdpAnswer
        case .sessionChanged(let sdp): sdpAnswer = sdp
        case .attemptFailed(let sip, let phrase, let ending):
            changeAttempt { attempt in (attempt.sip, attempt.phrase, attempt.endedAt, attempt.ending) = (sip, phrase, now, ending) }
            sdpAnswer = nil
        case .ended(let ending, let sip, let phrase): end(ending, sip, phrase, at: now)
        case .durationReported(let attempt, let seconds):
            if attempts.indices.contains(attempt - 1) { attempts[attempt - 1].reportedSeconds = seconds }
        case .priced(let rate): self.rate = rate
        }
        return kind
    }

    private func kind(of fact: Fact) -> CallEvent.Kind? {
        switch fact {
        case .accepted: .accepted
        case .refused: .refused
        case .warning: .warning
        case .queued: .queued
        case .failedOver: .failedOver
        case .dialling: .dialling
        case .progress: state == .ringing ? .progress : .ringing
        case .answered: .connected
        case .sessionChanged: state == .connected ? .sessionChanged : nil
        case .attemptFailed: .attemptFailed
        case .ended: .ended
        case .durationReported, .priced: nil
        }
    }

    private mutating func begin(_ dialling: Fact.Dialling, at now: WallTime) {
        state = .dialling
        position = nil
        dialledAt = dialledAt ?? now
        attempts.append(
            Attempt(
                operator: dialling.operator, trunk: dialling.trunk, address: dialling.address, callerId: dialling.callerID,
                callID: dialling.callID, startedAt: now))
    }

    private mutating func take(_ progress: Fact.Progress, at now: WallTime) {
        changeAttempt { attempt in
            (attempt.sip, attempt.phrase) = (progress.sip, progress.phrase)
            if let reason = progress.reason { (attempt.cause, attempt.causeText) = (reason.cause, reason.text) }
        }
        sdpAnswer = progress.sdp ?? sdpAnswer
        state = .ringing
        ringingAt = ringingAt ?? now
    }

    private mutating func end(_ ending: Ending, _ sip: Int?, _ phrase: String?, at now: WallTime) {
        state = .ended
        self.ending = ending
        endedAt = now
        position = nil
        guard hasOpenAttempt else { return }
        changeAttempt { attempt in (attempt.sip, attempt.phrase, attempt.endedAt, attempt.ending) = (sip, phrase, now, ending) }
    }

    /// Whether its latest attempt has come to nothing yet.
    var hasOpenAttempt: Bool { attempts.last.map { $0.ending == nil } ?? false }

    /// A plain 100 says nothing that is told or kept; it is shown as long as nothing else is there.
    mutating func tried(_ sip: Int, _ phrase: String) { changeAttempt { attempt in (attempt.sip, attempt.phrase) = (sip, phrase) } }

    private mutating func changeAttempt(_ change: (inout Attempt) -> Void) {
        guard !attempts.isEmpty else { return }
        change(&attempts[attempts.count - 1])
    }

    /// Ends it before it began, for the decision's reason.
    private mutating func refuse(at now: WallTime) {
        state = .ended
        endedAt = now
        guard let reason = decision.reason else { return }
        ending = Ending(
            outcome: .refused, endedBy: .service, code: reason.code, subcode: reason.subcode, reason: reason.rawValue, cause: reason.cause)
    }
}
