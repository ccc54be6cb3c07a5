import Basis
import Dialing
import SIP

/// What a start of the service is told; everything else is configured through the API.
package struct Settings: Sendable {
    /// The offer sent when a request brings none (contract, "Dial-outs").
    package var offer = MediaOffer()
    /// The header that names the tenant towards an operator.
    package var tenantHeader = "X-Tenant-ID"
    /// Seconds that calls in progress may go on after SIGTERM.
    package var drainSeconds = 30
    /// The first platform token.
    package var bootstrapToken: Secret?
    /// Whether `/metrics` answers without a token.
    package var metricsAreOpen = false
    /// Under which people reach the service, `https://dialout.example`; nil takes what the caller wrote (RFC 9110 §7.2).
    package var publicURL: String?
    /// Where webhooks may go, and where tenants' gateways may be.
    package var webhookAddresses = AddressRule()
    package var gatewayAddresses = AddressRule()
    /// How tenants' gateways are spoken to.
    package var gatewayTransport = Transport.tls
    /// How often a silent event stream is sent a comment, so that proxies keep it open.
    package var streamComment = Duration.seconds(15)
    /// Event streams that may be open at a time, whoever opened them.
    package var eventStreams = 10_000
    /// Of them those that one tenant's or one operator's tokens opened, so that others' are let in.
    package var eventStreamShare = 2_500

    /// From a dial-out's first INVITE until no other trunk is tried any more.
    package var huntTime = Duration.seconds(60)
    /// Limits of tenants and organizers where neither the platform nor the tenant says otherwise.
    package var limits = DialOutLimits.standard

    /// Whether telephone numbers stand whole in the log.
    package var logsNumbers = false

    /// How long things are kept.
    package var retention = RetentionSettings()

    package init() {}
}
