import Service
import Testing

@Suite("Places in several logs")
struct LogPlacesTests {
    @Test(
        "the id of an event is read back as it was written",
        arguments: ["0", "57", "2:33", "1:57,2:33", "2:33,9999:1", "1:1,2:9007199254740993,14:2"])
    func text(text: String) throws {
        #expect(try #require(LogPlaces(text)).description == text)
    }

    @Test(
        "what is no id is refused",
        arguments: [
            "", "-1", "+5", "abc", "1:", ":1", "1:2,", ",1:2", "0:1", "01:1", "10000:1", "1:-1", "1:+1", "1:2;3:4", "57,2:33",
            "1:1234567890123456789",
        ])
    func refused(text: String) {
        #expect(LogPlaces(text) == nil)
    }

    @Test("a log that is named twice is at its further place, and one at 0 is not begun")
    func named() throws {
        let places = try #require(LogPlaces("3:7,2:5,3:6,4:0"))
        #expect(places.description == "2:5,3:7" && places.logs.map(\.number) == [2, 3])
        #expect(LogPlaces("1:57")?.description == "57")
    }

    @Test("one is beyond another where it is further in any log, and two are joined log by log")
    func beyond() throws {
        let one = try #require(LogPlaces("1:5,2:9")), other = try #require(LogPlaces("1:7,2:3,4:1")), two = try #require(LogID(2))
        #expect(one.isBeyond(other) && other.isBeyond(one) && !one.isBeyond(one))
        #expect(one.logs(beyond: other) == [two] && other.logs(beyond: one).map(\.number) == [1, 4])
        #expect(one.joined(other).description == "1:7,2:9,4:1" && one.joined(other) == other.joined(one))
        var places = one
        places[two] = 0
        #expect(places == LogPlaces(5) && places[two] == 0)
    }
}
