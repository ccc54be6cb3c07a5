package enum Transport: String, CaseIterable, Sendable {
    case udp = "UDP"
    case tcp = "TCP"
    case tls = "TLS"

    package var isReliable: Bool { self != .udp }
}
