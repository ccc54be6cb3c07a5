/// A module for PowerShell whose functions have the names and parameters of the cmdlets here and have the service run them: with it an
/// administrator's own shell gives the whole language.
package enum ModuleText {
    /// The text of a `.psm1` file.
    package static var text: String {
        ([preamble] + exported.map(function) + ["Export-ModuleMember -Function @(\n\(names)\n)\n"]).joined(separator: "\n")
    }

    /// What the module has: every cmdlet that is held, but those that a shell has itself or that do nothing here.
    static var exported: [Cmdlet] {
        CmdletTable.all.filter { $0.whyNotHeld == nil && !$0.acceptsAnything && !["Get-Help", "Get-Command"].contains($0.name) }
    }

    private static var names: String { exported.map { "    '\($0.name)'" }.joined(separator: ",\n") }

    /// The arguments travel as JSON in a file of the request, so that no value is ever read as a part of the script.
    private static let preamble = #"""
        # The cmdlets of dialout as functions for PowerShell 7.
        #
        #     dialout admin --module > Dialout.psm1
        #     $env:DIALOUT_SERVER = 'http://127.0.0.1:8080'; $env:DIALOUT_TOKEN = '...'; $env:DIALOUT_TENANT = 'contoso'
        #     Import-Module ./Dialout.psm1
        #
        # Each function is one script for the service and applied on its own; several that belong together are run by `dialout admin -f`.

        function Get-DialoutTenant([string] $Server, [hashtable] $Headers) {
            if ($env:DIALOUT_TENANT) { return $env:DIALOUT_TENANT }
            $owner = Invoke-RestMethod -Method Get -Uri "$Server/v1/token" -Headers $Headers
            if ($owner.tenant) { return $owner.tenant }
            throw 'DIALOUT_TENANT is not set, and the token is for no tenant'
        }

        function Invoke-DialoutCmdlet([string] $Name, [System.Collections.IDictionary] $Given, [object] $Caller) {
            if (-not $env:DIALOUT_TOKEN) { throw 'DIALOUT_TOKEN is not set' }
            $server = if ($env:DIALOUT_SERVER) { $env:DIALOUT_SERVER.TrimEnd('/') } else { 'http://127.0.0.1:8080' }
            $headers = @{ Authorization = "Bearer $env:DIALOUT_TOKEN" }
            $common = [System.Management.Automation.PSCmdlet]::CommonParameters + [System.Management.Automation.PSCmdlet]::OptionalCommonParameters
            $arguments = [ordered]@{}
            foreach ($key in $Given.Keys) {
                if ($common -contains $key) { continue }
                $value = $Given[$key]
                $arguments[$key] = if ($value -is [System.Management.Automation.SwitchParameter]) { [bool] $value } else { $value }
            }
            $order = @{
                script = '$given = Get-Content given.json -Raw | ConvertFrom-Json -AsHashtable' + "`n" + $Name + ' @given'
                files  = @{ 'given.json' = (ConvertTo-Json -InputObject $arguments -Depth 20 -Compress) }
            }
            $tenant = [uri]::EscapeDataString((Get-DialoutTenant $server $headers))
            $answer = Invoke-RestMethod -Method Post -Uri "$server/v1/tenants/$tenant/commands" -Headers $headers `
                -ContentType 'application/json; charset=utf-8' -Body (ConvertTo-Json -InputObject $order -Depth 5 -Compress)
            foreach ($result in $answer.results) {
                foreach ($warning in $result.warnings) { Write-Warning $warning }
                if ($result.error) {
                    $exception = [System.InvalidOperationException]::new($result.error.message)
                    $record = [System.Management.Automation.ErrorRecord]::new($exception, $result.error.id, 'NotSpecified', $null)
                    $Caller.WriteError($record)
                }
                $result.output
            }
        }

        """#

    private static func function(_ cmdlet: Cmdlet) -> String {
        let help = cmdlet.help
        var comment = ["    .SYNOPSIS", "        \(cmdlet.synopsis)."]
        if let help { comment += ["    .DESCRIPTION", "        \(help.description)"] }
        for parameter in cmdlet.parameters { comment += ["    .PARAMETER \(parameter.name)", "        \(cmdlet.meaning(of: parameter))"] }
        for example in help?.examples ?? [] { comment += ["    .EXAMPLE", "        \(example.code)", "", "        \(example.says)"] }
        let binding = cmdlet.changes ? "[CmdletBinding(SupportsShouldProcess)]" : "[CmdletBinding()]"
        var position = 0
        let parameters = cmdlet.parameters.map { parameter -> String in
            defer { if parameter.options.contains(.positional) { position += 1 } }
            return "        " + declaration(parameter, position)
        }
        let target = cmdlet.parameters.contains { $0.name == "Identity" } ? "\"$($PSBoundParameters['Identity'])\"" : "'the tenant'"
        let guarded =
            cmdlet.changes ? "        if (-not $PSCmdlet.ShouldProcess(\(target), '\(cmdlet.name)')) { return }\n" : ""
        return """
            function \(cmdlet.name) {
                <#
            \(comment.joined(separator: "\n"))
                #>
                \(binding)
                param(
            \(parameters.joined(separator: ",\n"))
                )
                process {
            \(guarded)        Invoke-DialoutCmdlet '\(cmdlet.name)' $PSBoundParameters $PSCmdlet
                }
            }

            """
    }

    /// `[Parameter(Position = 0, Mandatory)] [string] $Identity`.
    private static func declaration(_ parameter: CmdletParameter, _ position: Int) -> String {
        var marks: [String] = []
        if parameter.options.contains(.positional) { marks.append("Position = \(position)") }
        if parameter.options.contains(.required), parameter.group == nil { marks.append("Mandatory") }
        if parameter.options.contains(.pipeline) { marks += ["ValueFromPipeline", "ValueFromPipelineByPropertyName"] }
        let attribute = marks.isEmpty ? "" : "[Parameter(\(marks.joined(separator: ", ")))] "
        let null = parameter.options.contains(.nullable) ? "[AllowNull()] " : ""
        return "\(attribute)\(null)\(type(of: parameter)) $\(parameter.name)"
    }

    private static func type(of parameter: CmdletParameter) -> String {
        // A text would make an empty text of $null, which means something else.
        if parameter.options.contains(.nullable), parameter.kind != .texts { return "[object]" }
        return switch parameter.kind {
        case .text: "[string]"
        case .texts: "[string[]]"
        case .integer(let range): "[ValidateRange(\(range.lowerBound), \(range.upperBound))] [int]"
        case .truth: "[bool]"
        case .toggle: "[switch]"
        case .choice(let values): "[ValidateSet(\(values.map { "'\($0)'" }.joined(separator: ", ")))] [string]"
        case .listChange, .limit, .value, .ignored, .notHeld: "[object]"
        }
    }
}
