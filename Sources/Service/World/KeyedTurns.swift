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

    func leave(_ key: String) {
        if waiting[key]?.isEmpty == false { waiting[key]!.removeFirst().resume() } else { waiting[key] = nil }
    }
}
