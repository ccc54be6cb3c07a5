/// A thing known by a name that is compared without regard to case and kept as it was written (domain reference §14, choice 22).
package protocol Named {
    var name: String { get }
}

/// Things in the order they were made, found by name at once. Its JSON form is an array.
package struct NamedList<Element: Named & Sendable>: Sendable {
    package private(set) var elements: [Element] = []
    private var positions: [String: Int] = [:]

    package init() {}

    package init(_ elements: [Element]) {
        for element in elements { self[element.name] = element }
    }

    /// The thing of that name; setting one replaces it in place or appends it, setting nil takes it out.
    package subscript(name: String) -> Element? {
        get { positions[name.lowercased()].map { elements[$0] } }
        set {
            let key = name.lowercased()
            switch (positions[key], newValue) {
            case (let position?, let element?): elements[position] = element
            case (let position?, nil):
                elements.remove(at: position)
                positions[key] = nil
                for later in position..<elements.count { positions[elements[later].name.lowercased()] = later }
            case (nil, let element?):
                positions[key] = elements.count
                elements.append(element)
            case (nil, nil): break
            }
        }
    }

    package func contains(_ name: String) -> Bool { positions[name.lowercased()] != nil }
    package var count: Int { elements.count }
    package var isEmpty: Bool { elements.isEmpty }
}

extension NamedList: Equatable where Element: Equatable {
    package static func == (left: NamedList, right: NamedList) -> Bool { left.elements == right.elements }
}

extension NamedList: Codable where Element: Codable {
    package init(from decoder: any Decoder) throws {
        var container = try decoder.unkeyedContainer()
        while !container.isAtEnd {
            let element = try container.decode(Element.self)
            guard !contains(element.name) else {
                throw DecodingError.dataCorruptedError(in: container, debugDescription: "the name \(element.name) stands twice")
            }
            self[element.name] = element
        }
    }

    package func encode(to encoder: any Encoder) throws {
        var container = encoder.unkeyedContainer()
        for element in elements { try container.encode(element) }
    }
}
