@testable import Cmdlets

/// Scripts of the shapes that stand in public repositories and articles, typed anew with our own names, and what becomes of each on
/// ``AdminFixture/seeded``.
enum PublicShapes {
    enum Outcome {
        /// Runs whole, and puts out this somewhere in its text.
        case whole(String)
        /// Is refused before anything is run, with this in the reason.
        case refused(String)
    }
    typealias Case = (name: String, script: String, outcome: Outcome)

    static let files: [String: ClientFile] = [
        "users.csv": .text(
            "UserPrincipalName,Policy\nalice@contoso.example,International Policy\nbob@contoso.example,International Policy\n"),
        "routes.csv": .text("Name,Pattern,Usage,Number\nDE,^\\+49\\d+$,Europe,+14255550100\nFR,^\\+33\\d+$,Europe,+12065550100\n"),
        "numbers.txt": .text("+14255550100\n+12065550100\n"),
        "settings.json": .text("{\"usages\": [\"Gold\", \"Silver\"], \"policy\": \"Metal\"}"),
        "logs": .present, "missing.csv": .absent, ".\\run.log": .absent,
    ]

    static let reports: [Case] = [
        (
            "all routes as a table", "Get-CsOnlineVoiceRoute | Sort-Object Priority | Format-Table Name, Priority, NumberPattern -AutoSize",
            .whole("International        1 \\d+")
        ),
        (
            "routes to CSV",
            "Get-CsOnlineVoiceRoute | Select-Object Name, NumberPattern, @{Name='Usages'; Expression={ $_.OnlinePstnUsages -join ';' }} | Export-Csv -Path .\\routes-out.csv -NoTypeInformation -Encoding UTF8",
            .whole("")
        ),
        (
            "users without a policy",
            "$users = Get-CsOnlineUser | Where-Object { -not $_.OnlineAudioConferencingRoutingPolicy }\nWrite-Host \"$($users.Count) users have no policy\" -ForegroundColor Yellow",
            .whole("4 users have no policy")
        ),
        (
            "counted by country",
            "Get-CsOnlineUser | Group-Object UsageLocation | Sort-Object Count -Descending | ForEach-Object { '{0,-5} {1,4}' -f $_.Name, $_.Count }",
            .whole("US       4")
        ),
        (
            "report objects in a list",
            "$report = [System.Collections.Generic.List[object]]::new()\nforeach ($user in Get-CsOnlineUser) {\n  $report.Add([PSCustomObject]@{ User = $user.UserPrincipalName; Licences = ($user.AssignedPlan -join ', ') })\n}\n$report | Sort-Object User | Format-Table",
            .whole("alice@contoso.example OperatorConnectConferencing")
        ),
        (
            "report by +=",
            "$report = @()\nforeach ($route in (Get-CsOnlineVoiceRoute)) {\n  $line = New-Object PSObject\n  $line | Add-Member -MemberType NoteProperty -Name Route -Value $route.Name\n  $line | Add-Member -MemberType NoteProperty -Name Usage -Value ($route.OnlinePstnUsages -join ',')\n  $report += $line\n}\n$report",
            .whole("International International")
        ),
        (
            "report with properties from a hashtable",
            "$out = foreach ($u in Get-CsOnlineUser) { $h = @{ Name = $u.DisplayName; Country = $u.UsageLocation }; New-Object -TypeName PSObject -Property $h }\n$out | Where-Object Country -eq 'GB' | Select-Object -ExpandProperty Name",
            .whole("Bob")
        ),
        (
            "JSON backup",
            "$backup = [ordered]@{ Date = (Get-Date -Format 'yyyy-MM-dd'); Usages = (Get-CsOnlinePstnUsage).Usage; Routes = @(Get-CsOnlineVoiceRoute | Select-Object Name, Priority) }\n$backup | ConvertTo-Json -Depth 5 | Out-File \"backup-$($backup.Date).json\"",
            .whole("")
        ),
        (
            "a transcript", "Start-Transcript -Path .\\logs\\run.txt\nWrite-Host 'Working'\nGet-CsOnlinePstnUsage\nStop-Transcript",
            .whole("Working")
        ),
        (
            "counting with switch",
            "$counts = @{ conferencing = 0; none = 0 }\nforeach ($u in Get-CsOnlineUser) { switch ($u.FeatureTypes.Count) { 0 { $counts.none++ } default { $counts.conferencing++ } } }\n\"$($counts.conferencing) with, $($counts.none) without\"",
            .whole("2 with, 3 without")
        ),
        (
            "numbers and their states",
            "Get-CsPhoneNumberAssignment | Group-Object PstnAssignmentStatus | Select-Object Name, Count | Sort-Object Name",
            .whole("ConferenceAssigned")
        ),
        (
            "measuring",
            "$m = Get-CsOnlineVoiceRoute | Measure-Object Priority -Minimum -Maximum\n\"from {0} to {1}\" -f $m.Minimum, $m.Maximum",
            .whole("from 1 to 1")
        ),
        (
            "a here-string report",
            "$n = (Get-CsOnlineUser).Count\n$text = @\"\nTenant report\n=============\nUsers: $n\n\"@\n$text | Out-File -FilePath report.txt\nWrite-Output $text",
            .whole("Users: 5")
        ),
        (
            "compare two lists",
            "$now = (Get-CsOnlinePstnUsage).Usage\n$wanted = 'International', 'Domestic'\nCompare-Object $now $wanted | Where-Object SideIndicator -eq '=>' | ForEach-Object { \"missing: $($_.InputObject)\" }",
            .whole("missing: Domestic")
        ),
        (
            "a filter in braces", "Get-CsOnlineUser -Filter { UsageLocation -eq 'GB' } | Select-Object -ExpandProperty DisplayName",
            .whole("Bob")
        ),
        (
            "a filter with a variable",
            "$country = 'GB'\nGet-CsOnlineUser -Filter \"UsageLocation -eq '$country'\" | ForEach-Object { $_.DisplayName.ToUpper() }",
            .whole("BOB")
        ),
        (
            "padding and progress",
            "$all = @(Get-CsOnlineUser); $i = 0\nforeach ($u in $all) { $i++; Write-Progress -Activity 'Users' -Status $u.DisplayName -PercentComplete (($i / $all.Count) * 100) }\n\"done: $i\".PadLeft(12, '.')",
            .whole(".....done: 5")
        ),
        (
            "text taken apart",
            "foreach ($u in Get-CsOnlineUser) { $name, $domain = $u.UserPrincipalName -split '@'; if ($name -match '^bob(\\d*)$') { \"$name -> $($domain.Split('.')[0]) [$($Matches[1])]\" } }",
            .whole("bob2 -> contoso [2]")
        ),
        (
            "help first", "Get-Help Set-CsOnlineVoiceRoute\nGet-Command *VoiceRoute | Select-Object Name",
            .whole("Remove-CsOnlineVoiceRoute")
        ),
        (
            "a date in a file name",
            "$file = 'export_{0:yyyyMMdd_HHmm}.csv' -f (Get-Date)\nGet-CsOnlineUser | Select-Object DisplayName | ConvertTo-Csv -NoTypeInformation | Set-Content $file\n$file",
            .whole("export_20251125_")
        ),
    ]

