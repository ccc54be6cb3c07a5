import Basis

/// How a part of the service that is bound to the loop starts work of its own and is rung: on the loop, and only while the service is there.
///
/// An owner is no actor and never leaves the service's isolation; the seam brings it back into it.
struct Loop<Owner> {
    /// Runs work to its end, whoever stops waiting for it.
    let detach: (@escaping @Sendable (Owner) async -> Void) -> Void
    /// An alarm that rings in the owner.
    let makeAlarm: (@escaping @Sendable (Owner) -> Void) -> any WorldAlarm
}
