import Synchronization
import Testing

@testable import Store

/// One thread reads, another takes: nothing is lost, turned round or piled up.
@Suite("Reading ahead")
struct ReadAheadTests {
    private enum Fault: Error, Equatable { case read, taken(Int), ended(String) }

    /// Numbers from 0 on, of which some thousand fill the batches that may wait several times; with what was read when each was taken.
    private func run(
        _ count: Int, failsAt: Int? = nil, takes: Int = .max, _ taken: inout [Int], read: @escaping @Sendable (Int) -> Void = { _ in }
    ) throws(Fault) -> String {
        try ReadAhead<Int>.run(
            { take in
                for number in 0..<count {
                    if number == failsAt { throw Fault.read }
                    read(number)
                    try take(number)
                }
                return "\(count) read"
            },
            { number throws(Fault) in
                guard number < takes else { throw Fault.taken(number) }
                taken.append(number)
            }, else: { Fault.ended("\($0)") })
    }

    @Test(
        "all are taken in the order in which they were read, and what the reader returns comes after them",
        arguments: [0, 1, 127, 128, 129, 5_000])
    func order(count: Int) throws {
        var taken: [Int] = []
        #expect(try run(count, &taken) == "\(count) read")
        #expect(taken == Array(0..<count))
    }

    @Test("what the reader throws is told after all that it had read", arguments: [0, 1, 128, 3_000])
    func readFault(place: Int) {
        var taken: [Int] = []
        #expect(throws: Fault.ended("read")) { try run(5_000, failsAt: place, &taken) }
        #expect(taken == Array(0..<place))
    }

    @Test("what cannot be taken ends the reading soon", arguments: [0, 1, 200])
    func takeFault(place: Int) {
        var taken: [Int] = []
        let newest = Atomic(-1)
        #expect(throws: Fault.taken(place)) { try run(1_000_000, takes: place, &taken) { newest.store($0, ordering: .relaxed) } }
        #expect(taken == Array(0..<place))
        #expect(newest.load(ordering: .relaxed) < place + 2_000)
    }

    @Test("the reader is never far ahead")
    func bound() throws {
        let newest = Atomic(-1)
        var furthest = 0
        _ = try ReadAhead<Int>.run(
            { take in
                for number in 0..<10_000 {
                    newest.store(number, ordering: .relaxed)
                    try take(number)
                }
            }, { number throws(Fault) in furthest = max(furthest, newest.load(ordering: .relaxed) - number) },
            else: { Fault.ended("\($0)") })
        #expect((0...6 * 128).contains(furthest), "\(furthest)")
    }
}
