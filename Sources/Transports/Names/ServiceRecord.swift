/// One SRV record (RFC 2782): a host and port that serve a name.
struct ServiceRecord: Hashable, Sendable {
    let priority: UInt16
    let weight: UInt16
    let port: UInt16
    /// Without the dot at its end.
    let target: String

    /// A target of "." says that the service is decidedly not there (RFC 2782).
    static let absence = ServiceRecord(priority: 0, weight: 0, port: 0, target: "")
}

extension [ServiceRecord] {
    /// The order in which to try them: by priority, and among equals drawn by weight, those of weight 0 with a very small chance (RFC 2782).
    func ordered(using random: inout some RandomNumberGenerator) -> [ServiceRecord] {
        var ordered: [ServiceRecord] = []
        for priority in Set(map(\.priority)).sorted() {
            var equals = filter { $0.priority == priority }.sorted { $0.weight == 0 && $1.weight != 0 }
            while equals.count > 1 {
                var draw = Int.random(in: 0...equals.reduce(0) { $0 + Int($1.weight) }, using: &random)
                let drawn = equals.firstIndex { record in
                    draw -= Int(record.weight)
                    return draw <= 0
                }
                ordered.append(equals.remove(at: drawn ?? 0))
            }
            ordered += equals
        }
        return ordered
    }
}

/// The SRV records of a DNS response (RFC 1035 §4), ``ServiceRecord/absence`` alone where there is to be none, and for how many seconds they hold. Nil when it is cut or makes no sense.
struct ServiceResponse: Equatable {
    private(set) var records: [ServiceRecord] = []
    private(set) var seconds = Int.max

    /// Records that are looked at.
    static let recordLimit = 32
    private static let serviceType = 33, internet = 1

    init?(_ bytes: [UInt8]) {
        var reader = Reader(bytes: bytes, at: 4), isAbsent = false
        guard let questions = reader.word(), let answers = reader.word() else { return nil }
        reader.at = 12
        for _ in 0..<questions {
            guard reader.name() != nil, reader.skip(4) else { return nil }
        }
        for _ in 0..<min(answers, Self.recordLimit) {
            guard reader.name() != nil, let type = reader.word(), let kind = reader.word(), let high = reader.word(),
                let low = reader.word(),
                let length = reader.word(), reader.at + length <= bytes.count
            else { return nil }
            let end = reader.at + length
            seconds = min(seconds, high << 16 | low)
            if type == Self.serviceType, kind == Self.internet {
                guard let priority = reader.word(), let weight = reader.word(), let port = reader.word(), let target = reader.name(),
                    reader.at == end
                else { return nil }
                isAbsent = isAbsent || target.isEmpty
                if !target.isEmpty, port > 0 {
                    records.append(
                        ServiceRecord(priority: UInt16(priority), weight: UInt16(weight), port: UInt16(port), target: target))
                }
            }
            reader.at = end
        }
        if isAbsent, records.isEmpty { records = [.absence] }
    }

    private struct Reader {
        let bytes: [UInt8]
        var at: Int

        mutating func skip(_ count: Int) -> Bool {
            at += count
            return at <= bytes.count
        }

        mutating func word() -> Int? {
            guard at + 2 <= bytes.count else { return nil }
            defer { at += 2 }
            return Int(bytes[at]) << 8 | Int(bytes[at + 1])
        }

        /// A name with its compression undone; each pointer leads backwards, so that there is an end to it.
        mutating func name() -> String? {
            var labels: [String] = [], from = at, after: Int?, length = 0
            while from < bytes.count {
                let count = Int(bytes[from])
                switch count >> 6 {
                case 0 where count == 0:
                    at = after ?? from + 1
                    return labels.joined(separator: ".")
                case 0:
                    length += count + 1
                    guard length <= 255, from + 1 + count <= bytes.count else { return nil }
                    let label = bytes[from + 1...from + count]
                    guard label.allSatisfy({ $0 > 32 && $0 < 127 && $0 != UInt8(ascii: ".") }) else { return nil }
                    labels.append(String(decoding: label, as: UTF8.self))
                    from += 1 + count
                case 3:
                    guard from + 1 < bytes.count else { return nil }
                    let target = (count & 0x3F) << 8 | Int(bytes[from + 1])
                    guard target < from else { return nil }
                    after = after ?? from + 2
                    from = target
                default: return nil
                }
            }
            return nil
        }
    }
}
