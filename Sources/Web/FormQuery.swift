/// Names and values as in a query or a form body, `state=ringing&cursor=…` (URL Living Standard, application/x-www-form-urlencoded).
package struct FormQuery: Sendable {
    package struct Item: Hashable, Sendable {
        package let name: String
        package let value: String
    }

    package private(set) var items: [Item] = []

    package init() {}

    /// Nil when a name or a value is not percent-encoded UTF-8, or has a NUL.
    package init?(parsing text: some StringProtocol) {
        for pair in Substring(text).utf8.split(separator: UInt8(ascii: "&")) {
            let parts = pair.split(separator: UInt8(ascii: "="), maxSplits: 1, omittingEmptySubsequences: false)
            guard let name = percentDecoded(parts[0], plusIsSpace: true),
                let value = parts.count > 1 ? percentDecoded(parts[1], plusIsSpace: true) : ""
            else { return nil }
            items.append(Item(name: name, value: value))
        }
    }

    /// The value of the first item of that name.
    package subscript(name: String) -> String? { items.first { $0.name == name }?.value }
}
