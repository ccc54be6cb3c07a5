import Basis

/// A log of the store. Each node writes one of its own (docs/decisions/a-log-for-each-node.md); where there is one node it is the first.
package struct LogID: Hashable, Comparable, Sendable, CustomStringConvertible {
    /// From 1 to 9999.
    package let number: UInt16

    package static let first = LogID(number: 1)

    private init(number: UInt16) { self.number = number }

    /// Nil where no log has that number.
    package init?(_ number: Int) {
        guard (1...9999).contains(number) else { return nil }
        self.init(number: UInt16(number))
    }

    package static func < (left: LogID, right: LogID) -> Bool { left.number < right.number }
    package var description: String { "\(number)" }
}

/// How far somebody has come in each log. It is the id of an event in a stream, good at every node.
///
/// In text a place of the first log alone is its decimal digits, and all others are `log:place`, with commas between.
package struct LogPlaces: Equatable, Sendable {
    private struct Other: Equatable, Sendable {
        let log: LogID
        var place: Int64
    }

    private var first: Int64
    /// Of the logs behind the first, in their order; none of them is at 0.
    private var others: [Other] = []

    /// Before everything, but for one log.
    package init(_ place: Int64 = 0, of log: LogID = .first) {
        first = 0
        self[log] = place
    }

    /// 0 where a log has not been begun.
    package subscript(log: LogID) -> Int64 {
        get { log == .first ? first : others.first { $0.log == log }?.place ?? 0 }
        set {
            if log == .first { return first = newValue }
            let index = others.firstIndex { $0.log >= log } ?? others.endIndex
            if index < others.endIndex, others[index].log == log { others.remove(at: index) }
            if newValue > 0 { others.insert(Other(log: log, place: newValue), at: index) }
        }
    }

    /// Whether it is further than another in any log.
    package func isBeyond(_ other: LogPlaces) -> Bool { first > other.first || others.contains { $0.place > other[$0.log] } }

    /// The logs in which it is further than another, in their order.
    package func logs(beyond other: LogPlaces) -> [LogID] {
        (first > other.first ? [.first] : []) + others.filter { $0.place > other[$0.log] }.map(\.log)
    }

    /// The further of the two in each log.
    package func joined(_ other: LogPlaces) -> LogPlaces {
        var joined = self
        for log in other.logs(beyond: self) { joined[log] = other[log] }
        return joined
    }

    /// The logs that it has come to.
    package var logs: [LogID] { logs(beyond: LogPlaces()) }
}

extension LogPlaces: LosslessStringConvertible {
    package var description: String {
        others.isEmpty ? String(first) : logs.map { "\($0):\(self[$0])" }.joined(separator: ",")
    }

    /// Where a log is named twice, its further place counts.
    package init?(_ text: String) {
        if let place = Int64(decimal: text) {
            self.init(place)
            return
        }
        self.init()
        for part in text.split(separator: ",", omittingEmptySubsequences: false) {
            guard let words = part.wholeMatch(of: /([1-9][0-9]{0,3}):([0-9]{1,18})/), let log = Int(words.1).flatMap({ LogID($0) }),
                let place = Int64(words.2)
            else { return nil }
            self[log] = max(self[log], place)
        }
    }
}
