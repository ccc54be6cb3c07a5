/// How an object is shown, where a `Format-` cmdlet said so.
enum FormatView {
    case table(FormatStyle, heading: String?)
    case list(FormatStyle, heading: String?)
    /// As it stands.
    case line(String)
}

/// What one run of a `Format-` cmdlet asked for.
final class FormatStyle {
    /// Hashtables show their entries below `Name`, 30 columns wide, and `Value`.
    static var ofHashtable: FormatStyle {
        let style = FormatStyle()
        style.showsEntries()
        return style
    }

    enum Alignment: String { case left, center, right }

    var wraps = false
    var hidesHeader = false
    /// By the property's name in lower case.
    var widths: [String: Int] = [:]
    var alignments: [String: Alignment] = [:]

    /// `Name` 30 columns wide, and `Value` to the left whatever it is.
    func showsEntries() {
        widths["name"] = TableBox.nameWidth
        alignments["value"] = .left
    }
}

extension TableBox {
    static let nameWidth = 30

    /// Its entries as rows of `Name` and `Value`.
    var rows: [[ObjectBox.Property]] {
        entries.map { [ObjectBox.Property(name: "Name", value: $0.key), ObjectBox.Property(name: "Value", value: $0.value)] }
    }
}
