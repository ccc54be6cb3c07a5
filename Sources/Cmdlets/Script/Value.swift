/// What a script computes with: PowerShell's values, as far as they can be had without .NET (about_Types of PowerShell's documentation).
///
/// Arrays, hashtables and objects are shared by reference, as there.
enum Value {
    /// `$null`.
    case null
    /// What a command that put out nothing leaves: like `$null`, but nothing goes into a pipeline.
    case nothing
    case truth(Bool)
    case integer(Int)
    case real(Double)
    case character(Unicode.Scalar)
    case text(String)
    case moment(Moment)
    /// Milliseconds.
    case span(Int)
    case array(ArrayBox)
    case table(TableBox)
    case object(ObjectBox)
    case block(BlockValue)
    case type(TypeName)
}

/// Several values in a row.
final class ArrayBox {
    enum Kind {
        /// `@( )`: of fixed length.
        case fixed
        /// `System.Collections.ArrayList`, which grows.
        case list
        /// `System.Collections.Generic.List[…]`, which grows as well.
        case generic
    }
    let kind: Kind
    /// What each item of an array of fixed length is.
    var element: TypeName.Kind
    var items: [Value]

    init(_ items: [Value], kind: Kind = .fixed, of element: TypeName.Kind = .any) {
        self.items = items
        self.kind = kind
        self.element = element
    }

    var typeName: String { kind == .fixed ? element.arrayName : kind.typeName }
}

extension ArrayBox.Kind {
    var typeName: String {
        switch self {
        case .fixed: "System.Object[]"
        case .list: "System.Collections.ArrayList"
        case .generic: "System.Collections.Generic.List`1"
        }
    }
}

/// A hashtable, in the order in which its keys were put in.
final class TableBox {
    enum Kind {
        case hashtable, ordered
        /// `System.Collections.Generic.Dictionary[…]`.
        case dictionary
        /// What `ConvertFrom-Json -AsHashtable` makes: a hashtable that keeps its order.
        case orderedHashtable
    }
    let kind: Kind
    /// Whether texts that differ by case alone are two keys: so in what `new` makes, unlike `@{ }`.
    let isCaseSensitive: Bool
    private(set) var entries: [(key: Value, value: Value)] = []
    private var places: [String: Int] = [:]

    init(_ kind: Kind = .hashtable, isCaseSensitive: Bool = false) { (self.kind, self.isCaseSensitive) = (kind, isCaseSensitive) }

    var isOrdered: Bool { kind == .ordered }

    private func name(of key: Value) -> String {
        switch key {
        case .integer(let integer): "#\(integer)"
        default: "'" + (isCaseSensitive ? key.text : key.text.lowercased())
        }
    }

    subscript(key: Value) -> Value? {
        get { places[name(of: key)].map { entries[$0].value } }
        set {
            let name = name(of: key)
            switch (places[name], newValue) {
            case (let place?, let value?): entries[place].value = value
            case (nil, let value?):
                places[name] = entries.count
                entries.append((key, value))
            case (let place?, nil):
                entries.remove(at: place)
                places[name] = nil
                for (other, at) in places where at > place { places[other] = at - 1 }
            case (nil, nil): break
            }
        }
    }

    subscript(name: String) -> Value? {
        get { self[.text(name)] }
        set { self[.text(name)] = newValue }
    }

    /// The text that is the key, as it was put in.
    func key(like name: String) -> String? { places[self.name(of: .text(name))].map { entries[$0].key.text } }

    func removeAll() {
        entries = []
        places = [:]
    }

    func replaceValue(at index: Int, with value: Value) { entries[index].value = value }

    func copy() -> TableBox {
        let copy = TableBox(kind, isCaseSensitive: isCaseSensitive)
        (copy.entries, copy.places) = (entries, places)
        return copy
    }
}

extension TableBox.Kind {
    var typeName: String {
        switch self {
        case .hashtable: "System.Collections.Hashtable"
        case .ordered: "System.Collections.Specialized.OrderedDictionary"
        case .dictionary: "System.Collections.Generic.Dictionary`2"
        case .orderedHashtable: "System.Management.Automation.OrderedHashtable"
        }
    }
}

