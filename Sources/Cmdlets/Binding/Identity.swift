import Dialing

/// Identities of policies: `Global`, and all others behind `Tag:`.
extension String {
    /// Without the `Tag:` in front, if there is one.
    var withoutTag: String { hasTag ? String(dropFirst(4)) : self }
    /// As the identity of a policy is printed.
    var asIdentity: String { isSameName(as: "Global") ? "Global" : "Tag:" + self }
}
