extension Reason {
    fileprivate static func causes(of protocol: String) -> ClosedRange<Int> {
        switch `protocol`.uppercased() {
        case "Q.850": 0...127
        case "SIP": 200...699
        default: 0...Int(UInt32.max)
        }
    }
}

extension Message {
    /// Values of `Reason` that are read from one message, at most.
    private static let reasonLimit = 4

    package var reasons: [Reason] {
        elements(.reason, limit: Self.reasonLimit).map { element in
            let nameEnd = endOfElement(bytes.span, element, .semicolon)
            let name = text(trimmed(bytes.span, element.lowerBound..<nameEnd))
            let cause = parameter("cause", of: element).flatMap { decimal(bytes.span, $0) }
            return Reason(
                protocol: name, cause: cause.flatMap { Reason.causes(of: name).contains($0) ? $0 : nil },
                text: parameter("text", of: element).map { withoutPairs($0) },
                location: parameter("location", of: element).map { text($0).uppercased() })
        }
    }

    /// Seconds after which the far end may be asked again.
    package var retryAfter: Int? { seconds(.retryAfter) }

    /// The URIs of all `Contact` values, at most eight.
    package var contacts: [String] { elements(.contact, limit: 8).map { text(uri(of: $0)) } }
}
