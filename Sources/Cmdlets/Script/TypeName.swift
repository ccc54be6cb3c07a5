/// A type that a script names in `[ ]`, as far as there is one here.
struct TypeName: Equatable, Sendable {
    indirect enum Kind: Equatable, Sendable {
        case text, character, integer, real, truth, moment, span
        case any, array(of: Kind), list, table, ordered, custom, block, pattern, switched, void
        case math, convert, environment, address, culture
        case enumeration(Enumeration)
        /// An exception's name, which `catch` may give.
        case failure
    }
    let kind: Kind
    /// As it was written.
    let written: String

    /// Nil for what is not here.
    init?(_ written: String) {
        guard let kind = Self.kind(of: written) else { return nil }
        (self.kind, self.written) = (kind, written)
    }

    /// What tables of it are.
    var tableKind: TableBox.Kind { kind == .ordered ? .ordered : written.lowercased().contains("dictionary[") ? .dictionary : .hashtable }

    /// What lists of it are.
    var listKind: ArrayBox.Kind { written.lowercased().contains("arraylist") ? .list : .generic }

    private static func kind(of written: String) -> Kind? {
        var name = written.lowercased().filter { $0 != " " }
        if name.hasSuffix("[]") { return kind(of: String(name.dropLast(2))).map { .array(of: $0) } }
        if name.hasPrefix("system.") { name = String(name.dropFirst(7)) }
        if let known = names[name] { return known }
        if let enumeration = Enumeration.all.first(where: { $0.fullName.lowercased().dropFirst(7) == name }) {
            return .enumeration(enumeration)
        }
        let isGeneric = name.hasSuffix("]")
        for prefix in ["collections.generic.list[", "list[", "collections.objectmodel.collection["]
        where isGeneric && name.hasPrefix(prefix) {
            return .list
        }
        if name.hasPrefix("nullable["), isGeneric { return kind(of: String(name.dropFirst(9).dropLast())) }
        if isGeneric, name.hasPrefix("collections.generic.dictionary[") || name.hasPrefix("dictionary[") { return .table }
        if name.hasSuffix("exception") { return .failure }
        return nil
    }

    private static let names: [String: Kind] = [
        "string": .text, "char": .character, "int": .integer, "int32": .integer, "int64": .integer, "long": .integer, "int16": .integer,
        "uint32": .integer, "uint64": .integer, "byte": .integer, "uint16": .integer, "double": .real, "float": .real, "single": .real,
        "bool": .truth, "boolean": .truth, "datetime": .moment, "timespan": .span, "object": .any, "psobject": .custom,
        "management.automation.psobject": .custom, "array": .array(of: .any), "collections.arraylist": .list, "hashtable": .table,
        "collections.hashtable": .table, "collections.idictionary": .table, "ordered": .ordered,
        "collections.specialized.ordereddictionary": .ordered, "pscustomobject": .custom, "management.automation.pscustomobject": .custom,
        "scriptblock": .block, "management.automation.scriptblock": .block, "regex": .pattern, "text.regularexpressions.regex": .pattern,
        "switch": .switched, "management.automation.switchparameter": .switched, "void": .void, "math": .math, "convert": .convert,
        "environment": .environment, "mailaddress": .address, "net.mail.mailaddress": .address, "exception": .failure,
        "cultureinfo": .culture,
        "globalization.cultureinfo": .culture,
    ]

    static let known = names.keys.filter { !$0.contains(".") }.sorted()

    /// As PowerShell shows it within text.
    var short: String { written }
}

extension TypeName.Kind {
    /// What .NET calls an array of it.
    var arrayName: String {
        let name =
            switch self {
            case .text: "String"
            case .integer: "Int32"
            case .real: "Double"
            case .truth: "Boolean"
            case .character: "Char"
            case .moment: "DateTime"
            case .span: "TimeSpan"
            default: "Object"
            }
        return "System.\(name)[]"
    }
}