    static let changes: [Case] = [
        (
            "grants from CSV",
            "$users = Import-Csv -Path .\\users.csv\nforeach ($user in $users) {\n  try {\n    Grant-CsOnlineAudioConferencingRoutingPolicy -Identity $user.UserPrincipalName -PolicyName $user.Policy -ErrorAction Stop\n    Write-Host \"$($user.UserPrincipalName): OK\" -ForegroundColor Green\n  } catch {\n    Write-Host \"$($user.UserPrincipalName): $($_.Exception.Message)\" -ForegroundColor Red\n  }\n}",
            .whole("bob@contoso.example: OK")
        ),
        (
            "routes from CSV",
            "Set-CsOnlinePstnUsage -Identity Global -Usage @{Add='Europe'}\nImport-Csv routes.csv | ForEach-Object {\n  $params = @{\n    Identity = $_.Name\n    NumberPattern = $_.Pattern\n    OnlinePstnUsages = $_.Usage\n    BridgeSourcePhoneNumber = $_.Number\n  }\n  New-CsOnlineVoiceRoute @params | Out-Null\n}\n(Get-CsOnlineVoiceRoute).Count",
            .whole("3")
        ),
        (
            "only if it is not there",
            "$usage = 'Domestic'\nif ((Get-CsOnlinePstnUsage).Usage -notcontains $usage) {\n  Set-CsOnlinePstnUsage -Identity Global -Usage @{Add = $usage}\n  Write-Output \"Added $usage\"\n} else { Write-Output \"$usage exists\" }",
            .whole("Added Domestic")
        ),
        (
            "make or change",
            "$name = 'International'\n$route = Get-CsOnlineVoiceRoute -Identity $name -ErrorAction SilentlyContinue\nif ($null -eq $route) { New-CsOnlineVoiceRoute -Identity $name -OnlinePstnUsages 'International' }\nelse { Set-CsOnlineVoiceRoute -Identity $name -Description \"changed $(Get-Date -Format yyyy)\" }\n(Get-CsOnlineVoiceRoute $name).Description",
            .whole("changed 2025")
        ),
        (
            "a function with parameters",
            "function New-Usage {\n  [CmdletBinding()]\n  param(\n    [Parameter(Mandatory = $true, Position = 0)]\n    [ValidateNotNullOrEmpty()]\n    [string[]]$Name\n  )\n  process {\n    foreach ($n in $Name) { Set-CsOnlinePstnUsage -Identity Global -Usage @{Add = $n} -ErrorAction Stop }\n  }\n}\nNew-Usage 'One', 'Two'\n(Get-CsOnlinePstnUsage).Usage -join ','",
            .whole("International,One,Two")
        ),
        (
            "a pipeline function",
            "function Set-Plan {\n  param([Parameter(ValueFromPipelineByPropertyName)][Alias('UserPrincipalName')][string]$Identity, [string]$Plan)\n  process { Grant-CsTenantDialPlan -Identity $Identity -PolicyName $Plan; $count++ }\n  end { \"$count users\" }\n}\nNew-CsTenantDialPlan -Identity Short | Out-Null\nGet-CsOnlineUser | Where-Object UsageLocation -eq 'US' | Set-Plan -Plan Short",
            .whole("4 users")
        ),
        (
            "a script with param()",
            "param(\n  [Parameter(Mandatory=$false)][string]$PolicyName = 'Tail Policy',\n  [string[]]$Usages = @('International'),\n  [switch]$Force\n)\nif (-not $Force) { Write-Verbose 'not forced' }\nNew-CsOnlineAudioConferencingRoutingPolicy -Identity $PolicyName -OnlinePstnUsages $Usages | Select-Object -ExpandProperty Identity",
            .whole("Tag:Tail Policy")
        ),
        (
            "normalisation rules in a loop",
            "$rules = @()\nforeach ($digits in 3..5) {\n  $rules += New-CsVoiceNormalizationRule -Parent Global -Name \"Ext$digits\" -Pattern ('^(\\d{' + $digits + '})$') -Translation '+1425555$1' -InMemory\n}\nNew-CsTenantDialPlan -Identity Exts -NormalizationRules $rules | Out-Null\n(Get-CsTenantDialPlan Exts).NormalizationRules.Count",
            .whole("3")
        ),
        (
            "settings from JSON",
            "$settings = Get-Content settings.json -Raw | ConvertFrom-Json\nSet-CsOnlinePstnUsage -Usage @{Add = $settings.usages}\nNew-CsOnlineAudioConferencingRoutingPolicy $settings.policy -OnlinePstnUsages $settings.usages | Out-Null\n(Get-CsOnlineAudioConferencingRoutingPolicy \"Tag:$($settings.policy)\").OnlinePstnUsages -join '+'",
            .whole("Gold+Silver")
        ),
        (
            "a list in a text file",
            "Get-Content .\\numbers.txt | ForEach-Object { Get-CsOnlineDialInConferencingServiceNumber -Identity $_ } | Select-Object Number, Type",
            .whole("14255550100")
        ),
        (
            "what if",
            "$WhatIfPreference = $true\nGet-CsOnlineVoiceRoute | Remove-CsOnlineVoiceRoute\n(Get-CsOnlineVoiceRoute | Measure-Object).Count",
            .whole("What if: Performing the operation \"Remove-CsOnlineVoiceRoute\"")
        ),
        (
            "errors gathered",
            "$failed = @()\n'alice@contoso.example', 'nobody@contoso.example' | ForEach-Object {\n  Grant-CsDialoutPolicy -Identity $_ -PolicyName DialoutCPCandPSTNDisabled -ErrorAction SilentlyContinue -ErrorVariable err\n  if ($err.Count -gt 0) { $failed += $_ }\n}\n\"failed: $($failed -join ', ')\"",
            .whole("failed: nobody@contoso.example")
        ),
        (
            "retry with a counter",
            "$tries = 0; $done = $false\ndo {\n  $tries++\n  try { if ($tries -lt 3) { throw \"not yet\" }; $done = $true } catch { Write-Warning $_.Exception.Message; Start-Sleep -Seconds 1 }\n} until ($done -or $tries -ge 5)\n\"done after $tries\"",
            .whole("done after 3")
        ),
        (
            "priorities anew",
            "$priority = 1\nGet-CsOnlineVoiceRoute | Sort-Object Name | ForEach-Object {\n  Set-CsOnlineVoiceRoute -Identity $_.Identity -Priority $priority\n  $priority++\n}\n\"next: $priority\"",
            .whole("next: 2")
        ),
        (
            "a map of policies",
            "$map = @{ 'US' = 'DialoutCPCDomesticPSTNInternational'; 'GB' = 'DialoutCPCandPSTNDisabled' }\nforeach ($user in Get-CsOnlineUser) {\n  $policy = $map[$user.UsageLocation]\n  if (-not $policy) { continue }\n  Grant-CsDialoutPolicy -Identity $user.Identity -PolicyName $policy\n}\n(Get-CsOnlineUser bob@contoso.example).OnlineDialOutPolicy",
            .whole("DialoutCPCandPSTNDisabled")
        ),
        (
            "groups",
            "$ranks = 'Sales', 'Board'\nfor ($i = 0; $i -lt $ranks.Count; $i++) {\n  New-CsGroupPolicyAssignment -GroupId $ranks[$i] -PolicyType OnlineAudioConferencingRoutingPolicy -PolicyName 'International Policy' -Rank ($i + 1)\n}\nGet-CsGroupPolicyAssignment | Format-Table GroupId, Rank",
            .whole("Board      2")
        ),
        (
            "a menu answered",
            "$choice = Read-Host 'Choose 1 or 2'\nswitch ($choice) { '1' { 'one' } '2' { 'two' } default { throw 'no such choice' } }",
            .whole("two")
        ),
        (
            "a log file",
            "function Write-Log([string]$Message, [string]$Level = 'INFO') {\n  $line = '{0} [{1}] {2}' -f (Get-Date -Format s), $Level, $Message\n  Add-Content -Path .\\run.log -Value $line\n  Write-Host $line\n}\nWrite-Log 'begun'\nWrite-Log -Message 'ended' -Level WARN",
            .whole("[WARN] ended")
        ),
        (
            "folder made if missing",
            "$folder = '.\\logs'\nif (!(Test-Path -Path $folder)) { New-Item -ItemType Directory -Path $folder | Out-Null }\n'x' | Out-File (Join-Path $folder 'a.txt')\nTest-Path .\\logs\\a.txt",
            .whole("True")
        ),
        (
            "a file that is not there", "if (Test-Path missing.csv) { Import-Csv missing.csv } else { Write-Warning 'no file' ; 'none' }",
            .whole("none")
        ),
        (
            "nested functions and scopes",
            "$script:log = @()\nfunction Add-Log($text) { $script:log += $text }\nfunction Invoke-Step { param([scriptblock]$Action, [string]$Name) try { & $Action; Add-Log \"$Name ok\" } catch { Add-Log \"$Name failed\" } }\nInvoke-Step -Name a -Action { Set-CsOnlinePstnUsage -Usage @{Add='S'} }\nInvoke-Step -Name b -Action { throw 'x' }\n$log -join '; '",
            .whole("a ok; b failed")
        ),
        (
            "validated choice",
            "function Set-Level { param([ValidateSet('Low', 'High')][string]$Level) \"level $Level\" }\nSet-Level -Level high",
            .whole("level high")
        ),
        (
            "types and casts",
            "[int]$max = '10'; [bool]$on = 1; [datetime]$from = '2026-01-01'\n\"$($max + 1) $on $($from.AddDays(1).ToString('dd/MM'))\"",
            .whole("11 True 02/01")
        ),
        (
            "unregister what is not used",
            "$used = Get-CsOnlineVoiceRoute | Select-Object -ExpandProperty BridgeSourcePhoneNumber\nGet-CsOnlineDialInConferencingServiceNumber | Where-Object { $used -notcontains ('+' + $_.Number) -and $_.Number -eq '12065550100' } | ForEach-Object { Unregister-CsOnlineDialInConferencingServiceNumber -Identity $_.Number -BridgeName 'Conference Bridge' }\n(Get-CsPhoneNumberAssignment 12065550100).PstnAssignmentStatus",
            .whole("Unassigned")
        ),
        (
            "the session lines",
            "#Requires -Modules MicrosoftTeams\nImport-Module MicrosoftTeams -ErrorAction Stop\nConnect-MicrosoftTeams -Credential $cred\n$ErrorActionPreference = 'Stop'\nGet-CsOnlinePstnUsage | Out-Null\nDisconnect-MicrosoftTeams -Confirm:$false | Out-Null\n'bye'",
            .whole("bye")
        ),
    ]

