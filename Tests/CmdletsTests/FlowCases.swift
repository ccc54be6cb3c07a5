extension LanguageCases {
    static let flow: [Case] = [
        ("if (1 -eq 2) { 'a' } elseif (2 -eq 2) { 'b' } else { 'c' }", "b"),
        ("foreach ($i in 1..5) { if ($i -eq 2) { continue }; if ($i -eq 4) { break }; $i }", "1\n3"),
        ("for ($i = 0; $i -lt 3; $i++) { $i }", "0\n1\n2"),
        ("$i = 0; while ($i -lt 2) { $i++; $i }", "1\n2"), ("$i = 5; do { $i } while ($i -lt 5)", "5"),
        ("$i = 0; do { $i++ } until ($i -ge 3); $i", "3"),
        (":outer foreach ($i in 1..3) { foreach ($j in 1..3) { if ($j -eq 2) { continue outer }; \"$i$j\" } }", "11\n21\n31"),
        ("$x = foreach ($i in 1..3) { $i * 2 }; $x -join ','", "2,4,6"), ("$x = if ($true) { 'y' }; $x", "y"),
        ("switch (2) { 1 { 'one' } 2 { 'two' } default { 'other' } }", "two"), ("switch (9) { 1 { 'one' } default { 'other' } }", "other"),
        ("switch (1, 2) { 1 { 'one' } 2 { 'two' } }", "one\ntwo"), ("switch ('abc') { 'ABC' { 'a' } { $_.Length -eq 3 } { 'b' } }", "a\nb"),
        ("switch ('abc') { 'abc' { 'a'; break } default { 'd' } }", "a"), ("switch -Wildcard ('file.txt') { '*.txt' { 'text' } }", "text"),
        ("switch -Regex ('a5') { '^a(\\d)' { $Matches[1] } }", "5"), ("switch -CaseSensitive ('a') { 'A' { 'up' } 'a' { 'low' } }", "low"),
        (":a switch (1, 2) { default { $_; break a } }; 'on'", "1\non"),
        (":a switch (1, 2, 3) { 2 { continue a } default { $_ } }; 'on'", "1\n3\non"),
        (":a foreach ($i in 1, 2) { switch (7, 8) { default { $i; break a } } }; 'on'", "1\non"),
        (":a foreach ($i in 1, 2) { switch (7, 8) { default { $i; continue a } }; 'x' }; 'on'", "1\n2\non"),
        (":a foreach ($i in 1, 2) { :b switch (7, 8) { default { $i; break b } } }; 'on'", "1\n2\non"),
        ("$r = switch ('x') { 'x' { 1 } }; $r", "1"), ("foreach ($i in 1..3) { switch ($i) { 2 { continue } default { $i } } }", "1\n3"),
        ("1..3 | ForEach-Object { if ($_ -eq 2) { return }; $_ }", "1\n3"), ("$s = 0; 1..4 | ForEach-Object { $s += $_ }; $s", "10"),
        ("1..3 | ForEach-Object -Begin { 'b' } -Process { $_ } -End { 'e' }", "b\n1\n2\n3\ne"), ("for (;;) { break }; 'done'", "done"),
    ]

    static let functions: [Case] = [
        ("function F { 'a'; 'b' }; (F).Count", "2"), ("function F($x) { \"<$x>\" }; F 5", "<5>"),
        ("function F($x, $y = 2) { $x + $y }; F 1", "3"), ("function F($x, $y) { \"$x$y\" }; F -y 1 -x 2", "21"),
        ("function F { $args.Count }; F 1 2 3", "3"),
        ("function F { return 1; 2 }; F", "1"), ("function F([int]$n) { $n + 1 }; F '4'", "5"),
        ("function F([switch]$On) { \"$On\" }; F; F -On", "False\nTrue"), ("function F { process { $_ * 2 } }; 1, 2 | F", "2\n4"),
        ("function F { begin { $n = 0 } process { $n++ } end { $n } }; 1..3 | F", "3"),
        ("filter F { $_ + 1 }; 1, 2 | F", "2\n3"), ("function F2 { 'two' }; F2", "two"), ("function a-b { 'dash' }; a-b", "dash"),
        ("function x1($y) { $y }; x1 5", "5"), ("function F { $input.Count }; 1, 2 | F", "2"),
        ("function F { param([Parameter(ValueFromPipeline)]$x) process { \"[$x]\" } }; 'a', 'b' | F", "[a]\n[b]"),
        (
            "function F { param([Parameter(ValueFromPipelineByPropertyName)]$Name) process { $Name } }; [PSCustomObject]@{ Name = 'n' } | F",
            "n"
        ), ("function F { param([Parameter(Mandatory)]$x) $x }; try { F } catch { 'needs x' }", "needs x"),
        ("function F { param([ValidateSet('a', 'b')]$x) $x }; try { F c } catch { 'not c' }; F A", "not c\nA"),
        ("function F { param([ValidateRange(1, 5)][int]$n) $n }; try { F 9 } catch { 'too much' }", "too much"),
        ("function F { param([ValidateNotNullOrEmpty()]$s) 1 }; try { F '' } catch { 'empty' }", "empty"),
        ("function F { param([ValidatePattern('^\\d+$')]$s) $s }; try { F x } catch { 'no digits' }", "no digits"),
        ("function F { param([ValidateScript({ $_ -gt 3 })]$n) $n }; try { F 2 } catch { 'small' }; F 4", "small\n4"),
        ("function F { param($a) $PSBoundParameters.ContainsKey('a') }; F; F -a 1", "False\nTrue"),
        ("$x = 1; function F { $x = 2 }; F; $x", "1"), ("$x = 1; function F { $script:x = 2 }; F; $x", "2"),
        ("$x = 1; function F { $x }; F", "1"),
        ("function Fact($n) { if ($n -le 1) { return 1 }; return $n * (Fact ($n - 1)) }; Fact 5", "120"), ("& { param($a) $a * 2 } 4", "8"),
        ("$b = { param($a) \"b$a\" }; & $b 1; $b.Invoke(2)", "b1\nb2"),
        ("$p = @{ x = 1; y = 2 }; function F($x, $y) { \"$x-$y\" }; F @p", "1-2"),
        ("$p = 1, 2; function F($x, $y) { \"$x-$y\" }; F @p", "1-2"), ("function Get-It { 'it' }; get-it", "it"),
        ("$x = 5; & { $x = 6 }; $x; . { $x = 7 }; $x", "5\n7"),
        ("function F { [CmdletBinding()] param() Write-Verbose 'v'; 'o' }; F -Verbose", "VERBOSE: v\no"),
        (
            "function F { [CmdletBinding(SupportsShouldProcess)] param() if ($PSCmdlet.ShouldProcess('t')) { 'did' } }; F; F -WhatIf",
            "did\nWhat if: Performing the operation on target \"t\"."
        ),
    ]

    static let errors: [Case] = [
        ("try { throw 'bad' } catch { $_.Exception.Message }", "bad"), ("try { throw 'bad' } catch { \"$_\" }", "bad"),
        ("try { 1 } finally { 'f' }", "1\nf"), ("try { try { throw 'x' } finally { 'f' } } catch { 'c' }", "f\nc"),
        ("try { throw 'a' } catch { try { throw } catch { \"again $_\" } }", "again a"),
        ("try { Get-CsOnlineVoiceRoute nope } catch { $_.CategoryInfo.Category }", "ObjectNotFound"),
        (
            "try { Get-CsOnlineVoiceRoute nope } catch [System.Management.Automation.ItemNotFoundException] { 'typed' } catch { 'any' }",
            "typed"
        ), ("try { [int]'x' } catch [System.DivideByZeroException] { 'div' } catch { 'other' }", "other"),
        (
            "try { throw [System.ArgumentException]::new('m') } catch [System.ArgumentException] { \"arg $($_.Exception.Message)\" }",
            "arg m"
        ), ("try { Write-Error 'e' -ErrorAction Stop } catch { 'caught' }", "caught"),
        ("$ErrorActionPreference = 'SilentlyContinue'; Get-CsOnlineVoiceRoute nope; $?; $Error.Count", "False\n1"),
        (
            "Get-CsOnlineVoiceRoute nope -ErrorAction SilentlyContinue -ErrorVariable e; $e.Count; $e[0].Exception.Message",
            "1\nthere is no voice route nope"
        ), ("Get-CsOnlineVoiceRoute nope -EA Ignore; $Error.Count", "0"), ("try { $null.Trim() } catch { 'null' }", "null"),
        ("'a'; $?", "a\nTrue"),
        ("try { throw @{ code = 5 } } catch { 'object' }", "object"),
        ("foreach ($i in 1..2) { try { if ($i -eq 1) { throw 'x' }; $i } catch { 'c' } }", "c\n2"),
        ("function F { try { return 1 } finally { 'f' } }; F", "1\nf"),
        ("try { Get-CsOnlineVoiceRoute a; 'never' } catch { 'c' }; 'after'", "c\nafter"),
    ]

    static let pipelines: [Case] = [
        ("3, 1, 2 | Sort-Object", "1\n2\n3"), ("'b', 'A', 'c' | Sort-Object -Descending", "c\nb\nA"),
        ("1..5 | Where-Object { $_ -gt 3 }", "4\n5"), ("1..5 | Select-Object -First 2", "1\n2"), ("1..5 | Select-Object -Last 2", "4\n5"),
        ("1..5 | Select-Object -Skip 3", "4\n5"), ("1, 1, 2 | Select-Object -Unique", "1\n2"),
        ("2, 1, 2 | Sort-Object -Unique", "1\n2"), ("(1..4 | Measure-Object -Sum -Average).Average", "2.5"),
        ("(1..4 | Measure-Object).Count", "4"), ("(1..4 | Measure-Object -Maximum).Maximum", "4"),
        ("'a', 'b', 'a' | Group-Object | ForEach-Object { \"$($_.Name)$($_.Count)\" }", "a2\nb1"),
        ("('a', 'b', 'a' | Group-Object -AsHashTable).a.Count", "2"),
        ("Get-CsOnlineUser | Where-Object DisplayName -eq 'Bob' | ForEach-Object UserPrincipalName", "bob@contoso.example"),
        ("(Get-CsOnlineUser | Where-Object { $_.DisplayName -eq 'Twin' }).Count", "2"),
        ("(Get-CsOnlineUser | where DisplayName -eq 'Bob').Count", "1"), ("(Get-CsOnlineUser | where DisplayName -eq 'Nobody').Count", "0"),
        ("1..3 | % { $_ * 10 }", "10\n20\n30"),
        ("Get-CsOnlineUser | Sort-Object DisplayName | Select-Object -First 1 -ExpandProperty DisplayName", "Alice"),
        ("Get-CsOnlineUser | Select-Object @{n='N'; e={ $_.DisplayName.Length }} -First 1", "N\n-\n5"), ("1..3 | Out-Null", ""),
        ("(1, 2, $null, 3 | Where-Object { $_ }).Count", "3"),
        ("try { 'abc'.IndexOf('a', 'x') } catch { $_.Exception.Message -replace '.*it must', 'must' }", "must be a whole number."),
        ("try { 'abc'.IndexOf('a', 'x', 1) } catch { $_.Exception.Message -replace '.*argument ', '' -replace ',.*', '' }", "\"1\""),
        ("'x' | ForEach-Object ToUpper", "X"), ("'abc' | ForEach-Object Substring 1 1", "b"), ("'a-b' | ForEach-Object Replace - +", "a+b"),
        ("'abc' | ForEach-Object -MemberName Substring -ArgumentList 2", "c"),
        ("Compare-Object (1, 2) (2, 3) | ForEach-Object { \"$($_.InputObject)$($_.SideIndicator)\" }", "3=>\n1<="),
        ("'one two', 'three' | Select-String 'two' | ForEach-Object Line", "one two"),
        ("'one', 'two', 'two' | Select-String 'two' -Quiet", "True"), ("'one' | Select-String 'two' -Quiet", "False"),
        ("'one', 'two' | Select-String 'two' -NotMatch -Quiet", "True"), ("'two' | Select-String 'two' -NotMatch -Quiet", "False"),
        ("1, 2 | ForEach-Object -Begin { 'b' }", "b"), ("1, 2 | ForEach-Object -End { 'e' }", "e"),
        ("1, 2 | ForEach-Object -Begin { 'b' } -End { 'e' }", "b\ne"), ("try { 1 | ForEach-Object } catch { 'no block' }", "no block"),
        ("1, 2 | Tee-Object -Variable t | Out-Null; $t.Count", "2"), ("1..100 | Select-Object -First 1", "1"),
        ("Get-CsOnlineUser -OutVariable u | Out-Null; $u.Count", "5"), ("(Get-CsOnlineVoiceRoute).Name", "International"),
        ("@(Get-CsOnlineVoiceRoute).Count", "1"),
        ("Get-CsOnlineUser | Group-Object UsageLocation -NoElement", "Count Name\n----- ----\n    1 GB\n    4 US"),
        ("Write-Output 1 2 | ForEach-Object { $_ + 1 }", "2\n3"),
        ("Write-Host 'a' 'b'; Write-Host -NoNewline 'c'; Write-Host 'd'", "a b\ncd"),
        ("foreach ($n in 'x') { [pscustomobject]@{ Name = $n }; Write-Host 'done'; 'all' }", "Name\n----\nx\n\ndone\nall"),
    ]

    static let preferences: [Case] = ["ErrorAction", "Confirm", "Warning", "Verbose", "Debug", "Information"].map {
        ("try { $\($0)Preference = 'Perhaps'; 'taken' } catch { 'refused' }", "refused")
    }

    /// What `Select-Object` takes of 1..5; with `-Last` alone `-Skip` counts from the end.
    static let parts: [Case] = [
        ("-First 0", ""), ("-First 2", "1 2"), ("-First 9", "1 2 3 4 5"), ("-Last 0", ""), ("-Last 1", "5"), ("-Last 9", "1 2 3 4 5"),
        ("-Skip 0", "1 2 3 4 5"), ("-Skip 4", "5"), ("-Skip 9", ""), ("-SkipLast 0", "1 2 3 4 5"), ("-SkipLast 4", "1"),
        ("-SkipLast 9", ""),
        ("-Skip 1 -First 2", "2 3"), ("-Skip 4 -First 2", "5"), ("-Last 2 -Skip 0", "4 5"), ("-Last 2 -Skip 1", "3 4"),
        ("-Last 2 -Skip 4", "1"), ("-Last 2 -Skip 9", ""), ("-Skip 1 -SkipLast 1", "2 3 4"), ("-First 2 -Last 1", "1 2 5"),
        ("-First 4 -Last 4", "1 2 3 4 5"), ("-First 1 -Last 1 -Skip 1", "2 5"), ("-Index 0, 4", "1 5"), ("-Index 5", ""),
    ].map { ("(1..5 | Select-Object \($0)) -join ' '", $1) }

    /// The sides that `Compare-Object` shows of 1, 2, 'a' beside 'A', 2, 3.
    static let sides: [Case] = [
        ("", "3=> 1<="), ("-IncludeEqual", "A== 2== 3=> 1<="), ("-IncludeEqual -ExcludeDifferent", "A== 2=="),
        ("-ExcludeDifferent", "A== 2=="),
        ("-ExcludeDifferent -IncludeEqual:$false", ""), ("-CaseSensitive", "A=> 3=> 1<= a<="),
    ].map {
        ("(Compare-Object 1, 2, 'a' 'A', 2, 3 \($0) | ForEach-Object { \"$($_.InputObject)$($_.SideIndicator)\" }) -join ' '", $1)
    }

    static let data: [Case] = [
        ("@{ a = 1 } | ConvertTo-Json -Compress", "{\"a\":1}"),
        ("[ordered]@{ a = 1; b = 'x' } | ConvertTo-Json", "{\n  \"a\": 1,\n  \"b\": \"x\"\n}"),
        ("1, 2 | ConvertTo-Json -Compress", "[1,2]"), ("@(1) | ConvertTo-Json -AsArray -Compress", "[1]"),
        ("'a\"b' | ConvertTo-Json", "\"a\\\"b\""), ("@{ n = $null; t = $true } | ConvertTo-Json -Compress", "{\"n\":null,\"t\":true}"),
        ("@{ a = @{ b = @{ c = @{ d = 1 } } } } | ConvertTo-Json -Compress -Depth 4", "{\"a\":{\"b\":{\"c\":{\"d\":1}}}}"),
        ("@{ a = @() } | ConvertTo-Json -Compress", "{\"a\":[]}"),
        ("('{\"a\": [1, 2], \"b\": {\"c\": \"x\"}}' | ConvertFrom-Json).b.c", "x"), ("('[1, 2, 3]' | ConvertFrom-Json).Count", "3"),
        ("('{\"a\": 1.5}' | ConvertFrom-Json).a", "1.5"), ("('{\"a\": 1}' | ConvertFrom-Json -AsHashtable).a", "1"),
        ("try { '{' | ConvertFrom-Json } catch { 'no json' }", "no json"),
        ("try { '\"\\u+041\"' | ConvertFrom-Json } catch { 'no json' }", "no json"), ("'\"\\u0041\"' | ConvertFrom-Json", "A"),
        ("try { [int]'0x-5' } catch { 'no number' }", "no number"), ("[int]'-0x5'", "-5"),
        ("[PSCustomObject]@{ A = 1; B = 'x,y' } | ConvertTo-Csv", "\"A\",\"B\"\n\"1\",\"x,y\""),
        ("[PSCustomObject]@{ A = 'q\"q' } | ConvertTo-Csv -NoTypeInformation | Select-Object -Last 1", "\"q\"\"q\""),
        ("[PSCustomObject]@{ A = 1 } | ConvertTo-Csv -Delimiter ';' -UseQuotes Never", "A\n1"),
        ("(\"a,b`n1,`\"2,3`\"\" | ConvertFrom-Csv).b", "2,3"), ("('a;b', '1;2' | ConvertFrom-Csv -Delimiter ';').b", "2"),
        ("('1,2' | ConvertFrom-Csv -Header x, y).y", "2"), ("(\"$([char]0xFEFF)a,b`n1,2\" | ConvertFrom-Csv).a", "1"),
        ("(\"a,b`n1,2$([char]0xFEFF)\" | ConvertFrom-Csv).b.Length", "2"),
        (
            "'#TYPE Pair,of', '\"A\",\"B\"' | Out-File t.csv; [PSCustomObject]@{ B = 2; A = 1 } | Export-Csv t.csv -Append; Get-Content t.csv",
            "#TYPE Pair,of\n\"A\",\"B\"\n\"1\",\"2\""
        ),
        (
            "'\"A\",\"#TYPE B\"' | Out-File h.csv; [PSCustomObject]@{ '#TYPE B' = 2; A = 1 } | Export-Csv h.csv -Append; Get-Content h.csv",
            "\"A\",\"#TYPE B\"\n\"1\",\"2\""
        ),
        ("Get-Date '2026-11-25 18:05' -Format 'dd.MM.yyyy HH:mm'", "25.11.2026 18:05"),
        ("(Get-Date '2026-11-25').AddDays(10).ToString('yyyy-MM-dd')", "2026-12-05"), ("(Get-Date '2026-01-31').AddMonths(1).Day", "28"),
        ("([datetime]'2026-11-25').DayOfWeek", "Wednesday"), ("([datetime]'2026-11-25' - [datetime]'2026-11-20').Days", "5"),
        ("(New-TimeSpan -Days 1 -Hours 2).TotalHours", "26"), ("(New-TimeSpan -Seconds 1000000).TotalSeconds", "1000000"),
        ("[datetime]'2026-11-25'", "Wednesday, November 25, 2026 12:00:00 AM"), ("[timespan]'01:30:00'", "01:30:00"),
        ("[datetime]::Parse('11/25/2026').Month", "11"), ("Get-Date -Format 'yyyy'", "2025"), ("[datetime]::IsLeapYear(2028)", "True"),
        ("Split-Path 'C:\\a\\b.csv' -Leaf", "b.csv"), ("Split-Path 'C:\\a\\b.csv'", "C:\\a"),
        ("Split-Path '/a/b.c.csv' -Extension", ".csv"), ("Split-Path '/a/b.c.csv' -LeafBase", "b.c"), ("Split-Path '/a/b' -Extension", ""),
        ("Split-Path '/a/b.csv' -Parent", "/a"), ("'x/1', 'y/2' | Split-Path -Leaf", "1\n2"), ("Join-Path 'C:\\a' 'b.csv'", "C:\\a\\b.csv"),
        ("'a', 'b' | Out-String -Stream", "a\nb"),
        ("$PSVersionTable.PSVersion", "7.4.0"), ("Set-StrictMode -Version Latest; try { $undefined } catch { 'strict' }", "strict"),
        ("$undefined -eq $null", "True"), ("[int]::MaxValue", "2147483647"), ("[Convert]::ToInt32('ff', 16)", "255"),
    ]

    static let all: [(page: String, cases: [Case])] = [
        ("about_Arithmetic_Operators", arithmetic), ("about_Comparison_Operators", comparison), ("about_Logical_Operators", logic),
        ("about_Quoting_Rules, about_Split, about_Join", texts), ("about_Arrays", arrays),
        ("about_Hash_Tables, about_PSCustomObject", tables), ("about_If, about_Foreach, about_Switch", flow),
        ("about_Functions, about_Functions_Advanced_Parameters", functions), ("about_Try_Catch_Finally, about_CommonParameters", errors),
        ("about_Pipelines", pipelines), ("about_Preference_Variables", preferences), ("Select-Object", parts), ("Compare-Object", sides),
        ("ConvertTo-Json, ConvertTo-Csv, Get-Date", data),
        ("about_Type_Conversion", types), ("about_Arrays, Where and ForEach", chosen), ("Standard and custom format strings", formats),
        ("Methods", arguments),
        ("about_Regular_Expressions", expressions), ("Sort-Object, Group-Object", order), ("Casts and JSON", readings),
        ("about_Character_Encoding", files), ("What gathers", gathered), ("-ErrorAction", passedOver),
        ("-ErrorVariable and its like", filled), ("$FormatEnumerationLimit", limits), ("$null, whole numbers and dates", nothing),
        ("Mandatory, ParameterSetName", given), ("Dates and filters", filtered),
        ("scripts for Teams 1", scripts1), ("scripts for Teams 2", scripts2), ("scripts for Teams 3", scripts3),
        ("scripts for Teams 4", scripts4), ("What is honoured as it is there, or refused", honoured),
    ]
}
