package struct ConnectionLimits: Sendable {
    /// Longest request target, in bytes; beyond it 414.
    package var target = 4096
    /// Longest field name or value, in bytes; beyond it 431.
    package var headerField = 8192
    /// Target, field names and values of one request together, in bytes; beyond it 431.
    package var headerBytes = 16_384
    /// Field lines in one request; beyond it 431.
    package var headerCount = 64
    /// Request body, in bytes, where nothing else is said by ``Connection/screen``; beyond it 413.
    package var body = 262_144
    /// Bytes of a body that are taken before ``Connection/screen`` is asked whether it is wanted.
    package var unscreened = 16_384
    /// Requests read but not yet answered in full; beyond it 429.
    package var pipelined = 32
    /// Bytes of answers that wait for the answer to an earlier request; beyond it the connection is closed.
    package var held = 1 << 20

    /// From the first byte of a request, and from the connection's begin, to the end of its head: then 408.
    package var headerTimeout = Duration.seconds(10)
    /// From the end of a request's head to the end of its body: then 408.
    package var bodyTimeout = Duration.seconds(30)
    /// Between requests: then the connection is closed.
    package var idleTimeout = Duration.seconds(60)
    /// From our last byte to the peer's, so that the peer can read the answer before the connection is closed.
    package var lingerTimeout = Duration.seconds(2)

    package init() {}

    /// Bytes on the wire that a body may take: chunks of a single byte cost six, and extensions are not worth more.
    static func onTheWire(_ body: Int) -> Int { body * 6 + 4096 }
}

/// What the owner of a connection says of a request whose head has come.
package struct Screening: Sendable {
    /// Bytes that its body may have; beyond it 413.
    package let body: Int
    /// Who sends it; nil for whoever has shown nothing.
    package let owner: String?
    /// The answer in place of reading the body, after which the connection ends (RFC 9110 §10.1.1, RFC 9112 §9.6); nil: the body is wanted.
    package let refusal: Response?

    package init(body: Int, owner: String? = nil, refusal: Response?) { (self.body, self.owner, self.refusal) = (body, owner, refusal) }
}
