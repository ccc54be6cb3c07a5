import Basis

/// How often a length of time fell below each bound, as Prometheus counts it.
package struct Histogram: Equatable, Sendable {
    /// Upper bounds in seconds, for what takes less than a second and for what people wait for.
    package static let lagBounds = [0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30, 60, 300, 3600]

    /// For syncs of a disk, of which the quick ones differ too.
    package static let syncBounds = [0.0001, 0.00025, 0.0005] + lagBounds.prefix { $0 <= 10 }

    /// For answers to requests: fewer, since there is one for each operation.
    package static let answerBounds = [0.005, 0.025, 0.1, 0.5, 2.5, 10]

    package let bounds: [Double]
    package private(set) var counts: [Int]
    package private(set) var sum = 0.0

    package init(_ bounds: [Double]) {
        self.bounds = bounds
        counts = Array(repeating: 0, count: bounds.count + 1)
    }

    package mutating func note(_ seconds: Double) {
        counts[bounds.firstIndex { seconds <= $0 } ?? bounds.count] += 1
        sum += seconds
    }

    /// Its lines without the family's head; `labels` as `name="value"`.
    func lines(_ name: String, labels: String = "") -> String {
        let comma = labels.isEmpty ? "" : ",", braces = labels.isEmpty ? "" : "{\(labels)}"
        var running = 0, text = ""
        for (bound, count) in zip(bounds.map { "\($0)" } + ["+Inf"], counts) {
            running += count
            text += "\(name)_bucket{\(labels)\(comma)le=\"\(bound)\"} \(running)\n"
        }
        return text + "\(name)_sum\(braces) \(sum)\n\(name)_count\(braces) \(running)\n"
    }

    mutating func note(_ time: Duration) { note(Double(max(0, time.nanoseconds)) / 1e9) }

    func text(_ name: String, _ help: String) -> String {
        "# HELP \(name) \(help)\n# TYPE \(name) histogram\n" + lines(name)
    }
}

/// Prometheus's text exposition format, version 0.0.4.
enum Exposition {
    static func family(_ name: String, _ type: String, _ help: String, _ samples: [(labels: String, value: String)]) -> String {
        samples.reduce("# HELP \(name) \(help)\n# TYPE \(name) \(type)\n") { $0 + "\(name)\($1.labels) \($1.value)\n" }
    }
}
