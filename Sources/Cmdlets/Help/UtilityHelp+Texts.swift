extension CmdletHelp {
    static let texts: [String: CmdletHelp] = [
        "Select-String": CmdletHelp(
            "Finds the texts that match a pattern.",
            [
                "Pattern": "Regular expressions.", "SimpleMatch": "The patterns stand for themselves.",
                "NotMatch": "Finds those that do not match.",
                "AllMatches": "Tells each match in a text.", "Quiet": "Tells only whether there is one.",
                "List": "Makes no difference: it is about files.",
                "Raw": "Puts out the texts alone.",
            ],
            [
                "'US', 'UK' | Select-String '^U' -Raw": "Texts that begin with U.",
                "'+14255550100' | Select-String '^\\+1' -Quiet": "Whether a number is of zone 1.",
            ]),
        "Out-String": CmdletHelp(
            "Gives what would be shown, as one text.", ["Stream": "A text for each line."],
            [
                "(Get-CsOnlineVoiceRoute | Out-String).Length": "How long the table would be.",
                "1..3 | Out-String -Stream": "Line by line.",
            ]),
        "Out-Host": CmdletHelp(
            "Shows what is piped in and puts out nothing.", ["Paging": "Makes no difference: there are no screens."],
            [
                "1..3 | Out-Host": "Shows numbers.", "$x = 'a' | Out-Host; $null -eq $x": "Nothing is put out.",
            ]),
        "Out-Default": CmdletHelp(
            "Shows what is piped in, as the end of a pipeline does.", [:],
            [
                "'a' | Out-Default": "Shows a text.", "Get-CsOnlineUser | Out-Default": "Shows users.",
            ]),
        "Out-Null": CmdletHelp(
            "Drops what is piped in.", [:],
            [
                "Get-CsOnlineUser | Out-Null": "Shows nothing.", "@(1, 2 | Out-Null).Count": "Nothing is left.",
            ]),
        "Tee-Object": CmdletHelp(
            "Keeps what is piped through in a variable or a file, and passes it on.",
            ["FilePath": "The file on the client.", "Variable": "The name of the variable."],
            [
                "1..3 | Tee-Object -Variable all | Measure-Object -Sum": "Keeps the numbers and adds them up.",
                "'a' | Tee-Object -FilePath seen.txt": "Writes a file as well.",
            ]),
    ]

    static let files: [String: CmdletHelp] = [
        "Get-Content": CmdletHelp(
            "Reads a text file of the client, a line at a time.",
            [
                "Raw": "As one text.", "TotalCount": "That many lines from the beginning.", "Tail": "That many from the end.",
                "ReadCount": "1, as lines come in any case.",
            ],
            [
                "Get-Content users.txt | ForEach-Object { $_.Trim() }": "Each line without blanks around it.",
                "(Get-Content settings.json -Raw | ConvertFrom-Json).name": "A whole file.",
            ]),
        "Set-Content": CmdletHelp(
            "Writes a text file of the client.", ["Value": "The lines, in place of those that are piped in."],
            [
                "'a', 'b' | Set-Content list.txt": "Two lines.", "Set-Content note.txt -Value 'done'": "One line.",
            ]),
        "Add-Content": CmdletHelp(
            "Adds lines to a text file of the client.", ["Value": "The lines, in place of those that are piped in."],
            [
                "Add-Content log.txt -Value 'one more'": "A line at the end.", "'a' | Add-Content log.txt": "What is piped in.",
            ]),
        "Out-File": CmdletHelp(
            "Writes what would be shown to a file of the client.", ["FilePath": "The file on the client."],
            [
                "Get-CsOnlineVoiceRoute | Out-File routes.txt": "A table in a file.", "'end' | Out-File routes.txt -Append": "Adds a line.",
            ]),
        "Import-Csv": CmdletHelp(
            "Reads a CSV file of the client as objects, whose properties are texts.", [:],
            [
                "Import-Csv users.csv | ForEach-Object { $_.UPN }": "One column.",
                "Import-Csv users.csv -Delimiter ';'": "With semicolons.",
            ]),
        "Export-Csv": CmdletHelp(
            "Writes objects to a CSV file of the client.", [:],
            [
                "Get-CsOnlineUser | Select-Object DisplayName, UserPrincipalName | Export-Csv users.csv": "Users in a file.",
                "[pscustomobject]@{ A = 1 } | Export-Csv all.csv -NoTypeInformation": "An object of one's own.",
            ]),
        "Test-Path": CmdletHelp(
            "Tells whether the client has a file or folder, or whether there is a variable:name, function:name or alias:name.",
            [
                "LiteralPath": "The path as it is: * and ? are characters of it.",
                "PathType": "Any, Leaf (a file) or Container (a folder).", "IsValid": "Not available here.",
            ],
            [
                "if (Test-Path users.csv) { 'there' }": "Before it is read.", "Test-Path a.txt, b.txt": "Two at once.",
            ]),
        "Split-Path": CmdletHelp(
            "Gives a part of a path: the folder where nothing is said.",
            [
                "Leaf": "The last part.", "Parent": "All but the last part.", "LeafBase": "The last part without its extension.",
                "Extension": "The extension with its point.", "Qualifier": "The drive.", "NoQualifier": "All but the drive.",
            ],
            [
                "Split-Path /tmp/users.csv -Leaf": "The file's name.", "Split-Path /tmp/users.csv": "Its folder.",
            ]),
        "Join-Path": CmdletHelp(
            "Puts a path together.",
            [
                "Path": "The beginning.", "ChildPath": "The next part.", "AdditionalChildPath": "What follows.",
                "Resolve": "Refused: the path is put together, not looked for.",
            ],
            [
                "Join-Path /tmp users.csv": "A file in a folder.", "Join-Path a b c": "Three parts.",
            ]),
        "New-Item": CmdletHelp(
            "Makes a file of the client, or a folder, which is there with the first file that is written into it.",
            ["ItemType": "File or Directory.", "Value": "What stands in the file."],
            [
                "New-Item out.txt -ItemType File -Value 'a' | Out-Null": "A file.",
                "New-Item reports -ItemType Directory | Out-Null": "A folder.",
            ]),
        "mkdir": CmdletHelp(
            "Makes a folder of the client, which is there with the first file that is written into it.", [:],
            [
                "mkdir reports | Out-Null": "A folder.", "mkdir reports/daily -Force | Out-Null": "One within it.",
            ]),
    ]

    static let messages: [String: CmdletHelp] = [
        "Write-Host": CmdletHelp(
            "Shows a text that is no output of the script.",
            [
                "Object": "What is shown.", "Separator": "What stands between several; a blank.",
                "ForegroundColor": "A colour; texts are shown without.",
                "BackgroundColor": "A colour; texts are shown without.",
            ],
            [
                "Write-Host 'done' -ForegroundColor Green": "Shows a text.", "Write-Host 1 2 3 -Separator ', '": "With commas.",
            ]),
        "Write-Output": CmdletHelp(
            "Puts values out, as a value that stands alone does.", ["NoEnumerate": "Puts an array out as one object."],
            [
                "Write-Output 'a' 'b'": "Two texts.", "(Write-Output @(1, 2) -NoEnumerate).Count": "An array as one.",
            ]),
        "Write-Warning": CmdletHelp(
            "Says a warning; -WarningAction and $WarningPreference say what becomes of it.", ["Message": "The text."],
            [
                "Write-Warning 'look at this'": "A warning.",
                "Write-Warning 'not shown' -WarningAction SilentlyContinue": "One that is not shown.",
            ]),
        "Write-Verbose": CmdletHelp(
            "Says what goes on, where -Verbose or $VerbosePreference wants it.", ["Message": "The text."],
            [
                "Write-Verbose 'step 1' -Verbose": "Shown.", "Write-Verbose 'step 1'": "Not shown.",
            ]),
        "Write-Debug": CmdletHelp(
            "Says details, where $DebugPreference wants them.", ["Message": "The text."],
            [
                "$DebugPreference = 'Continue'; Write-Debug 'x is 1'": "Shown.", "Write-Debug 'x is 1'": "Not shown.",
            ]),
        "Write-Information": CmdletHelp(
            "Says a message, where -InformationAction or $InformationPreference wants it.",
            ["MessageData": "What is said.", "Tags": "Words for readers of records; the text alone is shown."],
            [
                "Write-Information 'ready' -InformationAction Continue": "Shown.", "Write-Information 'ready'": "Not shown.",
            ]),
        "Write-Progress": CmdletHelp(
            "Is for a progress bar, of which nothing is kept.",
            [
                "Activity": "What goes on.", "Status": "How it stands.", "Id": "Which bar.", "PercentComplete": "How much is done.",
                "SecondsRemaining": "How long it will take.", "CurrentOperation": "What is done now.", "ParentId": "Under which bar.",
                "Completed": "Takes the bar away.",
            ],
            [
                "Write-Progress 'Users' -PercentComplete 50": "Half of it.", "Write-Progress 'Users' -Completed": "The end.",
            ]),
        "Write-Error": CmdletHelp(
            "Makes an error, which stops the script where -ErrorAction or $ErrorActionPreference does not say otherwise.",
            [
                "Message": "The text.", "Exception": "An exception in place of a text.", "ErrorId": "A name for the kind of error.",
                "Category": "The kind of error, as InvalidData; NotSpecified.", "TargetObject": "What was worked on.",
                "ErrorRecord": "An error that was caught.", "RecommendedAction": "Refused: say it in the text.",
                "CategoryReason": "Refused: the reason is the exception's type.",
            ],
            [
                "try { Write-Error 'no' } catch { 'caught' }": "An error that is caught.",
                "try { Write-Error 'no' -ErrorId Missing } catch { $_.Exception.Message }": "Its text.",
            ]),
        "Read-Host": CmdletHelp(
            "Asks whoever runs the script for an answer.",
            [
                "Prompt": "The question.", "AsSecureString": "Refused: a script handles no secrets.",
                "MaskInput": "Does not show what is typed.",
            ],
            [
                "$name = Read-Host 'Which route?'": "Keeps the answer.",
                "if ((Read-Host 'Go on?') -eq 'y') { 'on' }": "Asks before it goes on.",
            ]),
        "Start-Transcript": CmdletHelp(
            "Keeps what is shown from here on, for a file of the client.",
            ["IncludeInvocationHeader": "Refused: no times stand before commands."],
            [
                "Start-Transcript run.log; 'seen'; Stop-Transcript": "What is shown between the two.",
                "Start-Transcript run.log -Append": "Until the script ends.",
            ]),
        "Stop-Transcript": CmdletHelp(
            "Ends what Start-Transcript began, and gives the client its file.", [:],
            [
                "Start-Transcript a.log; Stop-Transcript": "An empty one.",
                "Start-Transcript b.log; 'x'; Stop-Transcript": "One with a line.",
            ]),
    ]

    static let shell: [String: CmdletHelp] = [
        "Get-Date": CmdletHelp(
            "Gives the date and time, in UTC, or writes them as a format says.",
            [
                "Date": "A date in place of now.", "Format": "A format of .NET, such as yyyy-MM-dd.",
                "UFormat": "A format of Unix, such as %Y-%m-%d.",
                "Year": "In place of the year.", "Month": "In place of the month.", "Day": "In place of the day.",
                "Hour": "In place of the hour.",
                "Minute": "In place of the minute.", "Second": "In place of the second.", "Millisecond": "In place of the millisecond.",
                "DisplayHint": "DateTime, the only one.",
            ],
            [
                "Get-Date -Format 'yyyy-MM-dd'": "Today.", "(Get-Date '2026-01-31').AddMonths(1)": "A month later.",
            ]),
        "New-TimeSpan": CmdletHelp(
            "Gives a span of time, between two dates or of so many days, hours, minutes and seconds.",
            [
                "Start": "From this date.", "End": "To this date.", "Days": "Days of the span.", "Hours": "Hours of the span.",
                "Minutes": "Minutes of the span.", "Seconds": "Seconds of the span.",
            ],
            [
                "(New-TimeSpan -Start '2026-01-01' -End '2026-02-01').Days": "Days between two dates.",
                "(New-TimeSpan -Minutes 90).TotalHours": "Hours of a span.",
            ]),
        "Set-StrictMode": CmdletHelp(
            "Makes it an error to use a variable that is not there.", ["Version": "Any version means the same.", "Off": "Ends it."],
            [
                "Set-StrictMode -Version Latest": "From here on.", "Set-StrictMode -Off": "No more.",
            ]),
        "Get-Variable": CmdletHelp(
            "Shows a variable.", ["ValueOnly": "Its value alone."],
            [
                "$a = 5; Get-Variable a": "Name and value.", "$a = 5; Get-Variable a -ValueOnly": "The value.",
            ]),
        "Set-Variable": CmdletHelp(
            "Sets a variable whose name may itself be in one.", [:],
            [
                "Set-Variable a 5; $a": "By name.", "Set-Variable -Name b -Value 'x'; $b": "With parameters.",
            ]),
        "New-Variable": CmdletHelp(
            "Sets a variable whose name may itself be in one.", [:],
            [
                "New-Variable a 5; $a": "By name.", "New-Variable -Name b -Value 'x'; $b": "With parameters.",
            ]),
        "Remove-Variable": CmdletHelp(
            "Drops a variable.", [:],
            [
                "$a = 1; Remove-Variable a; $null -eq $a": "It is gone.", "$a = $b = 1; Remove-Variable a, b": "Two of them.",
            ]),
        "Clear-Host": CmdletHelp(
            "Clears the screen, of which there is none.", [:],
            [
                "Clear-Host": "Nothing happens.", "Clear-Host; 'next'": "The script goes on.",
            ]),
        "Start-Sleep": CmdletHelp(
            "Waits, for which there is no need: a script is applied whole.",
            [
                "Seconds": "How long, at most.", "Milliseconds": "The same, finer.", "Duration": "The same, as a span of time.",
            ],
            [
                "Start-Sleep -Seconds 5": "Nothing is waited for.", "Start-Sleep -Milliseconds 100; 'on'": "The script goes on at once.",
            ]),
    ]
}
