/// Values on their way to the cmdlets of the service and back.
extension Given {
    var asBinding: Binder.Given {
        switch self {
        case .named(let name, let value, let word, let place):
            .parameter(name, value: word.map { .text($0) } ?? value?.asCmdletValue(), place)
        case .positional(let value, let word, let place): .value(word.map { .text($0) } ?? value.asCmdletValue(), place)
        }
    }
}

extension Value {
    /// As a cmdlet takes it: data without references. What lies deeper than ``Meter/levelLimit`` is its text.
    func asCmdletValue(_ level: Int = 0) -> CmdletValue {
        guard level < Meter.levelLimit else { return .text(typeName) }
        switch self {
        case .null, .nothing: return .null
        case .truth(let truth): return .truth(truth)
        case .integer(let integer): return .integer(integer)
        case .real(let real): return .real(real)
        case .text(let text): return .text(text)
        case .moment(let moment):
            return .text(moment.formatted(moment.milliseconds % 1_000 == 0 ? "yyyy-MM-ddTHH:mm:ssZ" : "yyyy-MM-ddTHH:mm:ss.fffZ"))
        case .array(let box): return .list(box.items.map { $0.asCmdletValue(level + 1) })
        case .table(let box):
            return .table(
                Dictionary(box.entries.map { ($0.key.text.lowercased(), $0.value.asCmdletValue(level + 1)) }, uniquingKeysWith: { $1 }))
        case .object(let box):
            return .object(
                OutputObject(
                    properties: box.properties.map { OutputObject.Property(name: $0.name, value: $0.value.asCmdletValue(level + 1)) }))
        case .character, .span, .block, .type: return .text(text)
        }
    }

    /// As a cmdlet puts it out.
    init(_ value: CmdletValue, of cmdlet: Cmdlet) {
        let noun = cmdlet.name.split(separator: "-", maxSplits: 1).last.map(String.init) ?? cmdlet.name
        self.init(value, typeName: "Microsoft.Rtc.Management." + noun)
    }

    private init(_ value: CmdletValue, typeName: String) {
        switch value {
        case .null: self = .null
        case .truth(let truth): self = .truth(truth)
        case .integer(let integer): self = .integer(integer)
        case .real(let real): self = .real(real)
        case .text(let text): self = .text(text)
        case .list(let items): self = .array(ArrayBox(items.map { Value($0, typeName: typeName) }))
        case .table(let entries):
            let table = TableBox()
            for key in entries.keys.sorted() { table[key] = Value(entries[key]!, typeName: typeName) }
            self = .table(table)
        case .object(let object):
            self = .object(
                ObjectBox(
                    object.properties.map { ObjectBox.Property(name: $0.name, value: Value($0.value, typeName: typeName)) },
                    typeName: typeName,
                    isOfService: true))
        }
    }
}
