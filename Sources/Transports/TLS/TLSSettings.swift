import Basis

/// Files and rules of SIP over TLS. All files are PEM; ``SIPTransports/reloadTLS()`` reads them again.
package struct TLSSettings: Hashable, Sendable {
    package enum Version: String, CaseIterable, Sendable { case tls12 = "1.2", tls13 = "1.3" }

    /// Our certificate, followed by its intermediates: shown to peers that connect to us, and to trunks that ask for it.
    package var certificateFile: String?
    package var keyFile: String?
    /// Whom we trust; nil means the system's roots.
    package var trustFile: String?
    package var minimum = Version.tls12
    /// Whether peers that connect to us must show a certificate that ``trustFile`` vouches for.
    package var requiresClientCertificate = false

    package init() {}

    var files: [String] { [certificateFile, keyFile, trustFile].compactMap { $0 } }
}

/// A file that TLS cannot use.
package struct TLSFault: Error, Hashable, Sendable, CustomStringConvertible {
    package let file: String
    package let cause: String
    package var description: String { "\(file) \(cause)" }
}

/// Between what moments a certificate is in force, both included (RFC 5280 §4.1.2.5).
package struct CertificateTimes: Hashable, Sendable {
    package let begin: WallTime
    package let end: WallTime

    package init(begin: WallTime, end: WallTime) { (self.begin, self.end) = (begin, end) }

    /// How long before its end a certificate is to be replaced.
    package static let notice: Int64 = 14 * 86_400_000

    /// What its owner is to be warned of; nil where nothing is wrong.
    package func warning(at now: WallTime) -> String? {
        if now > end { return "our certificate has expired; peers refuse it" }
        if now < begin { return "our certificate is not in force yet; peers refuse it" }
        return end.milliseconds - now.milliseconds < Self.notice ? "our certificate ends soon" : nil
    }
}
