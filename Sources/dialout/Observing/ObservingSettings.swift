import Basis

/// Where traces and copies of SIP messages go; nowhere unless it is said.
struct ObservingSettings: Equatable {
    struct Homer: Equatable {
        let address: SocketAddress
        /// Who captures, by Homer's number.
        var agent: UInt32
    }

    /// A collector's URL with the path of traces (OTLP/HTTP).
    var collector: String?
    /// What it wants to be shown with each export.
    var collectorHeaders = CollectorHeaders()
    var homerAddress: SocketAddress?
    var agent: UInt32 = 1

    var homer: Homer? { homerAddress.map { Homer(address: $0, agent: agent) } }
}
