import Basis
// Whichever C module is built first brings `timespec` with it.
internal import CCares
internal import COpenSSL
import Glibc

/// One reading of the certificate files: what new connections are made with. Connections keep the reading they began with.
final class TLSContext {
    /// OpenSSL's `SSL_CTX`, for connections of either side.
    let raw: OpaquePointer

    init(reading settings: TLSSettings) throws(TLSFault) {
        guard let raw = SSL_CTX_new(TLS_method()) else { preconditionFailure("OpenSSL gives no context") }
        self.raw = raw
        _ = dialout_set_minimum_version(raw, settings.minimum == .tls13 ? TLS1_3_VERSION : TLS1_2_VERSION)
        dialout_set_modes(raw)
        // A key with a passphrase is an error of its own; without this OpenSSL would ask the terminal.
        SSL_CTX_set_default_passwd_cb(raw) { _, _, _, _ in 0 }
        try readTrust(settings)
        try readIdentity(settings)
    }

    deinit { SSL_CTX_free(raw) }

    private func readTrust(_ settings: TLSSettings) throws(TLSFault) {
        guard let file = settings.trustFile else {
            SSL_CTX_set_default_verify_paths(raw)
            return
        }
        try Self.check(file, "holds no certificate in PEM form") { SSL_CTX_load_verify_locations(raw, file, nil) }
        if settings.requiresClientCertificate { SSL_CTX_set_client_CA_list(raw, SSL_load_client_CA_file(file)) }
    }

    private func readIdentity(_ settings: TLSSettings) throws(TLSFault) {
        guard let file = settings.certificateFile else { return }
        guard let keyFile = settings.keyFile else { throw TLSFault(file: file, cause: "has no key file beside it") }
        try Self.check(file, "holds no certificate in PEM form") { SSL_CTX_use_certificate_chain_file(raw, file) }
        try Self.check(keyFile, "holds no private key of \(file) in PEM form, without a passphrase") {
            // The library compares a key with a certificate of the same algorithm alone; the second call does so with any.
            SSL_CTX_use_PrivateKey_file(raw, keyFile, SSL_FILETYPE_PEM) == 1 ? SSL_CTX_check_private_key(raw) : 0
        }
    }

    private static func check(_ file: String, _ rule: String, _ read: () -> Int32) throws(TLSFault) {
        guard access(file, R_OK) == 0 else { throw TLSFault(file: file, cause: "cannot be read: \(String(cString: strerror(errno)))") }
        ERR_clear_error()
        guard read() == 1 else { throw TLSFault(file: file, cause: "\(rule) (\(newestError()))") }
    }

    /// When our own certificate is in force.
    var times: CertificateTimes? {
        guard let certificate = SSL_CTX_get0_certificate(raw),
            let begin = X509_get0_notBefore(certificate).flatMap({ Self.time($0) }),
            let end = X509_get0_notAfter(certificate).flatMap({ Self.time($0) })
        else { return nil }
        return CertificateTimes(begin: begin, end: end)
    }

    private static func time(_ said: UnsafePointer<ASN1_TIME>) -> WallTime? {
        var time = tm()
        return ASN1_TIME_to_tm(said, &time) == 1 ? WallTime(milliseconds: Int64(timegm(&time)) * 1000) : nil
    }
}

/// The library's words for what went wrong last.
func newestError() -> String { dialout_newest_error().map { String(cString: $0) } ?? "unknown" }

/// Which files were read, so that a change is seen: also one by a link that points elsewhere.
struct TLSFileStamps: Equatable {
    private let stamps: [[Int64]]

    init(_ settings: TLSSettings) {
        stamps = settings.files.map { file in
            var status = stat()
            guard stat(file, &status) == 0 else { return [] }
            return [Int64(status.st_ino), Int64(status.st_size), Int64(status.st_mtim.tv_sec), Int64(status.st_mtim.tv_nsec)]
        }
    }
}
