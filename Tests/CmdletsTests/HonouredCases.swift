extension LanguageCases {
    private static func whatIf(_ operation: String, _ target: String) -> String {
        "What if: Performing the operation \"\(operation)\" on target \"\(target)\"."
    }

    private static let asking = "function F { [CmdletBinding(SupportsShouldProcess, ConfirmImpact = 'High')] param() "
    private static let sparse =
        "([pscustomobject]@{ n = 'none' }, [pscustomobject]@{ n = 'two'; a = 2 }, [pscustomobject]@{ n = 'null'; a = $null } "
    private static let placeless =
        "function F { [CmdletBinding(PositionalBinding = $false)] param($a, [Parameter(Position = 0)]$b) \"$a-$b\" } "

    static let honoured: [Case] = [
        // Texts are compared as such where they are on the left, and read as numbers on the right of one.
        ("'10', '9', 8 | Sort-Object", "10\n8\n9"), ("8, '10', '9' | Sort-Object", "8\n10\n9"), ("'b', 1, 'a' | Sort-Object", "1\na\nb"),
        ("3, 10, 2 | Sort-Object", "2\n3\n10"), ("'10', '9' | Sort-Object", "10\n9"),
        ("1.5, '1', 1 | Sort-Object -Descending", "1.5\n1\n1"),
        (sparse + "| Sort-Object a).n -join ' '", "null two none"), (sparse + "| Sort-Object a -Descending).n -join ' '", "two null none"),
        ("((40..1) + (41..80) | Sort-Object) -join ',' -eq ((1..80) -join ',')", "True"),
        ("(1..60 | Sort-Object { $_ % 2 } | Select-Object -First 4) -join ','", "2,4,6,8"),
        (
            "'x', 'ab' | ForEach-Object Length -WhatIf",
            whatIf("Retrieve the value for property 'Length'", "InputObject: x") + "\n"
                + whatIf("Retrieve the value for property 'Length'", "InputObject: ab")
        ),
        ("'x' | ForEach-Object ToUpper -WhatIf", whatIf("Invoke method 'ToUpper'", "InputObject: x")),
        ("'x' | % Replace x y -WhatIf", whatIf("Invoke method 'Replace' with arguments: x, y", "InputObject: x")),
        ("@{ a = 1 } | % a -WhatIf", whatIf("Retrieve the value for key 'a'", "InputObject: System.Collections.Hashtable")),
        ("'x' | % Length -WhatIf:$false", "1"),
        (
            "try { 1 | % { $_ } -WhatIf } catch { $_.Exception.Message }",
            "The -WhatIf and -Confirm parameters are not supported for script blocks."
        ),
        ("$WhatIfPreference = $true; 1 | % { $_ }", "1"),
        (
            "$WhatIfPreference = $true; 1 | Tee-Object -Variable v; $WhatIfPreference = $false; $null -eq $v",
            whatIf("Set variable", "Name: v Value: 1") + "\n1\nTrue"
        ),
        ("(Get-Command Set-CsOnlinePstnUsage).Parameters.Keys -contains 'usage'", "True"),
        ("(Get-Command Set-CsOnlinePstnUsage).Parameters.ContainsKey('WhatIf')", "True"),
        ("(Get-Command Get-Content).Parameters.Keys -contains 'WhatIf'", "False"),
        ("(Get-Command Set-CsOnlinePstnUsage).Parameters['Usage'].ParameterType", "PSListModifier"),
        ("((Get-Command Get-CsOnlinePstnUsage).Parameters.Keys | Select-Object -First 2) -join ','", "Identity,Filter"),
        ("3000000000 -is [long]", "True"), ("5 -is [int]", "True"), ("3000000000 -is [int]", "False"), ("'5' -is [long]", "False"),
        ("try { [long]5 -is [long] } catch { $_.FullyQualifiedErrorId }", "NotHere"),
        ("try { [int]3000000000 } catch { 'large' }", "large"),
        ("$h = '{\"b\":1,\"B\":2,\"a\":3}' | ConvertFrom-Json -AsHashtable; \"$($h.Count) $($h['B']) $($h.Keys -join ',')\"", "3 2 b,B,a"),
        (
            "$h = '{\"a\":{\"b\":1}}' | ConvertFrom-Json -AsHashtable; $h -is [hashtable]; $h.a.GetType().Name; $h.a.b",
            "True\nOrderedHashtable\n1"
        ),
        (placeless + "F 1; F -a 2 3", "-1\n2-3"), (placeless + "try { F 1 2 } catch { 'no place' }", "no place"),
        (asking + "if ($PSCmdlet.ShouldProcess('x')) { 'done' } } F -Confirm:$false", "done"),
        (asking + "if ($PSCmdlet.ShouldProcess('x')) { 'done' } } $ConfirmPreference = 'None'; F", "done"),
        (
            asking.replacing("High", with: "Low") + "if ($PSCmdlet.ShouldProcess('x')) { 'done' } } $ConfirmPreference = 'Medium'; F",
            "done"
        ),
    ]
}
