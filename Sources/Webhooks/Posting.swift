import Basis

/// One event of one dial-out on its way to an endpoint.
package struct WebhookItem: Equatable, Sendable {
    /// What keeps its order: the events of one dial-out to one URL. One is under way at a time, the next when it has arrived.
    package struct Line: Hashable, Sendable {
        package let dialOut: SortableID
        /// Whether it goes to the URL of the dial-out's own request in place of the endpoint's.
        package let isOfRequest: Bool

        package init(_ dialOut: SortableID, isOfRequest: Bool = false) { (self.dialOut, self.isOfRequest) = (dialOut, isOfRequest) }
    }

    package let line: Line
    /// Its place in the log.
    package let place: Int64
    /// Counts the dial-out's own events, from 1.
    package let sequence: Int
    package let at: WallTime
    /// Nil: the endpoint's own URL.
    package let url: String?
    package let body: [UInt8]

    package init(line: Line, place: Int64, sequence: Int, at: WallTime, url: String? = nil, body: [UInt8] = []) {
        (self.line, self.place, self.sequence, self.at) = (line, place, sequence, at)
        (self.url, self.body) = (url, body)
    }

    /// The same for each delivery of the event (Standard Webhooks 1.0, `webhook-id`).
    package var id: String { "\(line.dialOut)-\(sequence)" }
}

/// What became of one POST.
package enum PostOutcome: Equatable, Sendable {
    case answered(status: Int)
    case failed(PostFailure)

    /// 2xx (Standard Webhooks 1.0): everything else, redirects with it, is tried again.
    package var isSuccess: Bool {
        switch self {
        case .answered(let status): (200..<300).contains(status)
        case .failed: false
        }
    }

    /// The endpoint asks not to be sent anything any more: 410 (Standard Webhooks 1.0).
    package var isGone: Bool { self == .answered(status: 410) }

    /// Nil where nothing was answered.
    package var status: Int? { if case .answered(let status) = self { status } else { nil } }

    /// For people.
    package var text: String {
        switch self {
        case .answered(let status) where (300..<400).contains(status): "answered \(status); redirections are not followed"
        case .answered(let status): "answered \(status)"
        case .failed(let failure): failure.rawValue
        }
    }
}

/// Why a POST was not answered.
package enum PostFailure: String, CaseIterable, Codable, Sendable {
    case unresolved = "its host name leads nowhere"
    case refusedAddress = "its host is a private, local or reserved address"
    case unreachable = "nothing accepts connections there"
    case connectTimeout = "no connection within 5 seconds"
    case timeout = "no whole answer within 15 seconds"
    case tls = "its certificate or TLS cannot be accepted"
    case broken = "the connection broke, or what came is no HTTP"
}

/// Times and sizes of one POST.
package enum PostLimits {
    package static let connectTime = Duration.seconds(5)
    package static let totalTime = Duration.seconds(15)
    /// Bytes of the answer's body that are read, and of its head.
    package static let answerBytes = 4096
    package static let headBytes = 16_384
}

/// A POST as it goes out.
package struct WebhookRequest: Equatable, Sendable {
    package let url: String
    package let headers: [Header]
    package let body: [UInt8]

    package struct Header: Equatable, Sendable {
        package let name: String
        package let value: String
    }

    /// An event with its headers (Standard Webhooks 1.0).
    package init(url: String, id: String, timestamp: Int64, signature: String, body: [UInt8]) {
        (self.url, self.body) = (url, body)
        headers = [
            Header(name: "Content-Type", value: "application/json"), Header(name: "webhook-id", value: id),
            Header(name: "webhook-timestamp", value: String(timestamp)), Header(name: "webhook-signature", value: signature),
        ]
    }
}
