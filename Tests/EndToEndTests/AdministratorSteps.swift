/// One behaviour of an administrator's work as a request, what is answered, and what a GET shows behind it.
struct AdministratorStep {
    let what: String
    let method: String, path: String
    let body: String?
    let status: Int
    /// Members of the answer, a dot going into a member or an element, with their text; a text in angles is a part of it.
    let answer: [String: String]
    /// What is read behind it, and members of that.
    let after: (path: String, shows: [String: String])?

    init(
        _ what: String, _ method: String, _ path: String, _ body: String? = nil, _ status: Int, _ answer: [String: String] = [:],
        then after: (path: String, shows: [String: String])? = nil
    ) {
        (self.what, self.method, self.path, self.body, self.status) = (what, method, path, body, status)
        (self.answer, self.after) = (answer, after)
    }

    private static let tenant = "/v1/tenants/contoso"
    private static let mine = tenant + "/operators/acme"
    private static let consent = "/v1/operators/acme/consents/contoso"
    private static func number(_ digits: String) -> String { "/v1/operators/acme/numbers/\(digits)" }

    /// A script that is applied; `answer` is of the last statement's first object.
    private static func ran(
        _ what: String, _ script: String, _ shows: [String: String] = [:], then after: (path: String, shows: [String: String])? = nil
    ) -> AdministratorStep {
        let inner = shows.map { ("results.last.output.0.\($0.key)", $0.value) }
        let text = script.replacing("\\", with: "\\\\").replacing("\"", with: "\\\"").replacing("\n", with: "\\n")
        return AdministratorStep(
            what, "POST", tenant + "/commands", #"{"script":"\#(text)"}"#, 200,
            ["applied": "true"].merging(inner) { $1 }, then: after)
    }

    /// A script that is refused, and nothing of it applied.
    private static func refused(
        _ what: String, _ script: String, _ word: String, then after: (path: String, shows: [String: String])? = nil
    ) -> AdministratorStep {
        AdministratorStep(
            what, "POST", tenant + "/commands", #"{"script":"\#(script.replacing("\"", with: "\\\""))"}"#, 200,
            ["applied": "false", "results.last.error.message": "<\(word)>"], then: after)
    }

