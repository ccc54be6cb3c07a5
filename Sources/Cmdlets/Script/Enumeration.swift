/// A type of named values, which a method's argument may be of.
struct Enumeration: Equatable, Sendable {
    let fullName: String
    /// The names with their numbers.
    private let members: [String: Int]
    /// Whether several names may stand together.
    private let isOfFlags: Bool

    static let comparison = Enumeration(
        "System.StringComparison",
        [
            "CurrentCulture": 0, "CurrentCultureIgnoreCase": 1, "InvariantCulture": 2, "InvariantCultureIgnoreCase": 3, "Ordinal": 4,
            "OrdinalIgnoreCase": 5,
        ])
    static let splitting = Enumeration(
        "System.StringSplitOptions", ["None": 0, "RemoveEmptyEntries": 1, "TrimEntries": 2], isOfFlags: true)
    static let midpoint = Enumeration(
        "System.MidpointRounding", ["ToEven": 0, "AwayFromZero": 1, "ToZero": 2, "ToNegativeInfinity": 3, "ToPositiveInfinity": 4])
    static let search = Enumeration(
        "System.Text.RegularExpressions.RegexOptions",
        [
            "None": 0, "IgnoreCase": 1, "Multiline": 2, "ExplicitCapture": 4, "Compiled": 8, "Singleline": 16,
            "IgnorePatternWhitespace": 32,
            "RightToLeft": 64, "ECMAScript": 256, "CultureInvariant": 512,
        ], isOfFlags: true)
    static let choice = Enumeration(
        "System.Management.Automation.WhereOperatorSelectionMode",
        ["Default": 0, "First": 1, "Last": 2, "SkipUntil": 3, "Until": 4, "Split": 5])
    static let dateStyle = Enumeration(
        "System.Globalization.DateTimeStyles", ["None": 0, "AdjustToUniversal": 16, "AssumeUniversal": 64], isOfFlags: true)
    static let weekday = Enumeration(
        "System.DayOfWeek", Dictionary(uniqueKeysWithValues: Moment.weekdays.enumerated().map { ($1, $0) }))

    static let errorCategory = Enumeration(
        "System.Management.Automation.ErrorCategory",
        Dictionary(
            uniqueKeysWithValues: [
                "NotSpecified", "OpenError", "CloseError", "DeviceError", "DeadlockDetected", "InvalidArgument", "InvalidData",
                "InvalidOperation", "InvalidResult", "InvalidType", "MetadataError", "NotImplemented", "NotInstalled", "ObjectNotFound",
                "OperationStopped", "OperationTimeout", "SyntaxError", "ParserError", "PermissionDenied", "ResourceBusy", "ResourceExists",
                "ResourceUnavailable", "ReadError", "WriteError", "FromStdErr", "SecurityError", "ProtocolError", "ConnectionError",
                "AuthenticationError", "LimitsExceeded", "QuotaExceeded", "NotEnabled",
            ].enumerated().map { ($1, $0) }))

    static let all = [comparison, splitting, midpoint, search, choice, dateStyle, weekday, errorCategory]

    private init(_ fullName: String, _ members: [String: Int], isOfFlags: Bool = false) {
        (self.fullName, self.members, self.isOfFlags) = (fullName, members, isOfFlags)
    }

    /// In lower case.
    var names: Set<String> { Set(members.keys.map { $0.lowercased() }) }

    var described: String { "one of " + members.sorted { $0.value < $1.value }.map(\.key).joined(separator: ", ") }

    /// As .NET writes the member of that name, in either case.
    func member(_ name: String) -> String? { members.keys.first { $0.isSameName(as: name) } }

    /// The names, in lower case, that a value stands for: by name, several with commas, or by number; nil for what is none.
    func names(of value: Value) -> Set<String>? {
        if case .integer(var number) = value {
            if !isOfFlags || number == 0 { return members.first { $0.value == number }.map { [$0.key.lowercased()] } }
            var found: Set<String> = []
            for (name, flag) in members where flag != 0 && number & flag == flag {
                found.insert(name.lowercased())
                number &= ~flag
            }
            return number == 0 ? found : nil
        }
        guard case .text(let text) = value else { return nil }
        let words = text.split(separator: ",").map { String($0).trimmed }
        let found = words.compactMap { member($0)?.lowercased() }
        return words.isEmpty || found.count < words.count || words.count > 1 && !isOfFlags ? nil : Set(found)
    }
}
