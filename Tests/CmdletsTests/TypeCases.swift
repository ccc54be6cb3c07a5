extension LanguageCases {
    /// Of each type as it may be written, how .NET names it.
    private static let names: [(String, String)] = [
        ("string", "String"), ("char", "Char"), ("int", "Int32"), ("int64", "Int64"), ("long", "Int64"), ("double", "Double"),
        ("bool", "Boolean"), ("datetime", "DateTime"), ("timespan", "TimeSpan"), ("object", "Object"), ("string[]", "String[]"),
        ("int[]", "Int32[]"), ("array", "Object[]"), ("System.Collections.ArrayList", "Collections.ArrayList"),
        ("hashtable", "Collections.Hashtable"), ("ordered", "Collections.Specialized.OrderedDictionary"),
        ("pscustomobject", "Management.Automation.PSObject"), ("scriptblock", "Management.Automation.ScriptBlock"),
        ("regex", "Text.RegularExpressions.Regex"), ("switch", "Management.Automation.SwitchParameter"), ("void", "Void"),
        ("math", "Math"), ("convert", "Convert"), ("environment", "Environment"), ("cultureinfo", "Globalization.CultureInfo"),
        ("mailaddress", "Net.Mail.MailAddress"), ("System.ArgumentException", "ArgumentException"), ("Nullable[int]", "Int32"),
        ("Nullable[datetime]", "DateTime"), ("System.Nullable[System.Boolean]", "Boolean"),
    ]

    /// The least and the greatest of each type of whole numbers.
    private static let ranges: [(String, Int, Int)] = [
        ("byte", 0, 255), ("int16", -32_768, 32_767), ("uint16", 0, 65_535), ("uint32", 0, 4_294_967_295),
        ("int", -2_147_483_648, 2_147_483_647), ("System.Int32", -2_147_483_648, 2_147_483_647),
    ]

    static let types: [Case] =
        names.map { ("[\($0)].FullName", "System.\($1)") }
        + ranges.flatMap { name, least, most -> [Case] in
            [
                ("[\(name)]'\(least)'", "\(least)"), ("[\(name)]\(most)", "\(most)"),
                ("try { [\(name)](\(least - 1)) } catch { 'too little' }", "too little"),
                ("try { [\(name)](\(most + 1)) } catch { 'too much' }", "too much"),
            ]
        } + [
            ("[long]9223372036854775807", "9223372036854775807"), ("[int64]'-9223372036854775807'", "-9223372036854775807"),
            ("([Nullable[int]]'5') + 1", "6"), ("[double]'.5'", "0.5"), ("[double]'5.'", "5"), ("[double]'.5e1'", "5"),
            (
                "foreach ($t in '.', '.e5', '.kb', '-.', '.l', 'e5') { try { [double]$t } catch { 'no number' } }",
                "no number\nno number\nno number\nno number\nno number\nno number"
            ),
            ("[datetime]'2026-01-02' -eq [datetime]'2026-01-02'", "True"),
            ("[datetime]'2026-01-02' -eq [datetime]'2026-01-03'", "False"), ("[datetime]'2026-01-02' -ne '2026-01-02'", "False"),
            ("[datetime]'2026-01-02' -ge [datetime]'2026-01-02'", "True"), ("[timespan]'01:00' -eq [timespan]'01:00'", "True"),
            ("[timespan]'01:00' -eq [timespan]'02:00'", "False"), ("[int] -eq 'System.Int32'", "True"), ("[int] -eq [string]", "False"),
            ("[System.ArgumentException]::new('one', 'two').Message", "one"),
            ("(New-Object System.Exception 'one', 'two').Message", "one"),
            ("[mailaddress]::new('ann@contoso.example', 'Ann').Address", "ann@contoso.example"),
            ("[timespan]::new(1, 2, 3).ToString()", "01:02:03"), ("[timespan]::new(4, 1, 2, 3).TotalMinutes", "5822.05"),
            ("[timespan]::new(0, 0, 1, 2, 345).TotalMilliseconds", "62345"), ("[timespan]::new(36000000000).TotalHours", "1"),
            ("try { [timespan]::new(1, 2) } catch { 'no span' }", "no span"),
            ("try { [timespan]::new(1, 2, 'x') } catch { 'no span' }", "no span"),
            ("try { [timespan]::new(1, 2, 3, 4, 5, 6) } catch { 'no span' }", "no span"),
            ("try { [timespan]::new(9223372036854775807, 0, 0) } catch { 'no span' }", "no span"),
            ("[int[]]::new(3) -join ','", "0,0,0"), ("[bool[]]::new(2) -join ','", "False,False"), ("([string[]]::new(2)).Count", "2"),
            ("$null -eq [string[]]::new(1)[0]", "True"), ("@([int[]]::new(0)).Count", "0"),
            ("try { [int[]]::new(-1) } catch { 'no array' }", "no array"),
            ("try { [int[]]::new(1000001) } catch { 'no array' }", "no array"),
            ("[regex]::new('a').IsMatch('A')", "False"),
            ("[datetime]::new(2026, 1, 2).ToString('yyyy-MM-dd HH:mm:ss')", "2026-01-02 00:00:00"),
            ("[datetime]::new(2026, 1, 2, 3, 4, 5).ToString('yyyy-MM-dd HH:mm:ss')", "2026-01-02 03:04:05"),
            ("try { [datetime]::new(2026, 1) } catch { 'no date' }", "no date"),
        ]

    static let chosen: [Case] = [
        ("(1..5).Where({ $_ -gt 1 }, 'First')", "2"), ("(1..5).Where({ $_ -gt 1 }, 'first', 2)", "2\n3"),
        ("(1..5).Where({ $_ -gt 1 }, 'First', 9)", "2\n3\n4\n5"), ("@((1..5).Where({ $_ -gt 9 }, 'First')).Count", "0"),
        ("$n = 0; [void](1..5).Where({ $script:n++; $_ -gt 1 }, 'First'); $n", "2"),
        ("$_ = 'kept'; [void](1, 2).ForEach({ $_ }); $_", "kept"), ("(1, 2).ForEach({ $_, $_ }) -join ''", "1122"),
        ("@('a', 'B').IndexOf('B')", "1"), ("@('a', 'B').IndexOf('b')", "-1"),
    ]
}
