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
