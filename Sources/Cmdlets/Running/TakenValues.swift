/// Parameters of utilities that change nothing here: they are taken with the values that ask for what is done anyway, and refused with others.
enum TakenValues {
    private static let scopes: Set<String> = ["global", "script", "local", "0"]
    /// By the utility and the parameter, the values in lower case.
    private static let all: [String: [String: Set<String>]] = [
        "Get-Content": ["ReadCount": ["1"], "Delimiter": []], "Test-Path": ["IsValid": []], "Join-Path": ["Resolve": []],
        "Format-Table": ["View": [], "Expand": ["enumonly"], "ShowError": []], "Format-List": ["View": [], "Expand": ["enumonly"]],
        "Start-Transcript": ["IncludeInvocationHeader": []], "Write-Error": ["RecommendedAction": [], "CategoryReason": []],
        "Set-StrictMode": ["Version": ["1", "1.0", "2", "2.0", "3", "3.0", "latest"]],
        "ConvertTo-Json": ["EscapeHandling": ["default"]],
        "Get-Date": ["DisplayHint": ["datetime"]], "Get-Member": ["Static": []], "Get-Unique": ["OnType": []],
        "Set-Variable": ["Option": ["none", "allscope"], "Scope": scopes, "Visibility": ["public"]],
        "New-Variable": ["Option": ["none", "allscope"], "Scope": scopes, "Visibility": ["public"]],
        "Get-Variable": ["Scope": scopes], "Remove-Variable": ["Scope": scopes],
    ]

    static func check(_ bound: BoundArguments, of utility: String, at place: Script.Place) throws(Stop) {
        for (name, values) in all[utility] ?? [:] {
            guard let value = bound[name], !value.isNull, !values.contains(value.text.lowercased()) else { continue }
            if case .truth(false) = value { continue }
            let taken = values.isEmpty ? "leave it out" : "it may be " + values.sorted().joined(separator: ", ")
            throw .failure(
                .notImplemented, "NotHere", "\(utility) -\(name) \(value.text.prefix(80)) is not available here; \(taken)", at: place)
        }
    }
}
