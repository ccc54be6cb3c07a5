import Basis
import Testing

@testable import Service

@Suite("Waiting for a trunk is fair")
struct FairQueueTests {
    /// `tenant/organizer`, with an exclamation mark for what is urgent; the id is the place in the list.
    private func caller(_ name: String, _ id: Int) -> Caller {
        let parts = name.split(separator: "/")
        return Caller(
            id: SortableID(high: 0, low: UInt64(id)), tenant: String(parts[0]), organizer: String(parts[1].filter { $0 != "!" }),
            isUrgent: name.hasSuffix("!"))
    }

    private func queue(_ names: [String]) -> FairQueue {
        var queue = FairQueue()
        for (id, name) in names.enumerated() { queue.append(caller(name, id)) }
        return queue
    }

    static let orders: [(names: [String], order: [UInt64])] = [
        (["a/x", "a/x", "a/x"], [0, 1, 2]),
        (["a/x", "a/x", "a/x", "a/y"], [0, 3, 1, 2]),
        (["a/x", "a/x", "a/x", "b/z"], [0, 3, 1, 2]),
        (["a/x", "a/y", "a/x", "a/y", "b/z", "b/z"], [0, 4, 1, 5, 2, 3]),
        (["a/x", "a/x", "a/x!"], [2, 0, 1]),
        (["a/x", "a/x", "a/y!", "b/z"], [2, 3, 0, 1]),
        (["b/z", "a/x!", "a/y!", "a/x!"], [0, 1, 2, 3]),
    ]

    @Test("tenants take turns, urgent calls go first in their own tenant, organizers take turns, an organizer's calls keep their order")
    func order() {
        for (names, order) in Self.orders {
            let queue = queue(names)
            #expect(queue.order.map(\.low) == order, "\(names)")
            for (place, id) in order.enumerated() { #expect(queue.position(of: SortableID(high: 0, low: id)) == place + 1, "\(names)") }
        }
    }

    @Test("one organizer's three hundred calls let another's one through after one of theirs")
    func batch() {
        var queue = queue(Array(repeating: "a/many", count: 300))
        for _ in 0..<7 { _ = queue.next() }
        queue.append(caller("a/one", 1_000))
        #expect(queue.position(of: SortableID(high: 0, low: 1_000))! <= 2)
    }

    @Test("one organizer takes a third of the places and a tenant half, so that others find one")
    func places() {
        var queue = FairQueue(), taken: [String: Int] = [:], id = 0
        for name in ["a/x", "a/y", "a/z", "b/x", "c/x"] {
            for _ in 0..<200 where queue.hasPlace(for: caller(name, id), limit: 100) {
                queue.append(caller(name, id))
                (taken[name, default: 0], id) = (taken[name, default: 0] + 1, id + 1)
            }
        }
        #expect(taken["a/x"] == 33 && taken["a/x", default: 0] + taken["a/y", default: 0] + (taken["a/z"] ?? 0) == 50)
        #expect(taken["b/x", default: 0] >= 16 && taken["c/x", default: 0] >= 8)
        #expect(queue.count <= 100)
        #expect(FairQueue().hasPlace(for: caller("a/x", 0), limit: 1) && !FairQueue().hasPlace(for: caller("a/x", 0), limit: 0))
    }

    @Test("whatever comes and goes: nobody is lost, nobody comes up twice, and nobody waits for more than one call of each other")
    func property() {
        for seed in 0..<50 {
            var random = SeededRandom(seed: UInt64(seed)), queue = FairQueue(), inside: [SortableID: Caller] = [:]
            var overtaken: [SortableID: [String: Int]] = [:], id = 0
            for _ in 0..<150 {
                switch Int.random(in: 0..<5, using: &random) {
                case 0...2:
                    let caller = caller("t\(Int.random(in: 0..<3, using: &random))/o\(Int.random(in: 0..<3, using: &random))", id)
                    id += 1
                    if !inside.values.contains(where: { $0.tenant == caller.tenant && $0.organizer == caller.organizer }) {
                        overtaken[caller.id] = [:]
                    }
                    inside[caller.id] = caller
                    queue.append(caller)
                case 3:
                    guard let next = queue.next() else { continue }
                    let served = inside.removeValue(forKey: next)
                    #expect(served != nil)
                    overtaken[next] = nil
                    for (waiting, counts) in overtaken where inside[waiting]?.tenant == served?.tenant {
                        overtaken[waiting] = counts.merging([served?.organizer ?? "": 1], uniquingKeysWith: +)
                        #expect(overtaken[waiting, default: [:]].values.allSatisfy { $0 <= 1 }, "seed \(seed)")
                    }
                default:
                    guard let gone = inside.keys.sorted().randomElement(using: &random) else { continue }
                    queue.remove(gone)
                    (inside[gone], overtaken[gone]) = (nil, nil)
                }
                #expect(queue.count == inside.count && Set(queue.order) == Set(inside.keys), "seed \(seed)")
            }
        }
    }
}
