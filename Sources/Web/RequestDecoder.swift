internal import NIOCore
internal import NIOEmbedded
internal import NIOHTTP1

/// SwiftNIO's HTTP/1 request decoder (llhttp), driven without a socket.
final class RequestDecoder {
    enum Part {
        case head(HTTPRequestHead)
        case body(ByteBuffer)
        case end
        /// Nothing comes after it.
        case failed(Problem)

        fileprivate var isOfBody: Bool { if case .body = self { true } else { false } }
    }

    private let channel = EmbeddedChannel()
    private let sink = Sink()
    /// The last eight bytes before those that are decoded.
    private var before: UInt64 = 0
    /// Whether something came behind the last request that was whole.
    private(set) var goesOn = false

    init(limits: ConnectionLimits) {
        var configuration = NIOHTTPDecoderLimitConfiguration()
        configuration.maxHeaderFieldSize = limits.headerField
        configuration.maxHeaderListSize = limits.headerBytes
        configuration.maxHeaderFieldCount = limits.headerCount
        let decoder = HTTPRequestDecoder(leftOverBytesStrategy: .dropBytes, limitConfiguration: configuration)
        do {
            try channel.pipeline.syncOperations.addHandlers([ByteToMessageHandler(decoder), sink])
        } catch { preconditionFailure("a new channel refuses its handlers: \(error)") }
    }

    deinit { _ = try? channel.finish(acceptAlreadyClosed: true) }

    func decode(_ bytes: Span<UInt8>) -> [Part] {
        do { try channel.writeInbound(bytes.withUnsafeBufferPointer { ByteBuffer(bytes: $0) }) } catch { sink.failure = error }
        if let failure = sink.failure { sink.parts.append(.failed(problem(for: failure, in: bytes))) }
        goesOn = goesOn(bytes)
        for place in max(0, bytes.count - 8)..<bytes.count { before = before << 8 | UInt64(bytes[place]) }
        defer { sink.parts.removeAll(keepingCapacity: true) }
        return sink.parts
    }

    /// The parser does not tell where a request ended: with a body, with the blank line behind a head, or with that behind a body in chunks.
    private func goesOn(_ bytes: Span<UInt8>) -> Bool {
        guard case .end? = sink.parts.last else { return false }
        var body = 0
        for case .body(let buffer) in sink.parts.dropLast().reversed().prefix(while: \.isOfBody) { body += buffer.readableBytes }
        return body < bytes.count && !endsBlankLine(at: bytes.count - body, in: bytes) && !endsBlankLine(at: bytes.count, in: bytes)
    }

    private func endsBlankLine(at end: Int, in bytes: Span<UInt8>) -> Bool {
        "\r\n\r\n".utf8.reversed().enumerated().allSatisfy { distance, wanted in
            let place = end - 1 - distance
            return wanted == (place < 0 ? UInt8(truncatingIfNeeded: before >> UInt64(8 * (-place - 1))) : bytes[place])
        }
    }

    private func problem(for error: any Error, in bytes: Span<UInt8>) -> Problem {
        switch error {
        case HTTPParserError.headerOverflow:
            Problem(431, "Request Header Fields Too Large", reason: "headersTooLarge")
        case HTTPParserError.invalidVersion where !isOfOtherVersion(bytes): .badRequest("not HTTP/1.1: the request line is malformed")
        case HTTPParserError.invalidVersion:
            Problem(505, "HTTP Version Not Supported", reason: "versionNotSupported")
        default: .badRequest("not HTTP/1.1: \(error)")
        }
    }

    /// Whether the first request line that does not end as it should is whole with a version that is not ours, or has none as in HTTP/0.9: the
    /// parser says the same of what only follows a version of ours.
    private func isOfOtherVersion(_ bytes: Span<UInt8>) -> Bool {
        let last = stride(from: 56, through: 0, by: -8).map { UInt8(truncatingIfNeeded: before >> $0) }
        var rest = bytes.withUnsafeBufferPointer { last + $0 }[...]
        let name = Array("HTTP/".utf8), ours = [Array("1.0".utf8), Array("1.1".utf8)]
        while !rest.isEmpty {
            guard rest.starts(with: name) else {
                rest = rest.dropFirst()
                continue
            }
            let version = Array(rest.dropFirst(name.count).prefix(3)), digits = UInt8(ascii: "0")...UInt8(ascii: "9")
            rest = rest.dropFirst(name.count + 3)
            guard ours.contains(version) else {
                return version.count == 3 && digits.contains(version[0]) && version[1] == UInt8(ascii: ".") && digits.contains(version[2])
            }
            if let next = rest.first, next != UInt8(ascii: "\r") { return false }
        }
        return true
    }

    private final class Sink: ChannelInboundHandler {
        typealias InboundIn = HTTPServerRequestPart
        var parts: [Part] = []
        var failure: (any Error)?

        func channelRead(context: ChannelHandlerContext, data: NIOAny) {
            switch unwrapInboundIn(data) {
            case .head(let head): parts.append(.head(head))
            case .body(let buffer): parts.append(.body(buffer))
            case .end: parts.append(.end)
            }
        }

        func errorCaught(context: ChannelHandlerContext, error: any Error) { failure = failure ?? error }
    }
}
