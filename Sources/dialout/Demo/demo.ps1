# The demo tenant's routing: the four steps of "Sending outbound calls from Microsoft Teams meetings through an operator",
# once for calls to North America through Contoso Telecom and once for the rest of the world through Fabrikam Voice.

# The numbers that the operators uploaded go on the Audio Conferencing bridge.
Register-CsOnlineDialInConferencingServiceNumber -Identity "+14255550100" -BridgeName "Conference Bridge"
Register-CsOnlineDialInConferencingServiceNumber -Identity "+442079460100" -BridgeName "Conference Bridge"

# Step 1: add strings to the Online PSTN Usage policy.
Set-CsOnlinePstnUsage -Identity Global -Usage @{Add="US and Canada"}
Set-CsOnlinePstnUsage -Identity Global -Usage @{Add="International"}

# Step 2: create Online Voice Routes. The BridgeSourcePhoneNumber picks the operator and is the caller ID.
New-CsOnlineVoiceRoute -Identity "US and Canada" -NumberPattern "^\+1(\d{10})$" -OnlinePstnUsages "US and Canada" -BridgeSourcePhoneNumber +14255550100
New-CsOnlineVoiceRoute -Identity "Europe" -NumberPattern "^\+(33|44|49)\d+$" -OnlinePstnUsages "International" -BridgeSourcePhoneNumber +442079460100

# Step 3: create Online Audio Conferencing Routing policies.
New-CsOnlineAudioConferencingRoutingPolicy "International Policy" -OnlinePstnUsages "US and Canada", "International"
New-CsOnlineAudioConferencingRoutingPolicy "North America Policy" -OnlinePstnUsages "US and Canada"

# Step 4: assign them, one to an organizer and one to everybody else.
Grant-CsOnlineAudioConferencingRoutingPolicy -Identity "alice@contoso.example" -PolicyName "International Policy"
Grant-CsOnlineAudioConferencingRoutingPolicy -Global -PolicyName "North America Policy"
