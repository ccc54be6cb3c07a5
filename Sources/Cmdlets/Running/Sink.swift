/// Where values go that are put out.
class Sink {
    func take(_ value: Value) throws(Stop) { fatalError("a sink takes values") }

    /// The items of an array one by one, and anything else as it is.
    final func takeItems(of value: Value) throws(Stop) {
        for item in value.items { try take(item) }
    }
}

/// Gathers what is put out.
final class Collector: Sink {
    private(set) var values: [Value] = []
    private let run: Interpreter

    init(_ run: Interpreter) { self.run = run }

    override func take(_ value: Value) throws(Stop) {
        try run.meter.step()
        try run.meter.checkCount(values.count + 1)
        values.append(value.held)
    }

    var gathered: Value { Value(gathered: values) }
}

/// Drops what is put out.
final class Drain: Sink {
    override func take(_ value: Value) {}
}

/// What the whole script puts out.
final class Console: Sink {
    private let run: Interpreter

    init(_ run: Interpreter) { self.run = run }

    override func take(_ value: Value) throws(Stop) {
        try run.meter.put(out: value)
        run.streams.items.append(.value(value.held))
    }
}