    /// Where a call of an organizer's would go.
    private static func routed(_ what: String, _ organizer: String, _ shows: [String: String]) -> AdministratorStep {
        AdministratorStep(
            what, "POST", tenant + "/route-tests", #"{"organizer":"\#(organizer)@contoso.example","number":"+442079460123"}"#, 200, shows)
    }

    static let all =
        ground + operators + numbers + defaults + routing + grants + suspension + settings + licences + guards + release + leaving

    private static let ground = [
        AdministratorStep(
            "the platform makes an operator", "PUT", "/v1/operators/acme",
            #"{"name":"Acme","countries":["US","GB"],"trunks":[{"name":"t1","uri":"sip:127.0.0.1:5"}]}"#, 201, ["name": "Acme"]),
        AdministratorStep(
            "operators are filtered by region and service", "GET", "/v1/operators?country=GB&product=Conferencing", nil, 200,
            ["operators.0.id": "acme", "operators.0.products.0": "Conferencing"]),
        AdministratorStep("none serves Sweden", "GET", "/v1/operators?country=SE", nil, 200, ["operators": "[]"]),
        AdministratorStep("none only calls", "GET", "/v1/operators?product=Calling", nil, 200, ["operators": "[]"]),
        AdministratorStep("the service's own carrier", "PUT", "/v1/operators/service-carrier", #"{"name":"Own"}"#, 201),
        AdministratorStep("a tenant", "PUT", tenant, #"{"displayName":"Contoso","country":"US"}"#, 201, ["displayName": "Contoso"]),
        AdministratorStep(
            "an organizer", "PUT", tenant + "/users/alice@contoso.example",
            #"{"displayName":"Alice","licences":["OperatorConnectConferencing"]}"#, 201),
        AdministratorStep(
            "one of a group", "PUT", tenant + "/users/bob@contoso.example",
            #"{"displayName":"Bob","licences":["OperatorConnectConferencing"],"groups":["Sales"]}"#, 201),
        AdministratorStep(
            "another", "PUT", tenant + "/users/carol@contoso.example",
            #"{"displayName":"Carol","licences":["OperatorConnectConferencing"]}"#, 201),
    ]

    private static func relation(_ country: String, accepts: Bool = true) -> String {
        #"{"countries":["\#(country)"],"contact":{"fullName":"Adele Vance","email":"adele@contoso.example"},"companySize":"51-200","#
            + #""acceptDataTransfer":\#(accepts)}"#
    }
    private static let operators = [
        AdministratorStep(
            "a country that the operator does not serve", "POST", mine, relation("SE"), 422, ["detail": "<SE>"],
            then: (tenant + "/operators", ["operators": "[]"])),
        AdministratorStep(
            "without the data transfer notice", "POST", mine, relation("US", accepts: false), 400, ["field": "acceptDataTransfer"],
            then: (tenant + "/operators", ["operators": "[]"])),
        AdministratorStep(
            "add as my operator", "POST", mine, relation("US"), 201, ["status": "active", "countries.0": "US"],
            then: (consent, ["contact.email": "adele@contoso.example", "companySize": "51-200", "status": "active"])),
        AdministratorStep(
            "the contact is changed later", "PATCH", mine, #"{"contact":{"phone":"+14255550000"},"companySize":"201-500"}"#, 200,
            ["contact.fullName": "Adele Vance"],
            then: (consent, ["contact.phone": "+14255550000", "companySize": "201-500"])),
        AdministratorStep(
            "a country that it does not serve, on edit", "PATCH", mine, #"{"countries":["US","SE"]}"#, 422,
            ["field": "operators[acme].countries"], then: (mine, ["countries": #"["US"]"#])),
        AdministratorStep(
            "the operator accepts", "PATCH", consent, #"{"status":"accepted"}"#, 200, ["agreement.status": "accepted"],
            then: (mine, ["agreement.status": "accepted"])),
    ]

    private static let numbers = [
        AdministratorStep(
            "the operator uploads what was ordered", "POST", "/v1/operators/acme/number-orders",
            #"{"tenant":"contoso","numbers":["+14255550100",{"number":"+14255550101","city":"Redmond"},"nothing"]}"#, 202,
            ["status": "partialSuccess"],
            then: (number("14255550101"), ["tenant": "contoso", "status": "Unassigned", "city": "Redmond", "state": "Active"])),
        ran(
            "numbers and provider are seen", "Get-CsPhoneNumberAssignment",
            ["TelephoneNumber": "+14255550100", "PstnPartnerName": "Acme", "PstnAssignmentStatus": "Unassigned"]),
        AdministratorStep(
            "one of the service's own", "POST", "/v1/operators/service-carrier/number-orders",
            #"{"tenant":"contoso","numbers":["+12065550199"]}"#, 202, ["status": "success"]),
        ran(
            "assigned to the bridge",
            "'+14255550100', '+14255550101', '+12065550199' | ForEach-Object { Register-CsOnlineDialInConferencingServiceNumber -Identity $_ }",
            then: (number("14255550100"), ["status": "ConferenceAssigned"])),
        refused(
            "an operator's number as the bridge's default",
            "Set-CsOnlineDialInConferencingBridge -Name 'Conference Bridge' -DefaultServiceNumber +14255550100",
            "cannot be the default of a bridge"),
        ran(
            "the service's own is",
            "Set-CsOnlineDialInConferencingBridge -Name 'Conference Bridge' -DefaultServiceNumber +12065550199; Get-CsOnlineDialInConferencingBridge",
            ["DefaultServiceNumber": "12065550199"]),
        ran(
            "languages of a number",
            "Set-CsOnlineDialInConferencingServiceNumber +14255550100 -PrimaryLanguage en-GB -SecondaryLanguages fr-FR, de-DE; Get-CsOnlineDialInConferencingServiceNumber +14255550100",
            ["PrimaryLanguage": "en-GB", "SecondaryLanguages.1": "de-DE"]),
        refused(
            "five languages beside the first",
            "Set-CsOnlineDialInConferencingServiceNumber +14255550100 -SecondaryLanguages fr-FR, de-DE, it-IT, ja-JP, ko-KR", "4"),
        refused(
            "a language that is none", "Set-CsOnlineDialInConferencingServiceNumber +14255550100 -PrimaryLanguage xx-XX", "not a language"),
    ]

    private static let invite = #"{"organizer":"alice@contoso.example"}"#
    private static let defaults = [
        AdministratorStep(
            "an invite shows the organizer's default", "POST", "/v1/meetings/first/invite?tenant=contoso", invite, 201,
            ["tollNumber": "+14255550100"], then: ("/v1/meetings/first/invite?tenant=contoso", ["tollNumber": "+14255550100"])),
        ran(
            "another default",
            "Set-CsOnlineDialInConferencingUser -Identity alice@contoso.example -ServiceNumber +14255550101; Get-CsOnlineDialInConferencingUser alice@contoso.example",
            ["ServiceNumber": "+14255550101"], then: ("/v1/meetings/first/invite?tenant=contoso", ["tollNumber": "+14255550100"])),
        AdministratorStep(
            "a new invite takes it", "POST", "/v1/meetings/second/invite?tenant=contoso", invite, 201, ["tollNumber": "+14255550101"]),
    ]

    private static let routing = [
        routed("without a route there is no way under this licence", "alice", ["verdict": "refuse", "reason": "noRoute"]),
        ran(
            "step 1: a usage", "Set-CsOnlinePstnUsage -Identity Global -Usage @{Add=\"International\"}; Get-CsOnlinePstnUsage",
            ["Usage.0": "International"]),
        ran(
            "step 2: a route",
            "New-CsOnlineVoiceRoute -Identity \"International\" -NumberPattern \"\\d+\" -OnlinePstnUsages \"International\" -BridgeSourcePhoneNumber +14255550100",
            ["NumberPattern": "\\d+", "BridgeSourcePhoneNumber": "+14255550100"]),
        ran(
            "step 3: a policy",
            "New-CsOnlineAudioConferencingRoutingPolicy \"International Policy\" -OnlinePstnUsages \"International\"",
            ["Identity": "Tag:International Policy", "OnlinePstnUsages.0": "International"]),
        ran(
            "step 4: a grant",
            "Grant-CsOnlineAudioConferencingRoutingPolicy -Identity alice@contoso.example -PolicyName \"International Policy\"",
            then: (tenant + "/users/alice@contoso.example", ["grants.audioConferencingRoutingPolicy": "International Policy"])),
        routed("her calls go by the operator, as that number", "alice", ["verdict": "route", "routes.0.operator": "acme"]),
        routed("nobody else's do", "bob", ["verdict": "refuse", "reason": "noRoute"]),
    ]

    private static let grants = [
        ran(
            "to a group",
            "Grant-CsOnlineAudioConferencingRoutingPolicy -Group Sales -PolicyName \"International Policy\" -Rank 1; Get-CsGroupPolicyAssignment Sales",
            ["PolicyName": "International Policy", "Rank": "1"]),
        routed("its members' calls go", "bob", ["verdict": "route"]),
        routed("others' do not", "carol", ["verdict": "refuse"]),
        ran(
            "to all",
            "Grant-CsOnlineAudioConferencingRoutingPolicy -Global -PolicyName \"International Policy\"; Get-CsOnlineAudioConferencingRoutingPolicy Global",
            ["OnlinePstnUsages.0": "International"]),
        routed("everybody's calls go", "carol", ["verdict": "route", "routes.0.operator": "acme"]),
        ran("and back", "Grant-CsOnlineAudioConferencingRoutingPolicy -Global -PolicyName $null"),
        routed("carol's do not any more", "carol", ["verdict": "refuse", "reason": "noRoute"]),
    ]

    private static let suspension = [
        AdministratorStep("suspended", "PATCH", mine, #"{"status":"suspended"}"#, 200, then: (consent, ["status": "suspended"])),
        routed("its routes are unusable", "alice", ["verdict": "refuse", "reason": "routeUnusable"]),
        AdministratorStep(
            "it uploads nothing", "POST", "/v1/operators/acme/number-orders", #"{"tenant":"contoso","numbers":["+14255550177"]}"#, 409,
            ["detail": "<suspended>"], then: (number("14255550100"), ["status": "ConferenceAssigned"])),
        AdministratorStep("resumed", "PATCH", mine, #"{"status":"active"}"#, 200, then: (mine, ["status": "active"])),
        routed("all is as it was", "alice", ["verdict": "route"]),
    ]

    private static let settings = [
        ran(
            "settings of the bridge",
            "Set-CsOnlineDialInConferencingTenantSettings -PinLength 8 -MaskPstnNumbersType NoMasking; Get-CsOnlineDialInConferencingTenantSettings",
            ["PinLength": "8", "MaskPstnNumbersType": "NoMasking"],
            then: ("/v1/meetings/first/conferencing?tenant=contoso", ["settings.pinLength": "8", "licence": "OperatorConnectConferencing"])),
        refused("out of range", "Set-CsOnlineDialInConferencingTenantSettings -PinLength 3", "4 to 12"),
        AdministratorStep(
            "conferencing off", "PATCH", tenant + "/settings", #"{"audioConferencingEnabled":false}"#, 200,
            then: (tenant + "/settings", ["audioConferencingEnabled": "false"])),
        routed("nobody dials", "alice", ["verdict": "refuse", "reason": "audioConferencingDisabled"]),
        AdministratorStep("and on", "PATCH", tenant + "/settings", #"{"audioConferencingEnabled":true}"#, 200),
        routed("again", "alice", ["verdict": "route"]),
    ]

    private static let licences = [
        AdministratorStep(
            "three were bought", "PUT", tenant + "/licences", #"{"OperatorConnectConferencing":3}"#, 200,
            then: (tenant + "/licences", ["OperatorConnectConferencing": "3"])),
        AdministratorStep(
            "a fourth is not there", "PUT", tenant + "/users/dora@contoso.example", #"{"licences":["OperatorConnectConferencing"]}"#, 409,
            ["detail": "<bought 3 times>"], then: (tenant, ["users": "3"])),
        AdministratorStep(
            "given back", "PUT", tenant + "/users/carol@contoso.example", #"{"licences":[]}"#, 200,
            then: (tenant + "/users/carol@contoso.example", ["licences": "[]"])),
        routed("who has none does not dial", "carol", ["verdict": "refuse", "reason": "noLicence"]),
    ]

    private static let guards = [
        AdministratorStep(
            "an operator with numbers in use does not go", "DELETE", mine, nil, 409, ["detail": "<2 numbers of acme>"],
            then: (mine, ["status": "active"])),
        AdministratorStep(
            "nor does a number that something holds, and all of it is named", "DELETE", number("14255550100"), nil, 409,
            ["holders": "<International>"], then: (number("14255550100"), ["state": "Active"])),
        refused(
            "a route's number stays on the bridge", "Unregister-CsOnlineDialInConferencingServiceNumber -Identity +14255550100",
            "International", then: (number("14255550100"), ["status": "ConferenceAssigned"])),
        ran(
            "a release order says what holds each",
            "Get-CsOnlineTelephoneNumberOrder (New-CsOnlineTelephoneNumberReleaseOrder -TelephoneNumber +14255550101)",
            ["Status": "Error", "AdditionalDetails.0.Message": "<alice@contoso.example>"],
            then: (number("14255550101"), ["state": "Active"])),
    ]

    private static let release = [
        ran(
            "nobody's default, no route's number, off the bridge",
            """
            Set-CsOnlineDialInConferencingUser -Identity alice@contoso.example -ServiceNumber $null
            Remove-CsOnlineVoiceRoute -Identity International
            '+14255550100', '+14255550101' | ForEach-Object { Unregister-CsOnlineDialInConferencingServiceNumber -Identity $_ }
            """, then: (number("14255550101"), ["status": "Unassigned"])),
        ran(
            "the tenant asks for the release",
            "Get-CsOnlineTelephoneNumberOrder (New-CsOnlineTelephoneNumberReleaseOrder -TelephoneNumber +14255550100, +14255550101)",
            ["Status": "Success", "SuccessCount": "2"], then: (number("14255550101"), ["state": "ReleaseRequested"])),
        refused(
            "nothing is assigned to it any more", "Register-CsOnlineDialInConferencingServiceNumber -Identity +14255550101",
            "ReleaseRequested"),
        AdministratorStep(
            "marked", "PATCH", number("14255550101"), #"{"state":"MarkedForRemoval"}"#, 200, ["state": "MarkedForRemoval"],
            then: (number("14255550101"), ["state": "MarkedForRemoval"])),
        AdministratorStep(
            "ready", "PATCH", number("14255550101"), #"{"state":"ReadyForRemoval"}"#, 200,
            then: (number("14255550101"), ["state": "ReadyForRemoval"])),
        AdministratorStep(
            "gone", "DELETE", number("14255550101"), nil, 204, then: (number("14255550101"), ["reason": "notFound"])),
        AdministratorStep(
            "the other by all states at once", "DELETE", number("14255550100"), nil, 204,
            then: ("/v1/operators/acme/numbers", ["numbers": "[]"])),
    ]

    private static let leaving = [
        AdministratorStep(
            "the operator is removed", "DELETE", mine, nil, 204, then: (tenant + "/operators", ["operators": "[]"])),
        AdministratorStep("and has no consent any more", "GET", consent, nil, 404, ["reason": "notFound"]),
    ]
}
