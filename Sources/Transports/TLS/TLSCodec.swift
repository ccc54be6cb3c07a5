import Basis
internal import COpenSSL

/// OpenSSL without a socket: bytes of the wire in and out, bytes of the application in and out.
final class TLSCodec {
    enum Event: Equatable {
        case secured
        case plaintext([UInt8])
        /// The peer said that it sends no more.
        case ended
        /// Nothing comes after it.
        case failed(TransportFailure)
    }

    private let ssl: OpaquePointer
    private let input: OpaquePointer
    private let output: OpaquePointer
    private var isSecured = false
    private static let pieceSize = 16_384

    private init(_ context: TLSContext) {
        guard let ssl = SSL_new(context.raw), let input = BIO_new(BIO_s_mem()), let output = BIO_new(BIO_s_mem()) else {
            preconditionFailure("OpenSSL has no memory")
        }
        (self.ssl, self.input, self.output) = (ssl, input, output)
        SSL_set_bio(ssl, input, output)
    }

    /// Our end of a connection that we make: the certificate must say `serverName`, or the address where there is none (RFC 5922 §7.2).
    /// Nil for a name that no certificate can say.
    convenience init?(client context: TLSContext, to peer: Peer) {
        self.init(context)
        SSL_set_connect_state(ssl)
        dialout_verify_peer(ssl)
        SSL_set_hostflags(ssl, UInt32(X509_CHECK_FLAG_NO_PARTIAL_WILDCARDS))
        let isNamed: Bool
        if let name = peer.serverName {
            isNamed = dialout_set_server_name(ssl, name) == 1 && SSL_set1_host(ssl, name) == 1
        } else {
            isNamed = X509_VERIFY_PARAM_set1_ip_asc(SSL_get0_param(ssl), peer.address.host) == 1
        }
        if !isNamed { return nil }
    }

    /// Our end of a connection that a peer made.
    convenience init(server context: TLSContext, requiresCertificate: Bool) {
        self.init(context)
        SSL_set_accept_state(ssl)
        SSL_set_verify(ssl, requiresCertificate ? SSL_VERIFY_PEER | SSL_VERIFY_FAIL_IF_NO_PEER_CERT : SSL_VERIFY_NONE, nil)
    }

    deinit { SSL_free(ssl) }

    /// Begins the handshake; afterwards there is ``takeOutput()``.
    func start() -> [Event] { advance() }

    /// Bytes of the wire.
    func received(_ bytes: Span<UInt8>) -> [Event] {
        bytes.withUnsafeBufferPointer { _ = BIO_write(input, $0.baseAddress, Int32($0.count)) }
        return advance()
    }

    /// Bytes of the application, once secured.
    func write(_ bytes: [UInt8]) {
        ERR_clear_error()
        _ = SSL_write(ssl, bytes, Int32(bytes.count))
    }

    /// Says goodbye to the peer (close_notify).
    func finish() {
        ERR_clear_error()
        _ = SSL_shutdown(ssl)
    }

    /// What is to go on the wire, in order.
    func takeOutput() -> [UInt8] {
        let count = BIO_ctrl_pending(output)
        if count == 0 { return [] }
        return [UInt8](unsafeUninitializedCapacity: count) { buffer, initialized in
            initialized = max(0, Int(BIO_read(output, buffer.baseAddress, Int32(count))))
        }
    }

    private func advance() -> [Event] {
        var events: [Event] = []
        ERR_clear_error()
        if !isSecured {
            let status = SSL_do_handshake(ssl)
            guard status == 1 else { return ending(status).map { [$0] } ?? [] }
            isSecured = true
            events.append(.secured)
        }
        while true {
            var status: Int32 = 0
            let piece = [UInt8](unsafeUninitializedCapacity: Self.pieceSize) { buffer, initialized in
                status = SSL_read(ssl, buffer.baseAddress, Int32(buffer.count))
                initialized = max(0, Int(status))
            }
            guard status > 0 else {
                if let ending = ending(status) { events.append(ending) }
                return events
            }
            events.append(.plaintext(piece))
        }
    }

    /// What a call that did not succeed means; nil: it wants more bytes.
    private func ending(_ status: Int32) -> Event? {
        switch SSL_get_error(ssl, status) {
        case SSL_ERROR_WANT_READ, SSL_ERROR_WANT_WRITE: return nil
        case SSL_ERROR_ZERO_RETURN: return .ended
        default:
            let verdict = SSL_get_verify_result(ssl)
            guard verdict != Int(X509_V_OK), !isSecured else { return .failed(TransportFailure(.handshakeFailed, newestError())) }
            return .failed(TransportFailure(.certificateRefused, String(cString: X509_verify_cert_error_string(verdict))))
        }
    }
}
