/// Which addresses the service goes to on the word of somebody who does not run it: public ones alone, and none of its own machine, unless the
/// platform allows all.
package struct AddressRule: Sendable {
    package let allowsPrivate: Bool
    /// The addresses of this machine, port 0, as they are at the moment.
    private let own: @Sendable () -> [SocketAddress]

    package init(allowsPrivate: Bool = false, own: @escaping @Sendable () -> [SocketAddress] = { [] }) {
        (self.allowsPrivate, self.own) = (allowsPrivate, own)
    }

    package func permits(_ address: SocketAddress) -> Bool {
        allowsPrivate || address.isPublic && !own().contains(address.with(port: 0))
    }
}
