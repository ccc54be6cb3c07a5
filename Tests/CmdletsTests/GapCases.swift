/// The constructs that the service once did not know, each with a script that uses it and what comes of it (domain reference, the list of gaps).
enum GapCases {
    enum Outcome { case shows(String), refused(String), asks(String) }

    static let all: [(construct: String, script: String, outcome: Outcome)] = [
        ("typed variable [string]$n", "[string]$n = 5; $n + 1", .shows("51")),
        ("$env:VAR", "$env:X", .refused("use param() or Read-Host")),
        ("array index $a[0]", "$a = 'R1', 'R2'; $a[0]", .shows("R1")),
        ("array +=", "$a = @(); $a += 'R1'; $a.Count", .shows("1")),
        ("range 1..3", "1..3", .shows("1\n2\n3")),
        ("hash table $h.Key / $h['Key']", "$h = @{ A = 1 }; $h.A + $h['A']", .shows("2")),
        ("[PSCustomObject]@{}", "[PSCustomObject]@{ A = 1 }", .shows("A\n-\n1")),
        ("splatting @p", "$p = @{ Identity = 'International' }; (Get-CsOnlineVoiceRoute @p).Priority", .shows("1")),
        ("string interpolation $($x.y)", "$r = Get-CsOnlineVoiceRoute; \"route $($r.Identity)\"", .shows("route International")),
        ("-f format operator", "'{0:D2}' -f 1", .shows("01")),
        ("string concatenation +", "'R' + '1'", .shows("R1")),
        ("here-string", "@\"\nroute $(1)\n\"@", .shows("route 1")),
        ("here-string single", "@'\n$x\n'@", .shows("$x")),
        ("arithmetic", "1+2", .shows("3")),
        (
            "Where-Object {script block}",
            "Get-CsOnlineVoiceRoute | Where-Object { $_.Priority -gt 0 } | Select-Object -ExpandProperty Name", .shows("International")
        ),
        ("Where-Object Prop -eq V", "(Get-CsOnlineVoiceRoute | Where-Object Priority -eq 1).Name", .shows("International")),
        ("? alias", "(Get-CsOnlineVoiceRoute | ? { $_.Identity -like 'I*' }).Name", .shows("International")),
        ("Select-Object -Unique", "1, 1, 2 | Select-Object -Unique", .shows("1\n2")),
        ("calculated property @{n=;e=}", "(Get-CsOnlineVoiceRoute | Select-Object @{n='P'; e={$_.Priority}}).P", .shows("1")),
        ("ForEach-Object { }", "'a', 'b' | ForEach-Object { \"<$_>\" }", .shows("<a>\n<b>")),
        ("% alias", "Get-CsOnlineVoiceRoute | % { $_.Identity }", .shows("International")),
        (
            "Sort-Object", "Get-CsOnlineUser | Sort-Object DisplayName -Descending | Select-Object -Last 1 -ExpandProperty DisplayName",
            .shows("Alice")
        ),
        ("Group-Object", "(Get-CsOnlineUser | Group-Object DisplayName | Where-Object Count -gt 1).Name", .shows("Twin")),
        ("Measure-Object", "(Get-CsOnlineUser | Measure-Object).Count", .shows("5")),
        (
            "Export-Csv", "Get-CsOnlineVoiceRoute | Select-Object Name | Export-Csv r.csv; Get-Content r.csv",
            .shows("\"Name\"\n\"International\"")
        ),
        (
            "Export-Csv -Append",
            """
            [pscustomobject]@{ U = 'a'; N = '1' } | Export-Csv a.csv
            [pscustomobject]@{ N = '2'; X = 'x'; U = 'b' } | Export-Csv a.csv -Append
            [pscustomobject]@{ U = 'c' } | Export-Csv a.csv -Append -Force
            try { [pscustomobject]@{ N = '4' } | Export-Csv a.csv -Append } catch { $_.Exception.Message -replace '.*column: (\\w+).*', 'no $1' }
            Get-Content a.csv
            """, .shows("no U\n\"U\",\"N\"\n\"a\",\"1\"\n\"b\",\"2\"\n\"c\",")
        ),
        ("ConvertTo-Csv", "Get-CsOnlineVoiceRoute | Select-Object Name | ConvertTo-Csv", .shows("\"Name\"\n\"International\"")),
        (
            "ConvertTo-Json", "Get-CsOnlineVoiceRoute | Select-Object Name | ConvertTo-Json -Compress",
            .shows("{\"Name\":\"International\"}")
        ),
        ("ConvertFrom-Json", "('{\"a\": 1}' | ConvertFrom-Json).a", .shows("1")),
        ("Import-Csv", "(Import-Csv users.csv).Upn", .asks("users.csv")),
        ("ConvertFrom-Csv", "('a', '1' | ConvertFrom-Csv).a", .shows("1")),
        ("Out-File / Out-GridView", "'x' | Out-File o.txt; Get-Content o.txt", .shows("x")),
        ("Out-File / Out-GridView", "Get-CsOnlineUser | Out-GridView", .refused("use Format-Table")),
        ("foreach (){}", "foreach ($r in Get-CsOnlineVoiceRoute) { $r.Name }", .shows("International")),
        ("for", "for ($i=0; $i -lt 2; $i++) { $i }", .shows("0\n1")),
        ("while", "while ($false) { 'never' }; 'end'", .shows("end")),
        ("if / else", "if ($true) { 'a' } else { 'b' }", .shows("a")),
        ("switch", "switch (\"a\") { \"a\" { 'is a' } }", .shows("is a")),
        ("try/catch", "try { Get-CsOnlineVoiceRoute nope } catch { 'caught' }", .shows("caught")),
        ("function", "function f { 'in f' }; f", .shows("in f")),
        ("param()", "param([string]$n = 'x'); $n", .shows("x")),
        ("param()", "param([Parameter(Mandatory)][string]$n)\n$n", .asks("n")),
        ("script block & { }", "& { 'in' }", .shows("in")),
        (
            "comparison operators -eq -ne -like -match -contains -in",
            "('a' -eq 'A') -and (1 -ne 2) -and ('ab' -like 'a*') -and ('ab' -match 'b$') -and (1, 2 -contains 1) -and (1 -in 1, 2)",
            .shows("True")
        ),
        ("logical -and -or -not", "$true -and -not $false -or $false", .shows("True")),
        ("-replace / -split / -join", "('a,b' -split ',' -join '-') -replace 'a', 'x'", .shows("x-b")),
        ("method call .ToString() / .Replace()", "(5).ToString().Replace('5', 'five')", .shows("five")),
        ("[regex]::… static call", "[regex]::IsMatch('a','a')", .shows("True")),
        ("$null = …", "$null = Get-CsOnlineVoiceRoute", .shows("")),
        ("$_ in pipeline", "1, 2 | Where-Object {$_ -gt 1}", .shows("2")),
        (
            "$WhatIfPreference", "$WhatIfPreference = $true; Remove-CsOnlineVoiceRoute International; (Get-CsOnlineVoiceRoute).Name",
            .shows("What if: Performing the operation \"Remove-CsOnlineVoiceRoute\" on target \"International\".\nInternational")
        ),
        ("-Confirm (prompt)", "Remove-CsOnlineVoiceRoute International -Confirm", .asks("Are you sure")),
        ("-ErrorAction Continue (goes on)", "Remove-CsOnlineVoiceRoute nope -ErrorAction Continue; 'on'", .shows("on")),
        ("-ErrorVariable e", "Remove-CsOnlineVoiceRoute nope -ErrorAction SilentlyContinue -ErrorVariable e; $e.Count", .shows("1")),
        ("$ErrorActionPreference", "$ErrorActionPreference = 'Continue'; Remove-CsOnlineVoiceRoute nope; 'on'", .shows("on")),
        ("Get-Help -Parameter / examples", "(Get-Help New-CsOnlineVoiceRoute -Examples).Name", .shows("New-CsOnlineVoiceRoute")),
        ("Get-Member", "(Get-CsOnlineVoiceRoute | Get-Member Priority).Name", .shows("Priority")),
        (
            "$PSDefaultParameterValues", "$PSDefaultParameterValues = @{ '*:WhatIf' = $true }",
            .refused("psdefaultparametervalues is not available here")
        ),
        ("$PSDefaultParameterValues[]", "$PSDefaultParameterValues['*:WhatIf'] = $true", .refused("splat a hashtable")),
        ("$Transcript", "$Transcript = 'a.txt'; Start-Transcript", .shows("Transcript started, output file is a.txt")),
        ("$ErrorView", "$ErrorView = 'CategoryView'", .refused("an error is shown in one way")),
        ("[Parameter(Other)]", "function F { param([Parameter(Mandatory, Other = 1)]$x) }", .refused("[Parameter(other)]")),
        ("3>$null on a cmdlet", "Import-Module x 3>$null; 'quiet'", .shows("quiet")),
        ("redirect > file", "'x' > a.txt; Get-Content a.txt", .shows("x")),
    ]
}
