/// Where values go that are put out.
protocol Sink: AnyObject {
    func take(_ value: Value) throws(Stop)
}

extension Sink {
    /// The items of an array one by one, and anything else as it is.
    func takeItems(of value: Value) throws(Stop) {
        for item in value.items { try take(item) }
    }
}

/// Gathers what is put out.
final class Collector: Sink {
    private(set) var values: [Value] = []
    private let run: Interpreter

    init(_ run: Interpreter) { self.run = run }

    func take(_ value: Value) throws(Stop) {
        try run.meter.step()
        try run.meter.checkCount(values.count + 1)
        values.append(value.held)
    }

    var gathered: Value { Value(gathered: values) }
}

/// Drops what is put out.
final class Drain: Sink {
    func take(_ value: Value) {}
}

/// What the whole script puts out.
final class Console: Sink {
    private let run: Interpreter

    init(_ run: Interpreter) { self.run = run }

    func take(_ value: Value) throws(Stop) {
        try run.put(out: value.held)
    }
}

extension Interpreter {
    /// Puts a value out of the script.
    func put(out value: Value) throws(Stop) {
        try meter.put(out: value)
        var values = PlainValues()
        let plain = values.plain(value)
        try meter.make(bytes: values.count * 64)
        let object: OutputObject =
            if case .object(let object) = plain, object.display == nil { object } else { OutputObject(["Value": plain]) }
        streams.output.append(object)
        streams.items.append(.value(value))
    }
}
