/// What a caller withholds (RFC 3323, RFC 3325 §9.3).
package enum Privacy: String, CaseIterable, Sendable {
    case none
    /// The asserted identity is for the operator alone; `From` is anonymous.
    case id
    /// Header, user and identity privacy.
    case full

    /// A setting's text; one that nobody knows means the most private.
    package init(setting text: String) { self = Privacy(rawValue: text.lowercased()) ?? .full }

    var headerValue: String {
        switch self {
        case .none: "none"
        case .id: "id"
        case .full: "user;header;id"
        }
    }
}
