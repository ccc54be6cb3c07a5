/// Lets one piece of work in after the other for each key, in the order they came.
final class KeyedTurns {
    private var waiting: [String: [CheckedContinuation<Void, Never>]] = [:]

    func enter(_ key: String) async {
        guard waiting[key] != nil else {
            waiting[key] = []
            return
        }
        await withCheckedContinuation { waiting[key]!.append($0) }
    }

    /// False, and nothing is to be left, where so many wait for that key already.
    func enter(_ key: String, behindAtMost limit: Int) async -> Bool {
        guard waiting[key].map({ $0.count < limit }) ?? true else { return false }
        await enter(key)
        return true
    }

    func leave(_ key: String) {
        if waiting[key]?.isEmpty == false { waiting[key]!.removeFirst().resume() } else { waiting[key] = nil }
    }
}
