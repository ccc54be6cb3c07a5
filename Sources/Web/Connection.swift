import Basis
internal import NIOCore
internal import NIOHTTP1

/// The server's side of one HTTP/1.1 connection, without a socket, a clock or a thread: bytes in, requests out, responses in, bytes out.
///
/// After every call the owner writes ``takeOutgoing()``, does what ``phase`` says and sets an alarm to ``deadline``. What is wrong with
/// the bytes is answered here, in its turn, and then the connection ends. RFC 9110, RFC 9112.
package final class Connection {
    /// A request and the number under which to answer it; numbers count up from 0.
    package struct Incoming: Sendable {
        package let number: Int
        package let request: Request
        /// The `Request-Id` of its answer.
        package let id: String
    }

    /// How far the connection's end has come; what is outgoing is to be written first in any case.
    package enum Phase: Hashable, Sendable {
        case open
        /// Nothing more will be written: close the writing half and wait for the peer.
        case finishing
        /// Close it.
        case closed
    }

    package let limits: ConnectionLimits
    package private(set) var phase = Phase.open
    /// The value of Date by ``HTTPDate``, asked when an answer is given (RFC 9110 §6.6.1); given by whoever has a clock.
    package var date: () -> String? = { nil }
    /// Names each answer by its `Request-Id`; kept up by whoever has chance. Without it answers have none.
    package var makeID: (() -> String)?
    /// Asked, with a request that has no body yet, where the body is or becomes longer than ``ConnectionLimits/unscreened``, or waits for a 100.
    package var screen: ((Request) -> Screening)?
    /// Told of a request that was answered as ``screen`` said, without its body.
    package var screenedOut: ((Request, Response) -> Void)?

    private struct Body {
        let head: RequestHead
        var bytes: [UInt8] = []
        var limit: Int
        var owner: String?
        var isScreened = false
        var onTheWire = 0
        let until: Instant
    }
    private enum Reading {
        /// Nothing of the next request has come.
        case waiting(until: Instant)
        case head(until: Instant)
        case body(Body)
        /// No further request is read.
        case ended
    }
    private var reading: Reading
    private var answers: [Answer] = []
    private var nextNumber = 0
    private var owesContinue = false
    private var outgoing: [UInt8] = []
    private var lingerDeadline: Instant?
    private var peerHasFinished = false
    private let decoder: RequestDecoder

    package init(limits: ConnectionLimits = ConnectionLimits(), at now: Instant) {
        self.limits = limits
        decoder = RequestDecoder(limits: limits)
        reading = .waiting(until: now + limits.headerTimeout)
    }

    /// Requests read in full, not yet answered in full.
    package var outstanding: Int { answers.count }

    /// When ``tick(at:)`` has something to do.
    package var deadline: Instant? {
        if let lingerDeadline { return lingerDeadline }
        return switch reading {
        case .waiting(let until): answers.isEmpty ? until : nil
        case .head(let until): until
        case .body(let body): body.until
        case .ended: nil
        }
    }

    /// Bytes of a body that is not whole, and who sends it where that was asked.
    package var unfinished: (bytes: Int, owner: String?) {
        guard case .body(let body) = reading else { return (0, nil) }
        return (body.bytes.count, body.owner)
    }

    /// The bytes to write, once.
    package func takeOutgoing() -> [UInt8] {
        defer { outgoing = [] }
        return outgoing
    }

    /// Whether no request has begun and none is unanswered.
    var isBetweenRequests: Bool {
        guard case .waiting = reading else { return false }
        return answers.isEmpty && outgoing.isEmpty && phase == .open && !owesContinue
    }

    /// A request came and went.
    func passedOver(at now: Instant) { reading = .waiting(until: now + limits.idleTimeout) }

    /// Takes bytes from the peer.
    package func received(_ bytes: Span<UInt8>, at now: Instant) -> [Incoming] {
        switch reading {
        case .ended: return []
        case .waiting: reading = .head(until: now + limits.headerTimeout)
        case .head: break
        case .body(let body):
            guard goesOn(body, with: bytes.count, at: now) else { return [] }
        }
        var incoming: [Incoming] = []
        for part in decoder.decode(bytes) {
            if let request = take(part, at: now) { incoming.append(request) }
        }
        if decoder.goesOn, case .waiting = reading { reading = .head(until: now + limits.headerTimeout) }
        return incoming
    }

    package func received(_ bytes: [UInt8], at now: Instant) -> [Incoming] { received(bytes.span, at: now) }

    /// The peer sends no more. Requests that are whole are still answered.
    package func peerFinished(at now: Instant) {
        reading = .ended
        peerHasFinished = true
        if answers.isEmpty { close() }
    }

    /// Something took too long.
    package func tick(at now: Instant) {
        guard let deadline, deadline <= now else { return }
        switch reading {
        case _ where lingerDeadline != nil: close()
        case .waiting: close()
        case .head: refuse(.tooSlow, at: now)
        case .body(let body): refuse(.tooSlow, isHead: body.head.form.isHead, at: now)
        case .ended: break
        }
    }

    /// One step of the reading side.
    private func take(_ part: RequestDecoder.Part, at now: Instant) -> Incoming? {
        switch (reading, part) {
        case (.waiting, .head(let raw)), (.head, .head(let raw)):
            do throws(Problem) {
                try begin(try RequestHead(raw, limits: limits), at: now)
            } catch {
                refuse(error, isHead: raw.method == .HEAD, at: now)
            }
        case (.body(var body), .body(let buffer)):
            owesContinue = false
            reading = .ended
            body.bytes.append(contentsOf: buffer.readableBytesView)
            guard body.bytes.count <= limits.unscreened || isLetIn(&body, at: now) else { break }
            guard body.bytes.count > body.limit else {
                reading = .body(body)
                break
            }
            refuse(.bodyTooLarge(body.limit), isHead: body.head.form.isHead, at: now)
        case (.body(let body), .end): return accept(body.head, body.bytes, at: now)
        case (.ended, _): break
        case (.body(let body), .failed(let problem)): refuse(problem, isHead: body.head.form.isHead, at: now)
        case (_, .failed(let problem)): refuse(problem, at: now)
        case (.waiting, .body), (.waiting, .end), (.head, .body), (.head, .end), (.body, .head):
            preconditionFailure("the decoder's parts are out of order")
        }
        return nil
    }

    private func begin(_ head: RequestHead, at now: Instant) throws(Problem) {
        var body = Body(head: head, limit: limits.body, until: now + limits.bodyTimeout)
        if head.expectsContinue || (head.length ?? 0) > limits.unscreened { guard isLetIn(&body, at: now) else { return } }
        if let length = head.length, length > body.limit { throw .bodyTooLarge(body.limit) }
        // A long body that was screened has its place at once, so that it is not moved while it grows.
        if let length = head.length, length > limits.body { body.bytes.reserveCapacity(length) }
        reading = .body(body)
        owesContinue = head.expectsContinue
        flush(at: now)
    }

    /// Asks once whether the body is wanted and how long it may be; false: the request is answered.
    private func isLetIn(_ body: inout Body, at now: Instant) -> Bool {
        guard let screen, !body.isScreened else { return true }
        let head = body.head, request = Request(method: head.method, target: head.target, headers: head.headers, body: [])
        let screening = screen(request)
        (body.isScreened, body.limit, body.owner) = (true, screening.body, screening.owner)
        guard let refusal = screening.refusal else { return true }
        refuse(refusal, of: request, isHead: head.form.isHead, at: now)
        return false
    }

    /// Counts what comes of a body on the wire; false: that is too much, and the request is answered.
    private func goesOn(_ body: Body, with count: Int, at now: Instant) -> Bool {
        var body = body
        body.onTheWire += count
        if body.onTheWire > ConnectionLimits.onTheWire(limits.unscreened) { guard isLetIn(&body, at: now) else { return false } }
        reading = .body(body)
        guard body.onTheWire > ConnectionLimits.onTheWire(body.limit) else { return true }
        refuse(.bodyTooLarge(body.limit), isHead: body.head.form.isHead, at: now)
        return false
    }

    private func accept(_ head: RequestHead, _ body: [UInt8], at now: Instant) -> Incoming? {
        owesContinue = false
        guard answers.count < limits.pipelined else {
            refuse(.tooManyUnanswered, isHead: head.form.isHead, at: now)
            return nil
        }
        reading = head.form.closes ? .ended : .waiting(until: now + limits.idleTimeout)
        defer { nextNumber += 1 }
        let id = makeID?() ?? ""
        answers.append(Answer(number: nextNumber, form: head.form, id: id))
        var request = Request(method: head.method, target: head.target, headers: head.headers, body: body)
        request.id = id
        return Incoming(number: nextNumber, request: request, id: id)
    }

    /// Answers, after the requests before it, what is not a request that we take; nothing is read any more.
    private func refuse(_ problem: Problem, isHead: Bool = false, at now: Instant) {
        refuse(problem.response, isHead: isHead, at: now)
    }

    /// `request` is what was read of it, where that is told of.
    private func refuse(_ response: Response, of request: Request? = nil, isHead: Bool, at now: Instant) {
        guard phase == .open else { return }
        owesContinue = false
        reading = .ended
        let id = makeID?() ?? ""
        var answer = Answer(number: nextNumber, form: ReplyForm(isHead: isHead, closes: true), id: id)
        nextNumber += 1
        answer.send(response, date: date())
        answers.append(answer)
        if var request {
            request.id = id
            screenedOut?(request, response)
        }
        flush(at: now)
    }

    /// Refuses the request whose body is under way, because there is no room for it.
    package func refuseUnfinished(at now: Instant) {
        guard case .body(let body) = reading else { return }
        let head = body.head
        let request = Request(method: head.method, target: head.target, headers: head.headers, body: [])
        refuse(.noRoom, of: request, isHead: head.form.isHead, at: now)
    }
}