/// An object with named properties, in order.
final class ObjectBox {
    struct Property {
        let name: String
        var value: Value
    }
    /// As `Get-Member` names it.
    let typeName: String
    var properties: [Property]
    /// What it is as text; nil for `@{name=value; …}`.
    let display: String?
    /// Put out by a cmdlet of the service: a property that it has not is an error there, not `$null`.
    let isOfService: Bool
    /// How it is to be shown, if a `Format-` cmdlet said so.
    var view: FormatView?
    /// Properties that it has by name and that are not shown.
    var hidden: [Property] = []

    init(
        _ properties: [Property], typeName: String = "System.Management.Automation.PSCustomObject", display: String? = nil,
        isOfService: Bool = false
    ) {
        self.properties = properties
        self.typeName = typeName
        self.display = display
        self.isOfService = isOfService
    }

    convenience init(_ properties: KeyValuePairs<String, Value>, typeName: String, display: String? = nil) {
        self.init(properties.map { Property(name: $0.key, value: $0.value) }, typeName: typeName, display: display)
    }

    /// What the types of objects begin with that cmdlets of the service put out.
    static let serviceTypes = "Microsoft.Rtc.Management."

    /// Whether it stands for a name that a cmdlet of the service put out, as a policy of a user does.
    var isName: Bool { display != nil && isOfService && typeName.hasPrefix(Self.serviceTypes) }

    subscript(name: String) -> Value? { index(of: name).map { properties[$0].value } }

    func index(of name: String) -> Int? { properties.firstIndex { $0.name.isSameName(as: name) } }

    /// Sets a property, or adds it.
    func set(_ name: String, _ value: Value) {
        if let index = index(of: name) { properties[index].value = value } else { properties.append(Property(name: name, value: value)) }
    }
}

/// A `{ … }` as a value.
struct BlockValue {
    let block: Block
}

extension Value {
    /// The items that it is to a pipeline or a loop: those of an array, none of nothing, and anything else alone.
    var items: [Value] {
        switch self {
        case .array(let box): box.items
        case .nothing: []
        case .null, .truth, .integer, .real, .character, .text, .moment, .span, .table, .object, .block, .type: [self]
        }
    }

    /// The values as one: nothing, the only one, or an array.
    init(gathered values: [Value]) {
        self = values.isEmpty ? .nothing : values.count == 1 ? values[0] : .array(ArrayBox(values))
    }

    static func list(_ values: [Value]) -> Value { .array(ArrayBox(values)) }
    static func texts(_ values: some Sequence<String>) -> Value { .array(ArrayBox(values.map { .text($0) })) }

    var isNull: Bool {
        switch self {
        case .null, .nothing: true
        default: false
        }
    }

    /// `$null` for nothing: what a variable, an argument or an item of an array holds.
    var held: Value { if case .nothing = self { .null } else { self } }

    /// UTF-8 bytes of the text in it, and 16 for each item; what is shared counts each time.
    var size: Int {
        switch self {
        case .text(let text): text.utf8.count
        case .array(let box): box.items.reduce(0) { $0 + $1.ownSize }
        case .table(let box): box.entries.reduce(0) { $0 + $1.key.ownSize + $1.value.ownSize }
        case .object(let box): box.properties.reduce(0) { $0 + $1.value.ownSize }
        default: 16
        }
    }

    private var ownSize: Int { if case .text(let text) = self { text.utf8.count + 16 } else { 16 } }

    /// The full name of its .NET type, or what comes nearest.
    var typeName: String {
        switch self {
        case .null, .nothing: "null"
        case .truth: "System.Boolean"
        case .integer(let integer): Int32(exactly: integer) == nil ? "System.Int64" : "System.Int32"
        case .real: "System.Double"
        case .character: "System.Char"
        case .text: "System.String"
        case .moment: "System.DateTime"
        case .span: "System.TimeSpan"
        case .array(let box): box.typeName
        case .table(let box):
            box.kind.typeName
        case .object(let box): box.typeName
        case .block: "System.Management.Automation.ScriptBlock"
        case .type: "System.RuntimeType"
        }
    }
}
