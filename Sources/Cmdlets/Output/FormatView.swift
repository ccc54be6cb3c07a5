/// How an object is shown, where a `Format-` cmdlet said so.
enum FormatView {
    case table(FormatStyle, heading: String?)
    case list(FormatStyle, heading: String?)
    /// As it stands.
    case line(String)
}

/// What one run of a `Format-` cmdlet asked for.
final class FormatStyle {
    var wraps = false
    var hidesHeader = false
    /// By the property's name in lower case.
    var widths: [String: Int] = [:]
    var isRight: [String: Bool] = [:]
}
