/// The wait for the last call and the last entry of the log: a drain's.
final class Quiet {
    private let ledger: Ledger
    private var hasCalls: () -> Bool = { true }
    private var waiters: [CheckedContinuation<Void, Never>] = []

    init(_ ledger: Ledger) { self.ledger = ledger }

    /// Returns once there are no calls and everything of them is on disk.
    func wait(while hasCalls: @escaping () -> Bool) async {
        self.hasCalls = hasCalls
        await withCheckedContinuation { waiter in
            waiters.append(waiter)
            look()
        }
    }

    /// Called where the last work may just have ended.
    func look() {
        guard !waiters.isEmpty, !hasCalls() else { return }
        guard ledger.isIdle else { return ledger.whenCommitted { [weak self] in self?.look() } }
        giveUp()
    }

    /// Waits no more.
    func giveUp() {
        for waiter in waiters { waiter.resume() }
        (waiters, hasCalls) = ([], { true })
    }
}
