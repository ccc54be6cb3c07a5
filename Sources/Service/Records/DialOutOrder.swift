import Basis
import Dialing
import SIP
import Webhooks

/// A request that is well formed: what a meeting service asked for (contract, "Dial-outs").
package struct DialOutOrder: Equatable, Sendable {
    package internal(set) var meetingID: String
    package let kind: DialOutKind
    package let organizer: String
    /// As it was typed.
    package let number: String
    package let requestedBy: String?
    package let displayName: String?
    /// How long the phone may ring, 5–300 s.
    package let ringTimeoutSeconds: Int
    /// How long the call may last, 10–86,400 s.
    package let maxDurationSeconds: Int
    /// The offer of the meeting's media server; nil as well once nobody needs it (``DialOut/forgetAlternatives()``).
    package internal(set) var sdp: String?
    package internal(set) var webhook: String?
    package let priority: Priority
    /// Whence it came; nil in records of versions that did not keep it.
    package internal(set) var origin: Origin?

    /// What a request brings beside its body.
    package struct Origin: Equatable, Sendable {
        /// Where the organizer is: what is domestic follows from it (domain reference §10.3).
        package let home: Country?
        /// The trace that the request is part of.
        @Indirect package private(set) var trace: TraceContext?

        package init(home: Country?, trace: TraceContext?) { (self.home, self.trace) = (home, trace) }
    }

    /// Who of one tenant goes first while trunks are at their limits.
    package enum Priority: String, Codable, CaseIterable, Sendable { case normal, high }

    /// The body as it came; every rule that it may break names the field.
    struct Body: Codable, Sendable {
        let kind: String?
        let organizer: String?
        let number: String?
        let requestedBy: String?
        let displayName: String?
        let ringTimeoutSeconds: Int?
        let maxDurationSeconds: Int?
        let sdp: String?
        let webhook: String?
        let priority: String?

        /// What makes it the same request, alone or in a batch, in whatever order and with whatever blanks it is written.
        var content: [UInt8] {
            var bytes: [UInt8] = []
            func add(_ name: String, _ value: String?) {
                guard let value else { return }
                bytes += name.utf8
                bytes += "=\(value.utf8.count):".utf8
                bytes += value.utf8
            }
            add("kind", kind)
            add("organizer", organizer)
            add("number", number)
            add("requestedBy", requestedBy)
            add("displayName", displayName)
            add("ringTimeoutSeconds", ringTimeoutSeconds.map { "\($0)" })
            add("maxDurationSeconds", maxDurationSeconds.map { "\($0)" })
            add("sdp", sdp)
            add("webhook", webhook)
            add("priority", priority)
            return bytes
        }
    }

    /// The same with other names in it.
    func naming(
        organizer: String? = nil, number: String? = nil, requestedBy: String?? = .none, displayName: String?
    ) -> DialOutOrder {
        DialOutOrder(
            naming: self, organizer: organizer ?? self.organizer, number: number ?? self.number,
            requestedBy: requestedBy ?? self.requestedBy, displayName: displayName)
    }

    /// Texts that may name somebody, beside the organizer.
    var texts: [String] { [meetingID, number] + [requestedBy, displayName, webhook].compactMap(\.self) }

    /// The same with others in their place.
    func withTexts(_ change: (String) -> String) -> DialOutOrder {
        var changed = naming(number: change(number), requestedBy: requestedBy.map(change), displayName: displayName.map(change))
        (changed.meetingID, changed.webhook) = (change(meetingID), webhook.map(change))
        return changed
    }

    private init(naming order: DialOutOrder, organizer: String, number: String, requestedBy: String?, displayName: String?) {
        (meetingID, kind, self.organizer, self.number) = (order.meetingID, order.kind, organizer, number)
        (self.requestedBy, self.displayName) = (requestedBy, displayName)
        (ringTimeoutSeconds, maxDurationSeconds, sdp) = (order.ringTimeoutSeconds, order.maxDurationSeconds, order.sdp)
        (webhook, priority, origin) = (order.webhook, order.priority, order.origin)
    }

    static let ringTimeouts = 5...300
    static let durations = 10...86_400
    static let sdpLimit = 16_384

    init(_ body: Body, meetingID: String) throws(InvalidField) {
        guard (1...128).contains(meetingID.utf8.count), meetingID.isPrintable else {
            throw InvalidField("meetingId", "has 1 to 128 bytes without control characters")
        }
        guard let kindText = body.kind else { throw InvalidField("kind", "is required") }
        guard let kind = DialOutKind(rawValue: kindText) else {
            throw InvalidField("kind", "is callMeAt or inviteNumber, not \(kindText.excerpt)")
        }
        self.meetingID = meetingID
        self.kind = kind
        organizer = try Self.organizer(body.organizer)
        number = try Self.number(body.number)
        requestedBy = try Self.requester(body.requestedBy)
        displayName = try body.displayName.map { value throws(InvalidField) in try Self.text(value, "displayName", limit: 128) }
        ringTimeoutSeconds = body.ringTimeoutSeconds ?? 60
        maxDurationSeconds = body.maxDurationSeconds ?? 14_400
        guard Self.ringTimeouts.contains(ringTimeoutSeconds) else { throw InvalidField("ringTimeoutSeconds", "is 5 to 300") }
        guard Self.durations.contains(maxDurationSeconds) else { throw InvalidField("maxDurationSeconds", "is 10 to 86400") }
        sdp = try body.sdp.map(Self.checkedSDP)
        guard let priority = Priority(rawValue: body.priority ?? Priority.normal.rawValue) else {
            throw InvalidField("priority", "is normal or high, not \(body.priority?.excerpt ?? "")")
        }
        self.priority = priority
        webhook = body.webhook
        if let webhook {
            do throws(WebhookURL.Fault) { _ = try WebhookURL(webhook) } catch { throw InvalidField("webhook", error.rule) }
        }
    }

    /// What records of earlier versions tell of a request.
    package init(
        meetingID: String, kind: DialOutKind, organizer: String, number: String, requestedBy: String?, displayName: String?
    ) {
        (self.meetingID, self.kind, self.organizer, self.number) = (meetingID, kind, organizer, number)
        (self.requestedBy, self.displayName) = (requestedBy, displayName)
        (ringTimeoutSeconds, maxDurationSeconds, sdp, webhook, priority) = (60, 14_400, nil, nil, .normal)
    }

    static func checkedSDP(_ sdp: String) throws(InvalidField) -> String {
        guard sdp.utf8.count <= sdpLimit else { throw InvalidField("sdp", "has at most \(sdpLimit) bytes") }
        guard sdp.hasPrefix("v=0") else { throw InvalidField("sdp", "is a session description that starts with v=0") }
        guard let description = SessionDescription(Array(sdp.utf8)) else {
            throw InvalidField("sdp", "has in each line a letter, = and a value, v=0 in the first, and m= in 16 at the most")
        }
        if let (type, sample) = description.missingLine {
            throw InvalidField("sdp", "has a line \(type) as RFC 8866 §5 wants it, such as \(sample): add it")
        }
        guard description.offersAudio else {
            throw InvalidField("sdp", "offers audio: a line such as m=audio 49152 RTP/AVP 8, with a port and a codec")
        }
        return sdp
    }

    static func organizer(_ value: String?) throws(InvalidField) -> String { try text(value, "organizer", limit: 256).asciiLowercased }
    static func number(_ value: String?) throws(InvalidField) -> String { try text(value, "number", limit: 128) }
    static func requester(_ value: String?) throws(InvalidField) -> String? {
        try value.map { value throws(InvalidField) in try text(value, "requestedBy", limit: 256) }
    }

    private static func text(_ value: String?, _ field: String, limit: Int) throws(InvalidField) -> String {
        guard let value, !value.isEmpty else { throw InvalidField(field, "is required") }
        guard value.utf8.count <= limit else { throw InvalidField(field, "has at most \(limit) bytes") }
        guard value.isPrintable else { throw InvalidField(field, "has no control characters") }
        return value
    }
}

extension String {
    /// No control characters: nothing that could end a header or a log line.
    var isPrintable: Bool { unicodeScalars.allSatisfy { $0.value >= 0x20 && !(0x7F...0x9F).contains($0.value) } }

    /// Short enough to be quoted in an error.
    var excerpt: String { count <= 40 ? self : prefix(40) + "…" }
}