extension Connection {
    /// Answers a request; a number that is answered already, or is of a connection that has ended, is ignored.
    package func send(_ response: Response, for number: Int, at now: Instant) {
        guard let index = answers.firstIndex(where: { $0.number == number && $0.stage == .awaited }) else { return }
        answers[index].send(response, date: date())
        flush(at: now)
    }

    /// Answers a request by a stream that has no end of its own, after which the connection ends: what was asked behind it is not answered, and
    /// nothing more is read, since none of it would ever have its turn (RFC 9112 §9.6).
    package func sendLast(_ response: Response, for number: Int, at now: Instant) {
        guard let index = answers.firstIndex(where: { $0.number == number && $0.stage == .awaited }) else { return }
        if !answers[index].form.isHead {
            reading = .ended
            answers.removeSubrange((index + 1)...)
            answers[index].form.closes = true
        }
        send(response, for: number, at: now)
    }

    /// Adds a piece to an answer whose body is a stream.
    package func stream(_ piece: [UInt8], for number: Int, at now: Instant) {
        guard let index = answers.firstIndex(where: { $0.number == number && $0.stage == .streaming }) else { return }
        answers[index].stream(piece)
        flush(at: now)
    }

    /// Whether an answer takes pieces.
    package func isStreaming(_ number: Int) -> Bool { answers.contains { $0.number == number && $0.stage == .streaming } }

