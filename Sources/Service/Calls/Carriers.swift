import Basis
import Dialing
import SIP

/// Whose trunks are dialled: operators, and tenants' gateways as one operator of each tenant.
final class Carriers {
    private let world: any World
    private let settings: Settings
    private let trunks: Trunks
    private let administration: Administration

    init(world: any World, settings: Settings, trunks: Trunks, administration: Administration) {
        (self.world, self.settings, self.trunks, self.administration) = (world, settings, trunks, administration)
    }

    private var directory: Directory { administration.directory }

    /// An operator, or a tenant's gateways as one.
    subscript(id: String) -> Operator? {
        guard let tenant = Operator.tenant(ofGateways: id) else { return directory.operator(id) }
        return directory.tenant(tenant)?.gatewayCarrier(over: settings.gatewayTransport)
    }

    /// Tells the trunks of what changes make of operators and of tenants' gateways. `old` is the configuration before.
    func configure(_ changes: [DirectoryChange], before old: Directory) {
        var tenants: Set<String> = []
        for change in changes {
            switch change {
            case .putTenant(let tenant):
                if old.tenant(tenant.id)?.policies.gateways != tenant.policies.gateways { tenants.insert(tenant.id) }
            case .removeTenant(let id): if old.tenant(id)?.policies.gateways.isEmpty == false { tenants.insert(id) }
            case .putUser, .removeUser, .putOperator, .removeOperator: break
            }
        }
        if changes.contains(where: \.isOfOperator) { trunks.configure(directory.operators) { !Operator.isOfGateways($0) } }
        for id in tenants.sorted() {
            let carrier = Operator.gateways(of: id)
            trunks.configure([self[carrier]].compactMap(\.self)) { $0 == carrier }
        }
    }

    /// Tells the trunks of all there is, at the start.
    func configureAll() {
        let gateways = directory.tenantIDs.compactMap(directory.tenant).filter { !$0.policies.gateways.isEmpty }
        trunks.configure(directory.operators + gateways.map { $0.gatewayCarrier(over: settings.gatewayTransport) }) { _ in true }
    }

    /// Where a trunk is reached, as names are found now.
    func resolve(_ trunk: TrunkKey, _ peer: TrunkURI) async -> [TrunkAddress] { allowed(await world.resolve(peer), of: trunk) }

    /// The same where it is known without asking anybody; nil when it is not.
    func knownAddresses(of trunk: TrunkKey, _ peer: TrunkURI) -> [TrunkAddress]? {
        world.knownAddresses(of: peer).map { allowed($0, of: trunk) }
    }

    /// Of a gateway's addresses those of its version that the platform allows, whatever name led there.
    func allowed(_ found: [TrunkAddress], of trunk: TrunkKey) -> [TrunkAddress] {
        guard let id = Operator.tenant(ofGateways: trunk.operatorID) else { return found }
        let version = directory.tenant(id)?.policies.gateways[trunk.trunk]?.ipAddressVersion
        return found.filter { settings.gatewayAddresses.permits($0.address) && $0.address.isIPv4 == (version == .v4) }
    }
}

extension DirectoryChange {
    fileprivate var isOfOperator: Bool {
        switch self {
        case .putOperator, .removeOperator: true
        case .putTenant, .removeTenant, .putUser, .removeUser: false
        }
    }
}
