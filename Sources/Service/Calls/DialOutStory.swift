import Basis
import Dialing
import SIP

extension Service {
    /// One dial-out, from its admission to its end, in the order a person would tell it.
    func tell(_ id: SortableID, _ plan: AttemptPlan) async {
        let ending = await hunt(id, plan)
        finish(id, ending)
    }

    /// Tries one trunk after the other until a phone is reached or nobody is left to ask.
    private func hunt(_ id: SortableID, _ plan: AttemptPlan) async -> Ending {
        var last = Ending.noResponse
        for (number, attempt) in plan.attempts.enumerated() {
            if let ending = stopRequests[id] { return ending }
            if let limit = trunks.claim(attempt.key, limits: attempt.trunk) {
                last = Ending(limit)
                continue
            }
            guard let address = await world.resolve(attempt.peer).first else {
                trunks.release(attempt.key)
                last = .transportFailed
                continue
            }
            if let ending = stopRequests[id] {
                trunks.release(attempt.key)
                return ending
            }
            switch await ring(LegID(dialOut: id, attempt: number + 1), attempt, at: address) {
            case .reached(let ending): return ending
            case .next(let ending): last = ending
            }
        }
        return last
    }

    private enum Verdict {
        /// The phone, or its owner, was reached: nothing else is dialled.
        case reached(Ending)
        case next(Ending)
    }

    /// One INVITE on one trunk, and what it came to.
    private func ring(_ leg: LegID, _ attempt: PlannedAttempt, at address: TrunkAddress) async -> Verdict {
        dial(leg, attempt, at: address)
        var hasRung = false
        while true {
            switch await trunks.next(leg) {
            case .progress(let code, let phrase, let sdp):
                hasRung = hasRung || code > 100
                progressed(leg.dialOut, code: code, phrase: phrase, sdp: sdp)
            case .answered(let sdp):
                connected(leg.dialOut, sdp: sdp)
                return .reached(await conversation(leg))
            case .silent:
                attemptFailed(leg.dialOut, code: nil, phrase: "no response")
                return .next(.noResponse)
            case .failed(let failure, let stop):
                let ending = Ending(failure, hasRung: hasRung, stop: stop, requested: stopRequests[leg.dialOut])
                attemptFailed(leg.dialOut, code: failure.code, phrase: failure.phrase)
                let mayMoveOn = stop == nil && !hasRung && attempt.failsOver(failure)
                return mayMoveOn ? .next(ending) : .reached(ending)
            case .ended(let endedBy, let reasons, let stop):
                return .reached(Ending(by: endedBy, reasons: reasons, stop: stop))
            }
        }
    }

    /// The call lasts until somebody hangs up.
    private func conversation(_ leg: LegID) async -> Ending {
        while true {
            switch await trunks.next(leg) {
            case .ended(let endedBy, let reasons, let stop): return Ending(by: endedBy, reasons: reasons, stop: stop)
            case .failed(let failure, let stop):
                return Ending(failure, hasRung: true, stop: stop, requested: stopRequests[leg.dialOut])
            case .progress, .answered, .silent: continue
            }
        }
    }
}