    /// Whether what an answer gets is written now, and not after others.
    package func isFirst(_ number: Int) -> Bool { answers.first?.number == number }

    /// Ends an answer whose body is a stream.
    package func finishStream(for number: Int, at now: Instant) {
        guard let index = answers.firstIndex(where: { $0.number == number && $0.stage == .streaming }) else { return }
        answers[index].finish()
        flush(at: now)
    }

    /// Ends the connection after the answers that are owed; no further request is read.
    package func drain(at now: Instant) {
        reading = .ended
        for index in answers.indices where answers[index].stage == .awaited { answers[index].form.closes = true }
        if answers.isEmpty, phase == .open { finish(at: now) }
    }

    private func close() {
        phase = .closed
        reading = .ended
        answers = []
        lingerDeadline = nil
    }

    private func finish(at now: Instant) {
        if peerHasFinished { return close() }
        phase = .finishing
        lingerDeadline = now + limits.lingerTimeout
        reading = .ended
        answers = []
    }

    /// Moves the bytes whose turn it is to the outgoing ones: the first answer's, and the next ones' as answers become whole.
    private func flush(at now: Instant) {
        while !answers.isEmpty {
            if outgoing.isEmpty { swap(&outgoing, &answers[0].bytes) }
            outgoing.append(contentsOf: answers[0].bytes)
            answers[0].bytes = []
            guard answers[0].stage == .whole else { break }
            let ended = answers.removeFirst()
            if ended.form.closes { return finish(at: now) }
            if answers.isEmpty { answersGiven(at: now) }
        }
        if answers.isEmpty, owesContinue {
            owesContinue = false
            outgoing.append(contentsOf: "HTTP/1.1 100 Continue\r\n\r\n".utf8)
        }
        if answers.reduce(0, { $0 + $1.bytes.count }) > limits.held { close() }
    }

    private func answersGiven(at now: Instant) {
        switch reading {
        case .waiting: reading = .waiting(until: now + limits.idleTimeout)
        case .ended: finish(at: now)
        case .head, .body: break
        }
    }
}

/// What is to be written for one request.
private struct Answer {
    enum Stage { case awaited, streaming, whole }

    let number: Int
    var form: ReplyForm
    private(set) var stage = Stage.awaited
    var bytes: [UInt8] = []
    private let id: String

    init(number: Int, form: ReplyForm, id: String) { (self.number, self.form, self.id) = (number, form, id) }

    mutating func send(_ response: Response, date: String?) {
        var response = response.isWritable ? response : Problem(500, "Internal Server Error", reason: "internalError").response
        if !id.isEmpty { response.headers.append(("Request-Id", id)) }
        if case .stream = response.body {
            if form.isHTTP10 { form.closes = true }
            stage = form.isHead ? .whole : .streaming
        } else {
            stage = .whole
        }
        response.write(to: &bytes, form: form, date: date)
    }

    mutating func stream(_ piece: [UInt8]) {
        if piece.isEmpty { return }
        if form.isHTTP10 { return bytes.append(contentsOf: piece) }
        bytes.append(contentsOf: "\(String(piece.count, radix: 16))\r\n".utf8)
        bytes.append(contentsOf: piece)
        bytes.append(contentsOf: "\r\n".utf8)
    }

    mutating func finish() {
        stage = .whole
        if !form.isHTTP10 { bytes.append(contentsOf: "0\r\n\r\n".utf8) }
    }
}
