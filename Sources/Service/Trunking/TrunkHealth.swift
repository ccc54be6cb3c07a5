/// Whether a trunk answers OPTIONS (RFC 3261 §11), with hysteresis: one lost answer takes nobody out, one answer brings nobody back.
struct TrunkHealth: Equatable, Sendable {
    enum State: Equatable, Sendable {
        /// Not asked yet: it counts as up.
        case unknown
        /// So many probes in a row have failed.
        case up(failures: Int)
        /// So many in a row have been answered again.
        case down(answers: Int, because: TrunkFault)
    }
    enum Event: Equatable, Sendable {
        case answered
        case failed(TrunkFault)
    }
    enum Effect: Equatable, Sendable {
        case cameUp
        case wentDown(TrunkFault)
    }

    /// Probes in a row that must fail, or be answered, until the state changes; at least 1.
    struct Thresholds: Equatable, Sendable {
        var down = 3
        var up = 2
    }

    private(set) var state = State.unknown

    var fault: TrunkFault? {
        switch state {
        case .unknown, .up: nil
        case .down(_, let fault): fault
        }
    }

    mutating func handle(_ event: Event, _ thresholds: Thresholds) -> Effect? {
        switch (state, event) {
        case (.unknown, .answered), (.up, .answered):
            state = .up(failures: 0)
            return nil
        case (.unknown, .failed(let fault)):
            return failed(0, fault, thresholds)
        case (.up(let failures), .failed(let fault)):
            return failed(failures, fault, thresholds)
        case (.down(let answers, let fault), .answered):
            guard answers + 1 < thresholds.up else {
                state = .up(failures: 0)
                return .cameUp
            }
            state = .down(answers: answers + 1, because: fault)
            return nil
        case (.down, .failed(let fault)):
            state = .down(answers: 0, because: fault)
            return nil
        }
    }

    private mutating func failed(_ before: Int, _ fault: TrunkFault, _ thresholds: Thresholds) -> Effect? {
        guard before + 1 < thresholds.down else {
            state = .down(answers: 0, because: fault)
            return .wentDown(fault)
        }
        state = .up(failures: before + 1)
        return nil
    }
}
