import Foundation
import Service

/// What `ConvertTo-Json` makes of objects, whichever PowerShell it was.
extension JSONValue {
    /// A member, whatever the case of its name; nil where there is none.
    func member(_ name: String) -> JSONValue? {
        guard case .object(let members) = self else { return nil }
        return members[name] ?? members.first { $0.key.lowercased() == name.lowercased() }?.value
    }

    var memberNames: [String] {
        guard case .object(let members) = self else { return [] }
        return Array(members.keys)
    }

    /// The array in the wrapper that Windows PowerShell writes around one, `{"value": […], "Count": 2}`; anything else as it is.
    var unwrapped: JSONValue {
        guard memberNames.count == 2, member("Count") != nil, let value = member("value"), case .array = value else { return self }
        return value
    }

    /// Those of a list; of one thing that stands where a list would, that alone.
    private var elements: [JSONValue] {
        switch unwrapped {
        case .array(let elements): elements
        case .null, .string(""), .object([:]): []
        case let one: [one]
        }
    }

    /// The name of a policy, without its tag: a text, or an object with a `Name`.
    var policyName: String? {
        guard let text = string ?? member("Name")?.string, !text.isEmpty else { return nil }
        return text.lowercased().hasPrefix("tag:") ? String(text.dropFirst(4)) : text
    }

    var flag: Bool? {
        if case .bool(let flag) = self { return flag }
        return string.flatMap { Bool($0.lowercased()) }
    }

    /// Whether a type, or a table of members, is named in place of what is in it, as `ConvertTo-Json` does beyond its `-Depth`.
    private var isCutOff: Bool { string.map { text in ["System.", "Microsoft.", "@{"].contains { text.hasPrefix($0) } } ?? false }

    /// The objects in a member that is a list; nil where there is none.
    func objects(in name: String) throws(TenantDump.Refused) -> [JSONValue]? {
        guard let value = member(name), value != .null else { return nil }
        for element in value.elements {
            guard case .object = element else { throw .cutOff(name, element) }
        }
        return value.elements
    }

    /// The texts in a member that is a list, or the `inner` of the objects in it; nil where there is none.
    func names(in name: String, by inner: String = "Name") throws(TenantDump.Refused) -> [String]? {
        guard let value = member(name), value != .null else { return nil }
        var names: [String] = []
        for element in value.elements {
            guard !element.isCutOff, let text = element.string ?? element.member(inner)?.string else { throw .cutOff(name, element) }
            names.append(text)
        }
        return names
    }

    /// Puts an element where it stands in a list, or behind it.
    mutating func put(_ element: JSONValue, in member: String, at index: Int?) {
        guard case .object(var members) = self, case .array(var list) = members.removeValue(forKey: member) ?? .array([]) else { return }
        if let index { list[index] = element } else { list.append(element) }
        members[member] = .array(list)
        self = .object(members)
    }
}

extension TenantDump.Refused {
    fileprivate static func cutOff(_ name: String, _ value: JSONValue) -> Self {
        Self("\(name) holds \(value.string ?? "something else") in place of its values; dump it with ConvertTo-Json -Depth 10")
    }
}
