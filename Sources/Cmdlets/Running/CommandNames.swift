/// What the names of commands mean, and why a command of elsewhere is not here.
enum CommandNames {
    /// Without the module in front: `MicrosoftTeams\Get-CsOnlineUser`.
    static func plain(_ name: String) -> String {
        guard let slash = name.firstIndex(of: "\\"), !name.hasPrefix("."), !name.contains(":"), name.contains("-") else { return name }
        return String(name[name.index(after: slash)...])
    }

    /// Why a command of that name is not here; nil where nothing is known of it.
    static func reason(_ name: String) -> String? {
        let lower = name.lowercased()
        if let why = reasons[lower] { return why }
        if lower.hasSuffix(".ps1") || lower.hasSuffix(".psm1") || lower.hasSuffix(".exe") || lower.hasSuffix(".bat")
            || lower.hasSuffix(".cmd")
            || name.hasPrefix(".") || name.contains("/") || name.contains(":\\")
        {
            return "a script runs no programs or other scripts; put the functions into this one"
        }
        let halves = lower.split(separator: "-", maxSplits: 1)
        guard halves.count == 2 else { return nil }
        return nouns.first { halves[1].hasPrefix($0.0) }.map(\.1)
    }

    private static let users = "the users of this service are shown by Get-CsOnlineUser"
    private static let program = "a script runs no programs"
    private static let network = "a script reaches no network; have the client fetch it, and read it with Get-Content or Import-Csv"
    private static let secrets = "a script handles no secrets; the session is the one of your token"
    private static let files =
        "there are no files of the server; those of the client are read with Get-Content, Import-Csv and Test-Path and written with Set-Content, Export-Csv and Out-File"
    private static let background = "everything runs in turn; call it directly"

    /// By what a noun begins with: other products.
    private static let nouns: [(String, String)] = [
        ("mg", "Microsoft Graph is another product; " + users), ("azuread", "Azure AD is another product; " + users),
        ("msol", "Azure AD is another product; " + users), ("ad", "Active Directory is another product; " + users),
        ("exo", "Exchange is another product; " + users), ("mailbox", "Exchange is another product; " + users),
        ("unifiedgroup", "groups are kept elsewhere; Get-CsGroupPolicyAssignment shows their grants"),
        ("team", "teams and channels are not held by this service"), ("spo", "SharePoint is another product"),
        ("pnp", "SharePoint is another product"),
        ("az", "Azure is another product"), ("job", background), ("wmi", program), ("cim", program), ("process", program),
        ("service", program),
        ("item", files), ("childitem", files), ("psdrive", files), ("location", files), ("acl", files),
        ("csteams", "this policy is not held by this service: it decides and places dial-outs of meetings"),
        ("cs", "it is not held by this service, which decides and places dial-outs of meetings; Get-Command lists what is"),
    ]

    private static let reasons: [String: String] = [
        "invoke-expression": "text is not run as a script; write the command itself, or & { … }",
        "iex": "text is not run as a script; write the command itself",
        "invoke-command": background + ", or & { … }", "icm": background, "start-job": background, "start-threadjob": background,
        "receive-job": background,
        "invoke-restmethod": network, "invoke-webrequest": network, "irm": network, "iwr": network, "curl": network, "wget": network,
        "send-mailmessage": network, "test-connection": network, "resolve-dnsname": network, "test-netconnection": network,
        "start-process": program, "stop-process": program, "get-process": program, "get-service": program, "get-eventlog": program,
        "write-eventlog": program,
        "get-credential": secrets, "convertto-securestring": secrets, "convertfrom-securestring": secrets,
        "get-childitem": files, "gci": files, "dir": files, "ls": files, "remove-item": files, "copy-item": files, "move-item": files,
        "get-item": files,
        "rename-item": files, "set-location": files, "cd": files, "get-location": files, "pwd": files, "resolve-path": files, "del": files,
        "rm": files,
        "out-gridview": "there is no window; use Format-Table, or Export-Csv for a file", "ogv": "there is no window; use Format-Table",
        "out-printer": "there is no printer; use Out-File", "get-random": "nothing here is left to chance",
        "new-guid": "nothing here is left to chance; objects are named by their Identity",
        "add-type": "types are not made here; use [PSCustomObject]@{ }",
        "convertto-html": "write ConvertTo-Csv or ConvertTo-Json and make the page of it",
        "import-clixml": "use Import-Csv or Get-Content | ConvertFrom-Json",
        "export-clixml": "use Export-Csv or ConvertTo-Json | Set-Content",
        "measure-command": "times are not measured here; & { … } runs the block", "trace-command": "there is no tracing",
        "set-alias": "write a function of that name",
        "new-alias": "write a function of that name", "get-alias": "Get-Command lists what is available", "format-wide": "use Format-Table",
        "format-custom": "use Format-List", "update-help": "Get-Help is always up to date", "wait-event": background,
        "register-scheduledjob": background,
        "new-pssession": "there are no other sessions; every cmdlet is here", "import-pssession": "every cmdlet is here already",
        "enter-pssession": "there are no other sessions", "remove-pssession": "there are no other sessions",
        "get-pssession": "there are no other sessions",
        "get-module": "every cmdlet is here; Get-Command lists them", "connect-exchangeonline": "Exchange is another product; " + users,
        "connect-azuread": "Azure AD is another product; " + users, "connect-msolservice": "Azure AD is another product; " + users,
        "get-user": "Exchange is another product; " + users, "get-recipient": "Exchange is another product; " + users,
        "get-distributiongroupmember": "groups are kept elsewhere; a user's are in the API", "get-host": "there is no console",
        "get-culture": "numbers and dates are written as in en-US",
        "invoke-item": program, "get-wmiobject": program, "get-ciminstance": program, "new-cssession": "the session is there already",
        "new-csonlinesession": "the session is there already",
    ]
}
