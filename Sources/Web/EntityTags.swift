/// What a precondition names: any state that there is, or those of some entity tags (RFC 9110 §8.8.3, §13.1).
package enum EntityTags: Equatable, Sendable {
    case any
    case some([Tag])

    /// `W/"abc"` is weak: it stands for states that are as good as each other, not for one.
    package struct Tag: Hashable, Sendable {
        let opaque: String
        let isWeak: Bool
    }

    /// How tags are compared (RFC 9110 §8.8.3.2): strongly a weak one is never the same, weakly it counts as if it were strong.
    package enum Comparison: Sendable { case strong, weak }

    /// The field's lines, of which one list is made; nil where they are neither `*` nor a list of tags.
    package init?(_ lines: [String]) {
        var rest = Array(lines.joined(separator: ",").utf8)[...], tags: [Tag] = []
        func skip(_ isSkipped: (UInt8) -> Bool) { rest = rest.drop(while: isSkipped) }
        let space: (UInt8) -> Bool = { $0 == 32 || $0 == 9 }
        skip(space)
        if rest.first == UInt8(ascii: "*") {
            rest.removeFirst()
            skip(space)
            guard rest.isEmpty else { return nil }
            self = .any
            return
        }
        while true {
            skip { space($0) || $0 == UInt8(ascii: ",") }
            guard !rest.isEmpty else { break }
            guard let tag = Tag(from: &rest) else { return nil }
            tags.append(tag)
            skip(space)
            guard rest.isEmpty || rest.first == UInt8(ascii: ",") else { return nil }
        }
        guard !tags.isEmpty else { return nil }
        self = .some(tags)
    }

    /// Whether a state with that tag is named; nil is one that there is not. A tag of ours is strong.
    package func name(_ current: String?, _ comparison: Comparison) -> Bool {
        guard let current else { return false }
        return switch self {
        case .any: true
        case .some(let tags): tags.contains { $0.opaque == current && (comparison == .weak || !$0.isWeak) }
        }
    }
}

extension EntityTags.Tag {
    /// Takes one off the front, its quotes kept.
    fileprivate init?(from rest: inout ArraySlice<UInt8>) {
        let isWeak = rest.starts(with: Array("W/\"".utf8))
        if isWeak { rest = rest.dropFirst(2) }
        guard rest.first == UInt8(ascii: "\"") else { return nil }
        let content = rest.dropFirst().prefix { $0 == 0x21 || $0 >= 0x23 && $0 != 0x7F }
        guard rest.dropFirst(1 + content.count).first == UInt8(ascii: "\"") else { return nil }
        self.init(opaque: "\"" + String(decoding: content, as: UTF8.self) + "\"", isWeak: isWeak)
        rest = rest.dropFirst(content.count + 2)
    }
}

extension Response {
    /// 412 in place of a representation that If-Match does not name (RFC 9110 §13.1.1, §13.2.2): to a GET or HEAD of what has a tag.
    package func ifMatched(by request: Request) -> Response {
        let wanted = request.headers.all("if-match")
        guard !wanted.isEmpty, status == 200 || status == 304, request.method == .get || request.method == .head, let tag = entityTag,
            EntityTags(wanted)?.name(tag, .strong) != true
        else { return self }
        return Problem.preconditionFailed("the document is not the one that If-Match names").response
    }

    private var entityTag: String? { headers.first { $0.name.lowercased() == "etag" }?.value }

    /// 304 in place of a body that the client has (RFC 9110 §13.1.2): a GET or HEAD whose If-None-Match names the tag that goes out.
    package func unlessHeld(by request: Request) -> Response {
        guard status == 200, request.method == .get || request.method == .head,
            let tag = entityTag,
            let held = EntityTags(request.headers.all("if-none-match")), held.name(tag, .weak)
        else { return self }
        return Response(304, headers: headers.filter { $0.name.lowercased() != "content-type" })
    }
}

extension Problem {
    package static func preconditionFailed(_ detail: String) -> Problem {
        Problem(412, "Precondition Failed", detail: detail, reason: "preconditionFailed")
    }
}
