@testable import Cmdlets

/// Numbers, their orders, grants to groups, and what every cmdlet takes.
extension ReferenceRows {
    private static let assignment = "CsPhoneNumberAssignment"
    static let inventory =
        printed(
            "Get-\(assignment)",
            [
                "CivicAddressId", "IsoSubdivision", "LocationId", "LocationUpdateSupported", "NetworkSiteId", "PortInOrderStatus",
                "ReverseNumberLookup", "Tag", "AssignmentBlockedState", "AssignmentBlockedUntil", "SmsActivationState",
            ], of: "+14255550100") + [
            ReferenceRow("Get-\(assignment)", "-CivicAddressId", "(Get-\(assignment) -CivicAddressId nowhere).Count", "0"),
            ReferenceRow("Get-\(assignment)", "-LocationId", "(Get-\(assignment) -LocationId nowhere).Count", "0"),
            ReferenceRow(
                "Get-\(assignment)", "-NetworkSiteId", "Get-\(assignment) -NetworkSiteId x",
                .refused("-NetworkSiteId", because: "sites are of calls of persons; a filter that finds nothing would look like an answer")),
            ReferenceRow(
                "Set-\(assignment)", "-Identity, -PhoneNumber, -PhoneNumberType",
                "Set-\(assignment) -Identity Alice -PhoneNumber +14255550111 -PhoneNumberType OperatorConnect; (Get-CsOnlineUser Alice).LineUri",
                "tel:+14255550111"),
            ReferenceRow(
                "Set-\(assignment)", "-AssignmentBlockedDays",
                "Set-\(assignment) -PhoneNumber +14255550111 -AssignmentBlockedDays 2; (Get-\(assignment) +14255550111).AssignmentBlockedUntil",
                "Saturday, January 3, 1970 12:00:00 AM"),
            ReferenceRow(
                "Remove-\(assignment)", "-Identity, -PhoneNumber, -PhoneNumberType",
                "Set-\(assignment) Alice -PhoneNumber +14255550111; Remove-\(assignment) -Identity Alice -PhoneNumber +14255550111 -PhoneNumberType OperatorConnect; (Get-\(assignment) +14255550111).PstnAssignmentStatus",
                "Unassigned"),
            ReferenceRow(
                "Remove-\(assignment)", "-AssignmentBlockedDays",
                "Set-\(assignment) Alice -PhoneNumber +14255550111; Remove-\(assignment) Alice -PhoneNumber +14255550111 -AssignmentBlockedDays 1; (Get-\(assignment) +14255550111).AssignmentBlockedState",
                "BlockedUntil"),
            ReferenceRow(
                "Remove-\(assignment)", "-AssignmentBlockedForever",
                "Set-\(assignment) Alice -PhoneNumber +14255550111; Remove-\(assignment) Alice -PhoneNumber +14255550111 -AssignmentBlockedForever; (Get-\(assignment) +14255550111).AssignmentBlockedState",
                "BlockedForever"),
        ]

    private static let release = "New-CsOnlineTelephoneNumberReleaseOrder"
    private static let order = "Get-CsOnlineTelephoneNumberOrder"
    static let orders = [
        ReferenceRow(
            "New-CsPhoneNumberUsageChangeOrder", "-TelephoneNumber, -Usage",
            "New-CsPhoneNumberUsageChangeOrder -TelephoneNumber +14255550111 -Usage ServiceType | Out-Null; (Get-CsPhoneNumberAssignment +14255550111).Capability[0]",
            "ConferenceAssignment"),
        ReferenceRow(
            release, "-TelephoneNumber",
            "\(release) -TelephoneNumber +14255550111 | Out-Null; (Get-CsPhoneNumberAssignment +14255550111).AcquiredNumberState",
            "ReleaseRequested"),
        ReferenceRow(
            release, "-StartingNumber, -EndingNumber",
            "\(release) -StartingNumber +14255550111 -EndingNumber +14255550122 | Out-Null; (\(order)).SuccessPhoneNumbers",
            "+14255550111\n+14255550122"),
        ReferenceRow(
            release, "-FileContent", "\(release) -FileContent \"Numbers`n+14255550111`n\" | Out-Null; (\(order)).SuccessPhoneNumbers",
            "+14255550111"),
        ReferenceRow(
            order, "-OrderId, and what came of each number",
            "\(order) -OrderId (\(release) -TelephoneNumber +14255550111, +12065550100) | ForEach-Object { \"$($_.Status) $($_.SuccessPhoneNumbers) $($_.FailedPhoneNumbers) $($_.AdditionalDetails.Status)\" }",
            "PartialSuccess +14255550111 +12065550100 Success Error"),
        ReferenceRow(order, "of which there are none", "(\(order)).Count", "0"),
    ]

    private static let granted = "New-CsGroupPolicyAssignment Sales OnlineAudioConferencingRoutingPolicy 'International Policy'; "
    static let groups = [
        ReferenceRow(
            "New-CsGroupPolicyAssignment", "of an OnlineVoiceRoutingPolicy",
            "New-CsOnlineVoiceRoutingPolicy V | Out-Null; New-CsGroupPolicyAssignment Sales OnlineVoiceRoutingPolicy V; (Get-CsUserPolicyAssignment Alice -PolicyType OnlineVoiceRoutingPolicy).PolicyName",
            "V"),
        ReferenceRow(
            "New-CsGroupPolicyAssignment", "of a TeamsAudioConferencingPolicy",
            "New-CsGroupPolicyAssignment Sales TeamsAudioConferencingPolicy AllowTollfreedialinFalse; (Get-CsUserPolicyAssignment Alice -PolicyType TeamsAudioConferencingPolicy).PolicyName",
            "AllowTollfreedialinFalse"),
        ReferenceRow(
            "Get-CsGroupPolicyAssignment", "CreatedTime", granted + "(Get-CsGroupPolicyAssignment Sales).CreatedTime",
            "Thursday, January 1, 1970 12:00:00 AM"),
        ReferenceRow(
            "Get-CsGroupPolicyAssignment", "CreatedBy",
            granted + "(Get-CsGroupPolicyAssignment Sales | Get-Member CreatedBy).Name", "CreatedBy"),
    ]

    static let others = [
        ReferenceRow("Remove-CsOnlineVoiceRoute", "-Confirm", "Remove-CsOnlineVoiceRoute International -Confirm", .asks("Are you sure")),
        ReferenceRow("Get-CsTenant", "there", "(Get-CsTenant).DisplayName", "Contoso"),
    ]
}
