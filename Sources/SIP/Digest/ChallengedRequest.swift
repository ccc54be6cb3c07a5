/// A request of ours that is sent again because it was challenged: under a new branch and the next number, with other credentials, and
/// otherwise as it was (RFC 3261 §22.2).
struct ChallengedRequest {
    private let message: Message
    /// The digits of the branch.
    private let branch: Range<Int>

    /// Nil for bytes that are no request of ours.
    init?(_ bytes: [UInt8]) {
        guard let message = try? Message(parsing: bytes), message.isRequest, message.ownBranch != nil,
            let branch = Via(of: message)?.branch
        else { return nil }
        self.message = message
        self.branch = branch.lowerBound + Via.cookie.utf8.count..<branch.upperBound
    }

    var cSeq: UInt32 { message.cSeq.number }
    var body: [UInt8] { Array(message.bytes[message.body]) }

    /// The Request-URI.
    var uri: [UInt8] {
        switch message.start {
        case .request(_, let uri): Array(message.bytes[uri])
        case .response: []
        }
    }

    /// `authorization` are whole lines, which come before those that tell of the body.
    func again(branch: UInt64, cSeq: UInt32, authorization: [UInt8]) -> [UInt8] {
        let bytes = message.bytes, first = message.fields.first?.label.lowerBound ?? bytes.count
        var writer = Writer(capacity: bytes.count + authorization.count)
        writer.raw(bytes[..<first])
        var isAuthorized = false
        for field in message.fields {
            switch field.name {
            case .authorization, .proxyAuthorization: continue
            case .via:
                writer.raw(bytes[field.label.lowerBound..<self.branch.lowerBound])
                writer.hex(branch)
                writer.raw(bytes[self.branch.upperBound..<field.value.upperBound])
                writer.endLine()
                continue
            case .cSeq:
                writer.line("CSeq", "\(cSeq) \(message.cSeq.method?.rawValue ?? "")")
                continue
            case .contentType, .contentLength:
                if !isAuthorized { writer.raw(authorization) }
                isAuthorized = true
            default: break
            }
            writer.raw(bytes[field.label.lowerBound..<field.value.upperBound])
            writer.endLine()
        }
        writer.endLine()
        writer.raw(bytes[message.body])
        return writer.bytes
    }
}
