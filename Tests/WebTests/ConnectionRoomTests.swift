import Basis
import Testing
import Web

@Suite("Room for connections")
struct ConnectionRoomTests {
    private typealias Standing = ConnectionRoom.Standing<Int>

    @Test("a new connection displaces who said nothing for longest, and nobody who waits for an answer or a stream")
    func displaces() {
        let connections = (0..<20_000).map {
            Standing($0, lastHeard: .zero + .milliseconds(($0 * 7_919) % 20_000), owesNothing: $0 % 2 == 0)
        }
        let room = ConnectionRoom(), displaced = room.displaced(connections)
        #expect(room.limit == 20_000 && displaced.count == 200)
        #expect(Set(displaced) == Set((0..<20_000).filter { $0 % 2 == 0 && ($0 * 7_919) % 20_000 < 400 }))
        #expect(ConnectionRoom(limit: 2).displaced([Standing(1, lastHeard: .zero, owesNothing: true)]) == [1])
        #expect(room.displaced((0..<9).map { Standing($0, lastHeard: .zero, owesNothing: false) }).isEmpty)
    }
}
