import Basis
import Dialing

/// The owner of what tenants have used of the service's own carrier: minutes by month, credits, and what they were told of both. Where credits
/// run low and the platform has said so, it has them recharged.
final class CarrierAccounts {
    private let world: any World
    private let ledger: Ledger
    private let log: ServiceLog
    private let metrics: Metrics
    private let identifiers: Identifiers
    private let administration: Administration
    private var use: CarrierUse
    private var accounts: [String: CarrierAccount] = [:]
    /// Tenants whose credits are to be recharged.
    private var due: Set<String> = []
    private var isRecharging = false
    private var isDraining = false
    /// When what the store would not take is tried again.
    private var alarm: (any WorldAlarm)?
    private var loop: Loop<CarrierAccounts>?

    static let retry = Duration.seconds(5)

    init(
        _ contents: StoreContents, world: any World, ledger: Ledger, log: ServiceLog, metrics: Metrics, identifiers: Identifiers,
        administration: Administration
    ) throws(StoreFailure) {
        (self.world, self.ledger, self.log, self.metrics) = (world, ledger, log, metrics)
        (self.identifiers, self.administration) = (identifiers, administration)
        use = CarrierUse(contents.uses)
        for account: CarrierAccount in try contents.documents.decoded(.carrierAccount) { accounts[account.name] = account }
    }

    /// What an earlier start left to be told or recharged is done now. Versions that kept no account counted a month's credits alone.
    func start(_ loop: Loop<CarrierAccounts>) {
        self.loop = loop
        for id in administration.directory.tenantIDs {
            let name = administration.identities.name(ofTenant: id)
            review(id, accounts[name] ?? CarrierAccount(name: name, creditsSpent: use.pool(of: name, at: world.wallTime).creditsSpent))
        }
    }

    /// Nothing is recharged any more.
    func drain() {
        isDraining = true
        alarm?.set(at: nil)
    }

    // MARK: what there is

    /// What a tenant has used of its minutes this month, and of its credits; `name` is that of ``Identities/name(ofTenant:)``.
    func pool(of name: String) -> MinutePool {
        MinutePool(minutesUsed: use.pool(of: name, at: world.wallTime).minutesUsed, creditsSpent: account(of: name).creditsSpent)
    }

    private func account(of name: String) -> CarrierAccount { accounts[name] ?? CarrierAccount(name: name, creditsSpent: 0) }

    /// Both, and the levels that the tenant was told.
    func usage(of tenant: Tenant) -> CarrierUsage {
        let name = administration.identities.name(ofTenant: tenant.id), terms = CarrierTerms(tenant)
        var account = account(of: name)
        _ = account.review(terms, minutesUsed: 0, in: thisMonth)
        return CarrierUsage(account, pool(of: name), terms, in: thisMonth)
    }

    // MARK: what changes it

    /// Counts a call that is over; what is to be kept with its end, and told.
    func count(_ call: CarrierUse.Call, of tenant: Tenant) -> [StoreEntry] {
        let name = administration.identities.name(ofTenant: tenant.id), terms = CarrierTerms(tenant)
        var account = account(of: name)
        let news = account.review(terms, minutesUsed: pool(of: name).minutesUsed, in: thisMonth)
        guard let counted = use.count(call, of: name, under: terms) else { return [] }
        if terms.credits != nil { account.spend(counted.pool.creditsSpent) }
        return [.use(counted)] + keep(account, tenant.id, terms, news)
    }

    /// Changes are in force: tenants with other minutes or credits than before may have reached a level, or need a recharge.
    func take(_ changes: [DirectoryChange], before: Directory) {
        for case .putTenant(let tenant) in changes where before.tenant(tenant.id).map(CarrierTerms.init) != CarrierTerms(tenant) {
            review(tenant.id, account(of: administration.identities.name(ofTenant: tenant.id)))
        }
    }

    private func review(_ id: String, _ account: CarrierAccount) {
        guard let tenant = administration.directory.tenant(id) else { return }
        let entries = keep(account, id, CarrierTerms(tenant), [])
        if !entries.isEmpty { ledger.note(entries) }
    }

    /// What is told beside `news`, with the account where that says something that cannot be found out anew.
    private func keep(_ account: CarrierAccount, _ id: String, _ terms: CarrierTerms, _ news: [UsageNotice.News]) -> [StoreEntry] {
        var account = account
        let before = accounts[account.name]
        let news = news + account.review(terms, minutesUsed: pool(of: account.name).minutesUsed, in: thisMonth)
        let isKept = !news.isEmpty || before?.creditsSpent ?? 0 != account.creditsSpent || before == nil && terms.credits != nil
        if isKept { accounts[account.name] = account }
        if let left = account.left(terms), terms.autoRecharge?.due(left: left) ?? 0 > 0 { recharge(id) }
        for one in news { metrics.told(one) }
        guard isKept else { return [] }
        let notices = news.map { notice($0, of: id).entry }
        return [.document(account.document)] + notices + (notices.isEmpty ? [] : [identifiers.mark])
    }

    private var thisMonth: Month { Month(of: world.wallTime) }

    private func notice(_ news: UsageNotice.News, of tenant: String) -> UsageNotice {
        UsageNotice(type: news.type, id: identifiers.next(), at: world.wallTime, tenant: tenant, content: news.content)
    }

    /// What goes with a tenant that is no more.
    func farewell(of subject: Identities.Subject) -> [StoreEntry] {
        guard case .tenant(let id) = subject else { return [] }
        let name = administration.identities.name(ofTenant: id)
        return accounts[name] == nil ? [] : [.document(CarrierAccount.farewell(of: name))]
    }

    func forget(tenant name: String) {
        use.forget(tenant: name)
        accounts[name] = nil
    }

    // MARK: recharging

    private func recharge(_ id: String) {
        due.insert(id)
        guard !isRecharging, !isDraining, let loop else { return }
        isRecharging = true
        loop.detach { await $0.rechargeAll() }
    }

    private func rechargeAll() async {
        while !isDraining, let id = due.min() {
            do { try await recharged(id) } catch let invalid as InvalidChange {
                log(.error, "credits", "cannot be recharged", ["tenant": id, "because": invalid.description])
            } catch {
                alarm =
                    alarm
                    ?? loop?.makeAlarm { accounts in
                        accounts.isRecharging = false
                        if let id = accounts.due.min() { accounts.recharge(id) }
                    }
                alarm?.set(at: world.now + Self.retry)
                return
            }
            due.remove(id)
        }
        isRecharging = false
    }

    /// A change of the tenant's configuration like any other, by an author of its own. Judged anew when its turn has come: somebody may have paid
    /// in since.
    private func recharged(_ id: String) async throws {
        let author = Author(asker: .platform, by: "auto-recharge", role: "service", source: "recharge", request: "")
        var news: UsageNotice.News?
        try await administration.reconfigure(for: author) { directory in
            guard var tenant = directory.tenant(id) else { return [] }
            let terms = CarrierTerms(tenant), account = account(of: administration.identities.name(ofTenant: id))
            guard let paidIn = terms.credits, let left = account.left(terms), let amount = terms.autoRecharge?.due(left: left), amount > 0
            else { return [] }
            tenant.settings.communicationsCreditsBalance = paidIn + amount
            news = UsageNotice.News(type: .creditsRecharged, content: .recharge(amount: amount, left: left + amount))
            return [.putTenant(tenant)]
        } with: { _ in
            [news.map { notice($0, of: id).entry }].compactMap { $0 }
        }
        if let news { metrics.told(news) }
    }
}
