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
    }

    private let channel = EmbeddedChannel()
    private let sink = Sink()

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
        let buffer = bytes.withUnsafeBufferPointer { ByteBuffer(bytes: $0) }
        do { try channel.writeInbound(buffer) } catch { sink.parts.append(.failed(Self.problem(for: error))) }
        defer { sink.parts.removeAll(keepingCapacity: true) }
        return sink.parts
    }

    fileprivate static func problem(for error: any Error) -> Problem {
        switch error {
        case HTTPParserError.headerOverflow:
            Problem(431, "Request Header Fields Too Large", reason: "headersTooLarge")
        case HTTPParserError.invalidVersion:
            Problem(505, "HTTP Version Not Supported", reason: "versionNotSupported")
        default: .badRequest("not HTTP/1.1: \(error)")
        }
    }

    private final class Sink: ChannelInboundHandler {
        typealias InboundIn = HTTPServerRequestPart
        var parts: [Part] = []

        func channelRead(context: ChannelHandlerContext, data: NIOAny) {
            switch unwrapInboundIn(data) {
            case .head(let head): parts.append(.head(head))
            case .body(let buffer): parts.append(.body(buffer))
            case .end: parts.append(.end)
            }
        }

        func errorCaught(context: ChannelHandlerContext, error: any Error) { parts.append(.failed(problem(for: error))) }
    }
}
