import Basis

/// The life of one TCP or TLS connection: established in time, kept alive, given up with a reason.
struct ConnectionMachine {
    enum State: Equatable {
        case connecting(until: Instant)
        case securing(until: Instant)
        case open(Liveness)
        case closed
    }

    /// What an open connection waits for.
    struct Liveness: Equatable {
        /// The last whole message, in or out.
        var lastMessage: Instant
        /// When the message that is only half there began.
        var messageBegan: Instant?
        /// Nil: the other side pings.
        var nextPing: Instant?
        var pongDue: Instant?
        /// A ping of ours has no answer yet; without one an empty line is none (RFC 3261 §7.5).
        var hasPinged = false
        /// An empty line came that was no answer: another makes it a ping, wherever the segments were cut (RFC 5626 §3.5.1).
        var hasHalfPing = false
        /// RFC 5626 is optional: only a peer that answered once is expected to answer.
        var answersPings = false
    }

    enum Event: Equatable {
        case connected, secured
        /// A whole message went out or came in.
        case message
        case ping, pong
        /// Whether bytes of an unfinished message are held.
        case unfinished(Bool)
        case failed(TransportFailure)
        case tick
    }

    enum Effect: Equatable {
        case startHandshake
        /// Open: what waited can be sent.
        case flush
        case sendPing, sendPong
        case close(TransportFailure)
    }

    private(set) var state: State
    private let settings: TransportSettings
    private let isSecure: Bool
    private let isOurs: Bool

    /// A connection that begins now; `isOurs` when we make it, and so keep it alive.
    init(_ settings: TransportSettings, isSecure: Bool, isOurs: Bool, at now: Instant) {
        (self.settings, self.isSecure, self.isOurs) = (settings, isSecure, isOurs)
        state = .connecting(until: now + settings.establishWithin)
    }

    var deadline: Instant? {
        switch state {
        case .connecting(let until), .securing(let until): until
        case .open(let liveness):
            [
                liveness.pongDue ?? liveness.nextPing, liveness.messageBegan.map { $0 + settings.messageWithin },
                liveness.lastMessage + settings.idleAfter,
            ].compactMap { $0 }.min()
        case .closed: nil
        }
    }

    mutating func handle(_ event: Event, at now: Instant, using random: inout some RandomNumberGenerator) -> Effect? {
        switch (state, event) {
        case (.closed, _): return nil
        case (_, .failed(let failure)): return close(failure)
        case (.connecting(let until), .connected):
            if !isSecure { return open(at: now, using: &random) }
            state = .securing(until: until)
            return .startHandshake
        case (.securing, .secured): return open(at: now, using: &random)
        case (.connecting(let until), .tick): return now < until ? nil : close(TransportFailure(.connectTimedOut))
        case (.securing(let until), .tick): return now < until ? nil : close(TransportFailure(.handshakeTimedOut))
        case (.open(var liveness), .message):
            liveness.lastMessage = now
            liveness.hasHalfPing = false
            state = .open(liveness)
            return nil
        case (.open(var liveness), .unfinished(let isUnfinished)):
            liveness.messageBegan = isUnfinished ? liveness.messageBegan ?? now : nil
            state = .open(liveness)
            return nil
        case (.open, .ping): return .sendPong
        case (.open(let liveness), .pong): return emptyLine(liveness)
        case (.open(let liveness), .tick): return tick(liveness, at: now, using: &random)
        case (.connecting, .secured), (.connecting, .message), (.connecting, .ping), (.connecting, .pong), (.connecting, .unfinished),
            (.securing, .connected), (.securing, .message), (.securing, .ping), (.securing, .pong), (.securing, .unfinished),
            (.open, .connected), (.open, .secured):
            return nil
        }
    }

    private mutating func open(at now: Instant, using random: inout some RandomNumberGenerator) -> Effect {
        state = .open(Liveness(lastMessage: now, nextPing: isOurs ? nextPing(after: now, using: &random) : nil))
        return .flush
    }

    private mutating func close(_ failure: TransportFailure) -> Effect {
        state = .closed
        return .close(failure)
    }

    private mutating func tick(_ liveness: Liveness, at now: Instant, using random: inout some RandomNumberGenerator) -> Effect? {
        if let due = liveness.pongDue, due <= now { return close(TransportFailure(.noPong)) }
        if let began = liveness.messageBegan, began + settings.messageWithin <= now { return close(TransportFailure(.messageTooSlow)) }
        if liveness.lastMessage + settings.idleAfter <= now { return close(TransportFailure(.idle)) }
        guard let ping = liveness.nextPing, ping <= now, liveness.pongDue == nil else { return nil }
        var liveness = liveness
        liveness.nextPing = nextPing(after: now, using: &random)
        liveness.hasPinged = true
        liveness.pongDue = liveness.answersPings ? now + settings.pongWithin : nil
        state = .open(liveness)
        return .sendPing
    }

    private mutating func emptyLine(_ liveness: Liveness) -> Effect? {
        var liveness = liveness
        defer { state = .open(liveness) }
        if liveness.hasPinged {
            (liveness.pongDue, liveness.hasPinged, liveness.answersPings) = (nil, false, true)
            return nil
        }
        liveness.hasHalfPing.toggle()
        return liveness.hasHalfPing ? nil : .sendPong
    }

    private func nextPing(after now: Instant, using random: inout some RandomNumberGenerator) -> Instant {
        let range = settings.pingEvery.lowerBound.nanoseconds...settings.pingEvery.upperBound.nanoseconds
        return now + .nanoseconds(Int64.random(in: range, using: &random))
    }
}
