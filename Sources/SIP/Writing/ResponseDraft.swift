import Basis

/// Our response to a request, in the making: what differs from one to the next (RFC 3261 §8.2.6).
package struct ResponseDraft {
    package let code: Int
    let phrase: String
    /// The tag added to `To` when the request had none there.
    package var tag: UInt64?
    package var contact: [UInt8] = []
    package var sdp: [UInt8] = []
    package var bodyType = "application/sdp"
    /// Further header lines with their line ends.
    var headers: [UInt8] = []

    package init(_ code: Int, _ phrase: String, tag: UInt64? = nil) {
        self.code = code
        self.phrase = phrase
        self.tag = tag
    }

    package mutating func add(_ name: String, _ value: String) { headers += Array("\(name): \(value)\r\n".utf8) }

    /// Nil when the request's `Via` does not say where to answer.
    package func written(for request: Message, from source: SocketAddress, agent: [UInt8]) -> [UInt8]? {
        guard let via = Via(of: request) else { return nil }
        var writer = Writer(capacity: 512 + sdp.count)
        writer.raw("SIP/2.0 ")
        writer.number(code)
        writer.raw(" ")
        writer.text(phrase)
        writer.endLine()
        write(via, of: request, source: source, to: &writer)
        writer.line("From", request.unfolded(request.from))
        writer.raw("To: ")
        writer.raw(request.unfolded(request.to))
        if let tag, request.parameter("tag", of: request.to) == nil {
            writer.raw(";tag=")
            writer.hex(tag)
        }
        writer.endLine()
        writer.line("Call-ID", request.unfolded(request.callID))
        writer.line("CSeq", request.unfolded(request.cSeqValue))
        for route in code > 100 && code < 300 ? request.values(.recordRoute) : [] {
            writer.line("Record-Route", request.unfolded(route))
        }
        writer.raw(contact)
        writer.raw(agent)
        writer.raw(headers)
        writer.body(sdp, type: bodyType)
        return writer.bytes
    }

    /// All `Via` values in order, the topmost with what §18.2.1 and RFC 3581 §4 add.
    private func write(_ via: Via, of request: Message, source: SocketAddress, to writer: inout Writer) {
        writer.raw("Via: ")
        if let rport = via.rport, rport.isEmpty {
            writer.raw(request.unfolded(via.element.lowerBound..<rport.lowerBound))
            writer.text("=\(source.port)")
            writer.raw(request.unfolded(rport.upperBound..<via.element.upperBound))
        } else {
            writer.raw(request.unfolded(via.element))
        }
        if via.rport != nil || !request.bytes[via.host].elementsEqual(source.host.utf8) { writer.text(";received=\(source.host)") }
        if via.element.upperBound < request.via.upperBound {
            writer.raw(request.unfolded(via.element.upperBound..<request.via.upperBound))
        }
        writer.endLine()
        for other in request.values(.via).dropFirst() { writer.line("Via", request.unfolded(other)) }
    }
}

extension Message {
    package func unfolded(_ range: Range<Int>) -> [UInt8] {
        bytes[range].contains(13) ? Array(text(range).utf8) : Array(bytes[range])
    }

    /// Where the response to this request goes (RFC 3261 §18.2.2, RFC 3581 §4).
    package func replyAddress(from source: SocketAddress, over transport: Transport) -> SocketAddress {
        guard transport == .udp, let via = Via(of: self), via.rport == nil else { return source }
        return source.with(port: via.port ?? 5060)
    }
}
