/// What cmdlets take and give.
package indirect enum CmdletValue: Equatable, Sendable {
    case null
    case truth(Bool)
    case integer(Int)
    case real(Double)
    case text(String)
    /// Milliseconds since 1970.
    case moment(Int)
    case list([CmdletValue])
    /// A hashtable; keys in lower case.
    case table([String: CmdletValue])
    case object(OutputObject)

    static func optional(_ value: (some CustomStringConvertible)?) -> CmdletValue { value.map { .text($0.description) } ?? .null }
    static func moment(_ unix: Int?) -> CmdletValue { unix.map { .moment($0) } ?? .null }
    static func texts(_ values: some Sequence<some CustomStringConvertible>) -> CmdletValue { .list(values.map { .text($0.description) }) }

    /// As PowerShell turns a value into text; nil for what has no one text.
    package var text: String? {
        switch self {
        case .null: ""
        case .truth(let truth): truth ? "True" : "False"
        case .integer(let integer): String(integer)
        case .real(let real): NumberText.general(real)
        case .text(let text): text
        case .moment(let unix): Moment(unix: unix).timestamp
        case .list(let items) where items.count == 1: items[0].text
        case .object(let object): object.display
        case .list, .table: nil
        }
    }

    /// The items of a list, none of null, and anything else alone.
    var items: [CmdletValue] {
        switch self {
        case .null: []
        case .list(let items): items
        case .truth, .integer, .real, .text, .moment, .table, .object: [self]
        }
    }

    /// The property of an object or the entry of a hashtable, of either case.
    subscript(property name: String) -> CmdletValue? {
        switch self {
        case .object(let object): object[name]
        case .table(let entries): entries[name.lowercased()]
        case .null, .truth, .integer, .real, .text, .moment, .list: nil
        }
    }

    /// As `Format-List` shows it: lists in braces.
    var shown: String {
        switch self {
        case .list(let items): "{" + items.map(\.shown).joined(separator: ", ") + "}"
        case .table(let entries): "{" + entries.keys.sorted().joined(separator: ", ") + "}"
        case .object(let object): object.display ?? object.properties.map { "\($0.name)=\($0.value.shown)" }.joined(separator: ";")
        case .null, .truth, .integer, .real, .text, .moment: text!
        }
    }
}

/// What a cmdlet puts out: named values in the order in which they are documented. In JSON an object.
package struct OutputObject: Equatable, Sendable {
    package struct Property: Equatable, Sendable {
        package var name: String
        package var value: CmdletValue
    }

    package internal(set) var properties: [Property]
    /// What it is as text, where it stands for a name, as a policy of a user does; in JSON it is that text.
    let display: String?
    /// Whether a script finds it as a dictionary, such as the parameters of a command.
    var isDictionary = false

    init(_ properties: KeyValuePairs<String, CmdletValue>, display: String? = nil) {
        self.init(properties: properties.map { Property(name: $0.key, value: $0.value) }, display: display)
    }

    init(properties: [Property], display: String? = nil) { (self.properties, self.display) = (properties, display) }

    /// The value of the property of that name, of either case.
    package subscript(name: String) -> CmdletValue? {
        properties.first { $0.name.isSameName(as: name) }?.value
    }
}

extension CmdletValue: Encodable {
    package func encode(to encoder: any Encoder) throws {
        var container = encoder.singleValueContainer()
        switch self {
        case .null: try container.encodeNil()
        case .truth(let truth): try container.encode(truth)
        case .integer(let integer): try container.encode(integer)
        case .real(let real): if real.isFinite { try container.encode(real) } else { try container.encode(NumberText.general(real)) }
        case .text(let text): try container.encode(text)
        case .moment: try container.encode(text)
        case .list(let items): try container.encode(items)
        case .table(let entries): try container.encode(entries)
        case .object(let object): try container.encode(object)
        }
    }
}

extension OutputObject: Encodable {
    private struct Key: CodingKey {
        let stringValue: String
        var intValue: Int? { nil }
        init(stringValue: String) { self.stringValue = stringValue }
        init?(intValue: Int) { nil }
    }

    package func encode(to encoder: any Encoder) throws {
        if let display {
            var container = encoder.singleValueContainer()
            return try container.encode(display)
        }
        var container = encoder.container(keyedBy: Key.self)
        for property in properties { try container.encode(property.value, forKey: Key(stringValue: property.name)) }
    }
}
