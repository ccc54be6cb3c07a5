extension LanguageCases {
    /// Variables that commands fill: emptied when the command begins, and added to behind a `+` alone (about_CommonParameters).
    static let filled: [Case] = [
        ("Get-CsOnlineVoiceRoute nope -ea 0 -ev e; Get-CsOnlineVoiceRoute -ev e | Out-Null; $e.Count", "0"),
        ("1..2 | % { Get-CsOnlineVoiceRoute nope -ea SilentlyContinue -ev e }; $e.Count", "1"),
        ("1..2 | % { Get-CsOnlineVoiceRoute nope -ea SilentlyContinue -ev +e }; $e.Count", "2"),
        ("$e = 'old'; Get-CsOnlineVoiceRoute nope -ea 0 -ev +e; $e.Count; $e[0]", "2\nold"),
        ("Write-Output 1 2 -ov v | Out-Null; Write-Output 3 -ov v | Out-Null; \"$v\"", "3"),
        ("Write-Output 1 2 -ov v | Out-Null; Write-Output 3 -ov +v | Out-Null; \"$v\"", "1 2 3"),
        ("1..4 | Where-Object { $_ -gt 2 } -ov v | Out-Null; \"$v\"", "3 4"), ("1..2 | % { $_ * 2 } -ov v | Out-Null; \"$v\"", "2 4"),
        ("'a' | % ToUpper -ov v | Out-Null; \"$v\"", "A"), ("New-Object PSObject -ov v | Out-Null; $v.Count", "1"),
        (
            "Start-CsExMeetingMigration alice@contoso.example -SourceMeetingType SfB -wv w -wa SilentlyContinue; $w.Count; $w[0]",
            "1\nthere are no Skype for Business meetings here; nothing was rewritten"
        ),
        ("Write-Warning a -wv w -wa 0; Write-Warning b -wv w -wa 0; \"$w\"", "b"),
        ("function F { [CmdletBinding()] param() Write-Error x; 'on' } F -ea SilentlyContinue -ev e; $e.Count", "on\n1"),
        ("function F { [CmdletBinding()] param() Write-Warning x } F -wa SilentlyContinue -wv w; \"$w\"", "x"),
        (
            "function F { [CmdletBinding()] param() 1 } function G { [CmdletBinding()] param([Parameter(ValueFromPipeline)]$x) process { "
                + "Write-Error y } } F -ev e | G -ea SilentlyContinue -ev g; \"$($e.Count) $($g.Count)\"", "0 1"
        ),
        ("function F { [CmdletBinding()] param() 1, 2 } F -ov v | Out-Null; F -ov v | Out-Null; $v.Count", "2"),
        ("function F { . { 1 } | % { $x = 5 }; $x } F", "5"), ("$ErrorActionPreference = 0; $ErrorActionPreference", "SilentlyContinue"),
    ]

    static let limits: [Case] = [
        ("[pscustomobject]@{ A = 1..6 }", "A\n-\n{1, 2, 3, 4…}"),
        ("$FormatEnumerationLimit = 2; [pscustomobject]@{ A = 1..6 }", "A\n-\n{1, 2…}"),
        ("$FormatEnumerationLimit = -1; [pscustomobject]@{ A = 1..6 }", "A\n-\n{1, 2, 3, 4, 5, 6}"),
        ("try { $FormatEnumerationLimit = 'x' } catch { 'no count' }", "no count"),
        ("try { $VerbosePreference = 'Stop' } catch { 'not here' }", "not here"),
        (
            "try { Set-Variable PSDefaultParameterValues @{} } catch { $_.Exception.Message }",
            "$psdefaultparametervalues is not available here: "
                + "give each command its parameters, or splat a hashtable of them with @name"
        ),
    ]

    static let nothing: [Case] = [
        ("0 -gt $null", "True"), ("'' -gt $null", "True"), ("-1 -gt $null", "False"), ("-1 -lt $null", "True"), ("$null -lt 0", "True"),
        ("$null -gt -1", "True"), ("$null -ge $null", "True"), ("$null -lt '-5'", "True"), ("5 -le $null", "False"),
        ("(Get-Date) -gt $null", "True"), ("@{} -gt $null", "True"), ("$null -lt (Get-Date)", "True"), ("($null -split ',').Count", "1"),
        ("(2147483647 + 1).GetType().Name", "Double"), ("(2147483647 - 1).GetType().Name", "Int32"),
        ("(100000000000 + 1).GetType().Name", "Int64"), ("'a', 'b' -is [string[]]", "False"),
        ("[string[]]('a', 'b') -is [string[]]", "True"),
        ("[int[]](1, 2) -is [string[]]", "False"), ("[string[]]'a' -is [array]", "True"), ("([int[]]'5').GetType().Name", "Int32[]"),
        ("('a b' -split ' ').GetType().Name", "String[]"), ("$a = [string[]]'a'; $a += 5; $a.GetType().Name", "Object[]"),
        ("$Matches = $null; 'x' -match 'x' | Out-Null; 'a', 'b' -match 'a' | Out-Null; $Matches[0]", "x"),
        ("try { 5 -is [byte] } catch { 'not told' }", "not told"), ("'5' -is [byte]", "False"),
        ("([datetime]'2026-03-05 14:30').ToString()", "3/5/2026 2:30:00 PM"),
        ("\"$([datetime]'2026-03-05 14:30')\"", "03/05/2026 14:30:00"),
        ("([datetime]'2026-03-05').ToString([cultureinfo]::InvariantCulture)", "03/05/2026 00:00:00"),
        ("([datetime]'2026-03-05').ToString([cultureinfo]'en-US')", "3/5/2026 12:00:00 AM"),
        ("[string]::Format([cultureinfo]'en-US', '{0:N1}', 1234.56)", "1,234.6"), ("[string]::Format('{0}-{1}', 1, 2)", "1-2"),
        ("[string]::Concat('on ', [datetime]'2026-03-05')", "on 3/5/2026 12:00:00 AM"),
        ("@([pscustomobject]@{ a = 2; b = 'x' }, [pscustomobject]@{ a = 1; b = 'y' }) | Group-Object a, b | % Name", "1, y\n2, x"),
        ("('b', 'a', 'b' | Group-Object)[1].Values -join ','", "b"), ("(1, 2 | Group-Object { $_ % 2 }).Values -join ','", "0,1"),
        (
            "@([pscustomobject]@{ a = 1, 2 }, [pscustomobject]@{ a = 1, 3 }, [pscustomobject]@{ a = 1, 3 }) | Select-Object a -Unique "
                + "| % { $_.a -join '' }", "12\n13"
        ),
        ("([mailaddress]'ann@contoso.example').Host", "contoso.example"), ("([mailaddress]'Ann A <ann@contoso.example>').User", "ann"),
        ("[mailaddress]::new('ann@contoso.example', 'Ann')", "\"Ann\" <ann@contoso.example>"),
        ("try { ([mailaddress]'a@b').Domain } catch { 'no Domain' }", "no Domain"),
        ("try { [mailaddress]'a b@c' } catch { 'no address' }", "no address"),
        ("(2, 4, 4, 4, 5, 5, 7, 9 | Measure-Object -AllStats).StandardDeviation", "2.138089935299395"),
        ("function F { $MyInvocation.BoundParameters.Count; try { $MyInvocation.PipelineLength } catch { 'not here' } } F", "0\nnot here"),
    ]

    /// What must be given, and parameter sets (about_Functions_Advanced_Parameters, about_Parameter_Sets).
    static let given: [Case] =
        [
            ("[string]$Upn", "''", "an empty string"), ("[string]$Upn", "$null", "an empty string"), ("$Upn", "$null", "null"),
            ("[string[]]$Upn", "@()", "an empty array"), ("[string[]]$Upn", "'a', ''", "an empty string"),
            ("[object[]]$Upn", "$null", "null"),
            ("[System.Collections.ArrayList]$Upn", "@()", "an empty collection"), ("[AllowNull()][string]$Upn", "''", "an empty string"),
        ].map { declared, value, why in
            (
                "function F { param([Parameter(Mandatory)]\(declared)) 'ran' } try { F -Upn \(value) } catch { $_.Exception.Message }",
                "Cannot bind argument to parameter 'upn' because it is \(why)."
            )
        }
        + [
            ("[AllowEmptyString()][string]$Upn", "''"), ("[AllowNull()]$Upn", "$null"), ("[AllowEmptyCollection()][string[]]$Upn", "@()"),
            ("$Upn", "''"), ("[int]$Upn", "$null"), ("[object[]]$Upn", "''"),
        ].map { declared, value in ("function F { param([Parameter(Mandatory)]\(declared)) 'ran' } F -Upn \(value)", "ran") }
        + [
            (
                "function F { param([Parameter(Mandatory, ValueFromPipeline)][string]$x) process { $x } } try { '' | F } catch { 'empty' }",
                "empty"
            )
        ]
        + [
            ("-Upn a", "One a"), ("-Group g", "Many g"), ("x", "One x"), ("-Group g -Upn a", "cannot"), ("-Group g -Why w", "Many g"),
            ("", "needs"),
        ].map { arguments, shown in
            (
                "function F { [CmdletBinding(DefaultParameterSetName = 'One')] param([Parameter(Mandatory, ParameterSetName = 'Many', Position = 0)]"
                    + "$Group, [Parameter(Mandatory, ParameterSetName = 'One', Position = 0)]$Upn, $Why) \"$($PSCmdlet.ParameterSetName) $Upn$Group\" } "
                    + "try { F \(arguments) } catch { @($_.Exception.Message -split ' ' | Where-Object { $_ -in 'cannot', 'needs' })[0] }",
                shown
            )
        }
        + [
            (
                "function F { param([Parameter(ParameterSetName = 'A', Mandatory)]$a, [Parameter(ParameterSetName = 'B', Mandatory)]$b) "
                    + "$PSCmdlet.ParameterSetName } F -b 1", "B"
            ),
            (
                "function F { param([Parameter(ParameterSetName = 'A')]$a, [Parameter(ParameterSetName = 'B')]$b) 1 } "
                    + "try { F } catch { $_.FullyQualifiedErrorId }", "AmbiguousParameterSet"
            ),
        ]

    /// Moments that cmdlets put out, and values in a filter.
    static let filtered: [Case] = [
        (
            "New-CsGroupPolicyAssignment Board TeamsMeetingPolicy (New-CsTeamsMeetingPolicy M).Identity -Rank 1; $g = Get-CsGroupPolicyAssignment "
                + "Board; $g.CreatedTime -gt (Get-Date).AddDays(30); $g.CreatedTime -eq (Get-Date); $g.CreatedTime.Year; "
                + "($g | ConvertTo-Json) -match '2025-11-25T18:10:00Z'",
            "False\nTrue\n2025\nTrue"
        ),
        ("$n = 'Al'; (Get-CsOnlineUser -Filter { DisplayName -like \"$n*\" }).DisplayName", "Alice"),
        ("$u = [pscustomobject]@{ Name = 'Bob' }; (Get-CsOnlineUser -Filter { DisplayName -eq $u.Name }).DisplayName", "Bob"),
        ("'Bob' | % { (Get-CsOnlineUser -Filter { DisplayName -eq $_ }).DisplayName }", "Bob"),
        ("$l = 'Bob', 'Alice'; (Get-CsOnlineUser -Filter { DisplayName -eq $l[1] }).DisplayName", "Alice"),
        ("$h = @{ D = 'Bob' }; (Get-CsOnlineUser -Filter { DisplayName -eq $h['D'] -and DisplayName -ne $null }).DisplayName", "Bob"),
        ("$n = \"O'Brien\"; @(Get-CsOnlineUser -Filter { DisplayName -eq $n -or DisplayName -eq 'Bob' }).Count", "1"),
        ("@(Get-CsOnlineUser -Filter \"DisplayName -eq 'O''Brien' -or DisplayName -eq 'Bob'\").Count", "1"),
        (
            "$l = 'a', 'b'; try { Get-CsOnlineUser -Filter { DisplayName -eq $l } } catch { $_.Exception.Message -match 'one value' }",
            "True"
        ),
        ("try { Get-CsOnlineUser -Filter { DisplayName -eq $nobody.Name } } catch { $_.Exception.Message -match 'no variable' }", "True"),
    ]
}
