import Foundation

/// What a step must keep within; counts and ratios, since times of a shared machine are no gate.
struct Thresholds: Decodable {
    let errors: Int
    let lost: Int
    let mismatched: Int
    /// Repeated datagrams in a hundred calls.
    let repetitionsPercent: Double
    /// Complete dial-outs in a hundred that were due.
    let completePercent: Double
    /// Of the service for a dial-out, in microseconds; wide, against mistakes and not against slow machines.
    let processorMicroseconds: Double
    /// Of the service for a call that is up, where a thousand or more are.
    let bytesPerCall: Int

    init(file: String) throws { self = try JSONDecoder().decode(Self.self, from: Data(contentsOf: URL(filePath: file))) }

    /// Each that the step broke, as a sentence.
    func broken(by report: StepReport) -> [String] {
        var broken: [String] = []
        func require(_ name: String, _ value: Double, atMost limit: Double) {
            if value > limit { broken.append("\(Int(report.offered)) calls/s: \(name) \(value), at most \(limit)") }
        }
        let whole = Double(report.complete + report.lost) + Double(report.errors.values.reduce(0, +))
        require("errors", Double(report.errors.values.reduce(0, +)), atMost: Double(errors))
        require("lost", Double(report.lost), atMost: Double(lost))
        require("mismatched", Double(report.mismatched), atMost: Double(mismatched))
        require("repetitions in %", Double(report.repetitions) / whole * 100, atMost: repetitionsPercent)
        require("not complete in %", 100 - Double(report.complete) / whole * 100, atMost: 100 - completePercent)
        if let processor = report.processor { require("µs of processor", processor, atMost: processorMicroseconds) }
        if let bytes = report.bytesPerCall, report.mostCallsUp >= 1000 {
            require("bytes a call", Double(bytes), atMost: Double(bytesPerCall))
        }
        return broken
    }
}