    static let refusals: [Case] = [
        (
            "Azure AD", "Connect-AzureAD\nGet-AzureADUser -All $true | Select-Object UserPrincipalName",
            .refused("Azure AD is another product")
        ),
        ("Graph", "$users = Get-MgUser -All\n$users.Count", .refused("Get-CsOnlineUser")),
        ("Exchange", "foreach ($u in Get-Mailbox -ResultSize Unlimited) { $u.Alias }", .refused("Exchange is another product")),
        (
            "calling policies", "Grant-CsTeamsCallingPolicy -Identity a@contoso.example -PolicyName AllowCalling",
            .refused("is not held by this service")
        ),
        (
            "phone numbers to users",
            "Set-CsPhoneNumberAssignment -Identity alice@contoso.example -PhoneNumber +14255550111 -PhoneNumberType OperatorConnect\n(Get-CsOnlineUser alice@contoso.example).LineUri",
            .whole("tel:+14255550111")
        ),
        (
            "gateways", "New-CsOnlinePSTNGateway -Fqdn sbc.contoso.example -SipSignalingPort 5061 -Enabled $true",
            .whole("sbc.contoso.example")
        ),
        ("placeholders", "Grant-CsDialoutPolicy -Identity <user> -PolicyName <policy>", .refused("placeholder")),
        ("the web", "$data = Invoke-RestMethod -Uri 'https://numbers.example/api'", .refused("reaches no network")),
        (".NET files", "[System.IO.File]::WriteAllText('a.txt', 'x')", .refused("[System.IO.File] is not available")),
        (
            "an environment variable", "$path = \"$env:USERPROFILE\\Desktop\\out.csv\"\nGet-CsOnlineUser | Export-Csv $path",
            .refused("use param() or Read-Host")
        ),
        ("a class", "class Route { [string]$Name }", .refused("[PSCustomObject]")),
        ("a job", "Start-Job { Get-CsOnlineUser } | Wait-Job", .refused("everything runs in turn")),
        ("another script", ". .\\functions.ps1\nGet-CsOnlineUser", .refused("put the functions into this one")),
        ("text as a script", "Invoke-Expression \"Get-CsOnlineUser\"", .refused("text is not run as a script")),
        ("a window", "Get-CsOnlineUser | Out-GridView -PassThru", .refused("there is no window")),
        ("credentials", "$cred = Get-Credential\nConnect-MicrosoftTeams -Credential $cred", .refused("handles no secrets")),
        ("a program", "Start-Process notepad.exe", .refused("runs no programs")),
        ("a cmdlet mistyped in a branch", "if ($false) { Get-CsOnlineVoiceRoutes }", .refused("did you mean Get-CsOnlineVoiceRoute?")),
        (
            "a parameter mistyped", "Get-CsOnlineUser | ForEach-Object { Grant-CsDialoutPolicy -Identiti $_ -PolicyName x }",
            .refused("did you mean -Identity?")
        ), ("in parallel", "1..3 | ForEach-Object -Parallel { $_ }", .refused("everything runs in turn")),
    ]

    static let all = reports + changes + refusals
}
