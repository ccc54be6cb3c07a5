extension LanguageCases {
    /// Of each format and number, what .NET writes.
    static let formats: [Case] =
        [
            ("'(###) ###-####'", "2065551234", "(206) 555-1234"), ("'000-000-0000'", "2065551234", "206-555-1234"),
            ("'+0;-0;zero'", "5", "+5"), ("'+0;-0;zero'", "-5", "-5"), ("'+0;-0;zero'", "0", "zero"), ("'0;;none'", "-5", "-5"),
            ("'0.00 \"EUR\"'", "1234.5", "1234.50 EUR"), ("'0.00 ''EUR'''", "1", "1.00 EUR"), ("'\\#0'", "12", "#12"),
            ("'#,##0.##'", "1234.567", "1,234.57"), ("'#,##0.##'", "1234", "1,234"), ("'00-00'", "5", "00-05"),
            ("'#,##0,'", "1234567", "1,235"),
            ("'0,,.0'", "1234567", "1.2"), ("'0.0%'", "0.256", "25.6%"), ("'0.0‰'", "0.0256", "25.6‰"), ("'0.0E+0'", "12345.6", "1.2E+4"),
            ("'#'", "0", ""), ("'0.0'", "-1.25", "-1.3"), ("'0.#'", "0.04", "0"), ("'0.0;(0.0)'", "-2.5", "(2.5)"), ("'x0y'", "7", "x7y"),
            ("'F1'", "1.45", "1.4"), ("'F1'", "2.25", "2.3"), ("'N2'", "1.005", "1.00"), ("'P1'", "0.285", "28.5%"),
            ("'N2'", "1e17", "100,000,000,000,000,000.00"), ("'N0'", "123456789012345678", "123,456,789,012,345,678"),
            ("'C'", "-5", "-$5.00"), ("'G4'", "1234.5678", "1235"), ("'G3'", "0.00001234", "1.23E-05"), ("'E2'", "1234", "1.23E+003"),
            ("'x4'", "255", "00ff"), ("'D4'", "-7", "-0007"),
        ].map { ("(\($1)).ToString(\($0)); ('{0:' + \($0) + '}') -f \($1)", "\($2)\n\($2)") } + [
            ("1e15; 0.00001; 0.0001; 1234567890123456.0", "1E+15\n1E-05\n0.0001\n1.234567890123456E+15"),
            ("([timespan]'1.02:03:04').ToString('d\\.hh\\:mm')", "1.02:03"), ("([timespan]'1.02:03:04.5').ToString('g')", "1:2:03:04.5"),
            ("([timespan]'02:03:04').ToString('G')", "0:02:03:04.0000000"), ("'{0:hh\\:mm\\:ss}' -f [timespan]'26:03:04'", "02:03:04"),
            ("([datetime]'2026-11-25 18:10').ToString('ss.FFF|%d')", "00|25"), ("Get-Date '2026-11-25 18:10:01.5' -Format 's.FFF'", "1.5"),
            ("(5).ToString([cultureinfo]'en-US'); (5.5).ToString('N2', [cultureinfo]::InvariantCulture)", "5\n5.50"),
        ]
        + [
            "(5.5).ToString('D3')", "(5).ToString('Z')", "(0.5).ToString('F16')", "(Get-Date).ToString('gg')", "(Get-Date).ToString('q')",
            "(Get-Date).ToString('ffffffff')", "([timespan]'01:02').ToString('hh:mm')", "'x'.ToString('N2')", "$true.ToString('N2')",
        ].map { ("try { \($0) } catch { $_.FullyQualifiedErrorId -match '^(FormatError|Method)' }", "True") }

    /// What is done with each argument of a method.
    static let arguments: [Case] =
        [
            ("[math]::Round(2.5, 'AwayFromZero')", "3"), ("[math]::Round(-2.5, [MidpointRounding]::ToZero)", "-2"),
            ("[math]::Round(2.345, 2, [MidpointRounding]::AwayFromZero)", "2.35"), ("[math]::Round(2.5, 0)", "2"),
            ("[math]::Pow(1.5, -2)", "0.4444444444444444"), ("[math]::Pow(9, 0.5)", "3"),
            ("'a-b_c'.Split('-', '_') -join '|'", "a|b|c"), ("'a,b;c'.Split([char[]]',;') -join '|'", "a|b|c"),
            ("'a,b;c'.Split(',;').Count", "1"), ("'a, ,b'.Split(',', [StringSplitOptions]::RemoveEmptyEntries) -join '|'", "a| |b"),
            ("'a, ,b'.Split(',', 'RemoveEmptyEntries, TrimEntries') -join '|'", "a|b"),
            ("'a||b|c'.Split(@('||', '|'), 'None') -join ','", "a,b,c"), ("'abc'.Split('').Count", "1"), ("'a b'.Split().Count", "2"),
            ("'a,b'.Split(',', 0).Count", "0"), ("'a,,b,c'.Split(',', 2, 'RemoveEmptyEntries') -join '|'", "a|b,c"),
            ("'abc'.Replace('B', 'x$', 'OrdinalIgnoreCase')", "ax$c"), ("'abcb'.IndexOf('b', 2)", "3"), ("'abcb'.IndexOf('b', 2, 1)", "-1"),
            ("'ABC'.IndexOf('b', 'OrdinalIgnoreCase')", "1"), ("'a'.Equals('A', 'OrdinalIgnoreCase')", "True"), ("'5'.Equals(5)", "False"),
            ("'Straße é'.ToUpper(); 'ÀB'.ToLower()", "STRAßE É\nàb"), ("1 -shl 30; 8 -shr 33", "1073741824\n4"),
            ("'abc'.ToCharArray(1, 2) -join ','", "b,c"), ("'..a-'.Trim('.', '-')", "a"),
            ("[string]::Join(',', @('a', 'b', 'c'), 1, 2)", "b,c"), ("[string]::Compare('a', 'B', $true)", "-1"),
            ("[string]::Compare('a', 'B', 'Ordinal')", "1"), ("[bool]::Parse('false')", "False"),
            ("[Convert]::ToBoolean('false')", "False"),
            ("[regex]::new('a').Replace('aaa', 'b', 2)", "bba"), ("[regex]::new('-').Split('a-b-c', 2) -join '|'", "a|b-c"),
            ("[regex]::Replace('Aaa', 'a', 'b', 'IgnoreCase')", "bbb"), ("[regex]::Matches(\"a`nb\", '^\\w', 'Multiline').Count", "2"),
            ("[regex]::IsMatch('AB', 'a b', [Text.RegularExpressions.RegexOptions]'IgnoreCase, IgnorePatternWhitespace')", "True"),
            ("[regex]::new('abc', 'IgnoreCase').IsMatch('ABC')", "True"), ("'ABC' -match [regex]'abc'", "False"),
            ("(1..6).Where({ $_ -gt 2 }, 'Last', 2) -join ','", "5,6"), ("(1..6).Where({ $_ -gt 2 }, 'SkipUntil') -join ','", "3,4,5,6"),
            ("(1..6).Where({ $_ -gt 2 }, 'Until') -join ','", "1,2"), ("(1..6).Where({ $_ -gt 2 }, 'Default', 2) -join ','", "3,4"),
            ("$a, $b = (1..6).Where({ $_ % 2 }, 'Split'); \"$a | $b\"", "1 3 5 | 2 4 6"),
            ("[hashtable]::new(@{ a = 1 }).a", "1"), ("[DayOfWeek]::Friday -eq ([datetime]'2026-11-27').DayOfWeek", "True"),
            ("[timespan]::Parse('01:30').TotalMinutes", "90"), ("$h = @{ Add = { \"own $args\" } }; $h.Add(1)", "own 1"),
        ]
        + [
            ("'abc'.Substring()", 0), ("'abc'.Replace('a')", 1), ("'abc'.Contains()", 0), ("[math]::Floor(1, 2)", 2),
            ("[math]::Max(1, 2, 3)", 3), ("[regex]::Escape('a', 'b')", 2), ("@{ a = 1 }.Add('b')", 1), ("(Get-Date).AddDays()", 0),
            ("[string]::IsNullOrEmpty('a', 'b')", 2), ("'a'.PadLeft()", 0), ("[int]::Parse('5', 'Any')", 2), ("'a'.ToUpper('x', 'y')", 2),
        ].map { call, count in
            ("try { \(call) } catch { $_.Exception.Message -match 'Cannot find an overload .* argument count: \"\(count)\"' }", "True")
        }
        + [
            "[math]::Round('x')", "1 -shl 31", "[math]::Round(1, 2, 'Up')", "[math]::Round(1, 99)", "[math]::Pow(2, 0.3)",
            "'abc'.Contains('a', 'b')",
            "'abc'.PadLeft(5, 'xy')", "'a'.Normalize('FormD')", "[char]::IsDigit('12')", "[regex]::Match('a', 'b', 'RightToLeft')",
            "(1, 2).Where({ $true }, 'Some')", "[hashtable]::new('a')", "[int]::Parse('1.5')", "[bool]::Parse('yes')",
            "[Convert]::ToInt32('1.5')", "'a'.Split(',', -1)", "'a'.ToUpper('de-DE')",
        ].map { ("try { \($0) } catch { 'refused' }", "refused") }

    /// Regular expressions as .NET has them.
    static let expressions: [Case] = [
        ("'Zoë Müller' -match '^\\w+ \\w+$'", "True"), ("'äb' -replace '\\b', '|'", "|äb|"), ("'٣' -match '\\d'", "True"),
        ("'bcd' -match '^[a-z-[aeiou]]+$'; 'bad' -match '^[a-z-[aeiou]]+$'", "True\nFalse"),
        ("'b' -match '^[\\w-[a-f-[b]]]$'; 'a' -match '^[\\w-[a-f-[b]]]$'", "True\nFalse"), ("'a-[' -match '^[a\\-[]+$'", "True"),
        ("'abc' -replace 'b', '[$`|$''|$_|$$|$&|$9]'", "a[a|c|abc|$|b|$9]c"), ("'ab' -replace '(a)(b)?', '<$+>'", "<b>"),
        ("'x1' -match '(?<n>x)(\\d)' | Out-Null; \"$($Matches[1]) $($Matches.n)\"", "1 x"),
        ("'x1' -replace '(?<n>x)(\\d)', '$1-$2-${n}'", "1-x-x"),
        ("[regex]::Match('x1', '(?<n>x)(\\d)').Groups[2].Name", "n"),
        ("try { 'xx' -match '(?<n>x)(\\w)\\1' } catch { 'by number' }", "by number"),
        ("try { 'a' -match '[[:alpha:]]' } catch { 'no meaning' }", "no meaning"),
        ("try { 'a' -match '[a-[b]c]' } catch { 'at its end' }", "at its end"),
        ("('abc' -split '') -join '|'", "|a|b|c|"), ("('a,b,c,d' -split ',', -2) -join '|'", "a,b,c|d"),
        ("('a1b2c' -split '(\\d)', 2) -join '|'", "a|1|b2c"), ("(\"a`nb\" -split '^b', 0, 'Multiline').Count", "2"),
        ("('aXb' -csplit 'x', 0, 'IgnoreCase').Count", "2"), ("try { 'a' -split 'a', 0, 'Simple' } catch { 'no option' }", "no option"),
        ("('ÄB', 'c' | Select-String 'äb').Line", "ÄB"),
    ]

    static let order: [Case] = [
        ("(10, 9, '8' | Sort-Object) -join ' '", "8 9 10"),
        ("('b', 'A', 'a', 'B', 'ä', 'z', 'Ärger', 'Ärmel', 'Arm' | Sort-Object) -join ' '", "A a ä Ärger Arm Ärmel b B z"),
        ("('b', 'A', 'a', 'B' | Sort-Object -CaseSensitive) -join ' '", "a A b B"),
        ("('b', 'A', 'ä', 'a' | Sort-Object -Descending) -join ' '", "b ä A a"),
        ("('b', 'A', 'ä', 'a' | Sort-Object -Unique) -join ' '", "A ä b"),
        ("('a1', 'a_1', 'a-1', 'a 1', 'A.1', '1a', '$a', 'é' | Sort-Object) -join '|'", "$a|1a|a 1|a_1|a-1|A.1|a1|é"),
        ("('œuf', 'oz', 'od', 'straße', 'strasse', 'Ωm', 'z' | Sort-Object) -join ' '", "od œuf oz strasse straße z Ωm"),
        ("'a' -lt 'B'; 'ä' -lt 'b'; 'Z' -gt 'a'; 'a-b' -lt 'ab'", "True\nTrue\nTrue\nTrue"),
        ("'a'.CompareTo('A'); 'é'.CompareTo('f')", "-1\n-1"),
        ("$a = 'b', 'A', 'a'; [array]::Sort($a); $a -join ''", "aAb"),
        ("('2026-02-01', [datetime]'2026-01-01' | Sort-Object)[0].GetType().Name", "DateTime"),
        ("(10, 9, 9 | Group-Object).Name -join ' '", "9 10"),
        ("('b', 'a', 'B' | Group-Object | ForEach-Object { \"$($_.Name)$($_.Count)\" }) -join ' '", "a1 b2"),
        ("('b', 3, 'b' | Group-Object).Name -join ' '", "b 3"),
        ("try { 1 | Sort-Object -Culture de-DE } catch { 'no culture' }", "no culture"),
    ]

    static let readings: [Case] =
        [
            ("[int]'1,234'", "1234"), ("'1,234' -as [int]", "1234"), ("[double]'1,234.5'", "1234.5"), ("1 + '1,234'", "1235"),
            ("[int]'0x1F'", "31"), ("[double]'1e3'", "1000"), ("[int]'1e3'", "1000"), ("[int]' 7 '", "7"), ("[int]''", "0"),
            ("[bool]'0'", "True"),
            ("'0' -as [bool]", "True"), ("1 + '1kb'", "1025"), ("[int]'2.5'", "2"), ("$null -eq ('1kb' -as [int])", "True"),
            ("('{\"d\":\"2026-11-25T10:00:00+01:00\"}' | ConvertFrom-Json).d.ToString('HH:mm')", "09:00"),
            ("('{\"d\":\"2026-11-25\"}' | ConvertFrom-Json).d.Length", "10"), ("('{\"a\":1,\"a\":2}' | ConvertFrom-Json).a", "2"),
            ("$h = '{\"\":1}' | ConvertFrom-Json -AsHashtable; $h['']", "1"),
        ]
        + [
            "[int]'1kb'", "[double]'0x1F'", "[int]',1'", "[int]'1.5,0'", "'{\"a\":1,\"A\":2}' | ConvertFrom-Json",
            "'{\"\":1}' | ConvertFrom-Json",
        ].map { ("try { \($0) } catch { 'refused' }", "refused") }

    static let gathered: [Case] = [
        (
            "$d = [System.Collections.Generic.Dictionary[string,int]]::new(); $d['a'] = 1; $d.ContainsKey('A'); $d.GetType().Name",
            "False\nDictionary`2"
        ),
        ("$h = New-Object hashtable; $h['a'] = 1; $h['A'] = 2; $h.Count; $h.Clone()['a']", "2\n1"),
        ("[ordered]@{ a = 1 } -is [hashtable]", "False"),
        (
            "$o = [System.Collections.Specialized.OrderedDictionary]::new(); $o['b'] = 1; $o[0]; @{} -is [System.Collections.IDictionary]",
            "1\nTrue"
        ),
        ("[regex]::Replace('a1b2', '\\d', { param($m) [int]$m.Value * 2 })", "a2b4"),
        ("([regex]'\\d').Replace('a1', { $args[0].Value + $_.Value })", "a11"),
        ("'x' -match 'x' | Out-Null; function f([ValidatePattern('y')]$v) { $v }; f 'y'; $Matches[0]", "y\nx"),
        (
            "'x', 'y' | Out-File a.txt -NoNewline; 'z' | Add-Content a.txt -NoNewline; Get-Content a.txt -Raw; 1, 2 | Out-String -NoNewline",
            "xyz\n12"
        ),
        ("try { '[12345678901234567890]' | ConvertFrom-Json } catch { 'too large' }", "too large"), ("[math]::Round(-0.5)", "-0"),
        ("try { 1, 2 | Measure-Object -Property Foo -Sum } catch { 'no Foo' }", "no Foo"),
        ("([pscustomobject]@{ A = $null } | Measure-Object A).Count", "0"),
        ("([datetime]'1/2/50').Year; ([datetime]'1/2/49').Year", "1950\n2049"),
        ("$l = [System.Collections.ArrayList]::new(); $l.Add('a'); $l.Add('b')", "0\n1"),
        ("$l = [System.Collections.Generic.List[string]]::new(); $l.Add('a'); $l.Remove('a'); $l.Remove('a')", "True\nFalse"),
        ("[System.Collections.Generic.List[int]]::new().GetType().Name", "List`1"),
        ("(1, 2, 3 | Group-Object { $_ % 2 } -AsHashTable)[1]", "1\n3"),
        ("(1, 2, 3 | Group-Object { $_ % 2 } -AsHashTable -AsString)['1']", "1\n3"),
        ("('a1b2', 'c3' | Select-String '\\d').Matches.Value", "1\n3"),
        ("('a1b2' | Select-String '\\d' -AllMatches).Matches.Value", "1\n2"),
        ("('x', 'b2' | Select-String 'y', '\\d').Matches.Value", "2"),
        ("Split-Path 'C:\\a\\b' -Qualifier; Split-Path 'C:\\a' -NoQualifier", "C:\n\\a"),
        ("([datetime]'2026-11-25T10:00:00+02:00').Hour", "8"), ("[datetime]'2026-11-25T10:00:00Z' -eq '2026-11-25 10:00'", "True"),
    ]

    static let files: [Case] =
        ["utf8", "UTF8NoBOM", "default"].map { ("'ä' | Set-Content a.txt -Encoding \($0); Get-Content a.txt", "ä") } + [
            (
                "'ä' | Out-File a.txt -Encoding utf8BOM; 'ö' | Add-Content a.txt -Encoding utf8BOM; (Get-Content a.txt -Encoding utf8BOM) -join ''",
                "äö"
            ),
            ("[pscustomobject]@{ A = 'ä' } | Export-Csv a.csv -Encoding ascii; (Import-Csv a.csv).A", "?"),
            ("[pscustomobject]@{ A = 'ä' } | Export-Csv a.csv -Encoding utf8BOM; (Import-Csv a.csv).A", "ä"),
            ("'ä' | Set-Content a.txt; try { Get-Content a.txt -Encoding ascii } catch { 'not ascii' }", "not ascii"),
        ]
        + [
            "'a' | Set-Content a.txt -Encoding unicode", "'a' | Add-Content a.txt -Encoding bigendianunicode",
            "'a' | Out-File a.txt -Encoding utf32", "@{ a = 1 } | Export-Csv a.csv -Encoding unicode",
            "'a' | Tee-Object a.txt -Encoding oem",
            "'a' > a.txt; Get-Content a.txt -Encoding 1252", "'a' > a.csv; Import-Csv a.csv -Encoding unicode",
        ].map { ("try { \($0) } catch { $_.FullyQualifiedErrorId }", "EncodingNotHere") }

    static let passedOver: [Case] = [
        ("try { [int]'x' } catch [System.InvalidCastException] { 'no cast' }", "no cast"),
        ("try { 1 | Get-Unique -OnType } catch { 'refused' }", "refused"),
        ("'a' > a.txt; try { Get-Content a.txt -ReadCount 0 } catch { 'refused' }; Get-Content a.txt -ReadCount 1", "refused\na"),
        ("try { Get-Date -DisplayHint Date } catch { 'refused' }", "refused"),
        ("try { Set-Variable x 1 -Option Constant } catch { 'refused' }; Set-Variable x 2 -Scope Local; $x", "refused\n2"),
        (
            "try { Compare-Object 1, 2 2, 1 -SyncWindow 0 } catch { 'refused' }; @(Compare-Object 1, 2 2, 1 -SyncWindow 2).Count",
            "refused\n0"
        ),
        ("try { 1 | ConvertTo-Json -EscapeHandling EscapeHtml } catch { 'refused' }", "refused"),
        ("try { @{ a = 1 } | Select-Object a -ExpandProperty a } catch { 'refused' }", "refused"),
        (
            "$o = [pscustomobject]@{ A = 1 }, [pscustomobject]@{ B = 2 }; @($o | Select-Object -ExpandProperty B -ErrorAction SilentlyContinue) -join ','; $Error.Count",
            "2\n1"
        ),
        ("[pscustomobject]@{ A = 1 } | Select-Object -ExpandProperty B -ErrorAction Ignore -ErrorVariable e; $e.Count", "1"),
        ("try { [pscustomobject]@{ A = 1 } | Select-Object -ExpandProperty B } catch { 'none' }", "none"),
    ]
}
