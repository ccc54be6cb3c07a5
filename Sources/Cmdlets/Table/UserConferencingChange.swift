import Dialing

/// What `Set-CsOnlineDialInConferencingUser` sets of a user (domain reference §7.5, §8.7).
enum UserConferencingChange {
    static let parameters: [CmdletParameter] = [
        .text("ServiceNumber", .nullable), .text("TollFreeServiceNumber", .nullable), .toggle("ResetLeaderPin"), .toggle("SendEmail"),
        .text("SendEmailToAddress"), .text("SendEmailFromAddress"), .text("SendEmailFromDisplayName"),
        CmdletParameter("AllowTollFreeDialIn", .truth), CmdletParameter("AllowPSTNOnlyMeetings", .truth),
        CmdletParameter("AsJob", .ignored),
    ].map { $0.name == "AsJob" ? .toggle("AsJob") : $0 }

    static func apply(
        _ given: Arguments, to user: inout UserConferencing, of licences: Licences, _ tenant: Tenant
    ) throws(CmdletError) {
        if given.has("ServiceNumber") { user.serviceNumber = try number(given, "ServiceNumber", isTollFree: false, licences, tenant) }
        if given.has("TollFreeServiceNumber") {
            user.tollFreeServiceNumber = try number(given, "TollFreeServiceNumber", isTollFree: true, licences, tenant)
        }
        if given.flag("ResetLeaderPin") { user.resetPIN() }
        if let allowed = given.truth("AllowTollFreeDialIn") { user.allowTollFreeDialIn = allowed }
        if let allowed = given.truth("AllowPSTNOnlyMeetings") { user.allowPSTNOnlyMeetings = allowed }
        try applyMail(given, to: &user)
    }

    private static func number(
        _ given: Arguments, _ parameter: String, isTollFree: Bool, _ licences: Licences, _ tenant: Tenant
    ) throws(CmdletError) -> E164? {
        guard let text = given.text(parameter) else { return nil }
        let number = try text.asNumber(parameter)
        try tenant.checkOnBridge(number, parameter, isTollFree: isTollFree)
        guard licences.includesNumbers(of: tenant.number(number)?.operatorID ?? "") else {
            throw .refused(
                "\(number) is a number of the service's own carrier, which an Operator Connect Conferencing licence does not include",
                parameter: parameter)
        }
        return number
    }

    /// Sender's address and name go together, and with -SendEmail.
    private static func applyMail(_ given: Arguments, to user: inout UserConferencing) throws(CmdletError) {
        let (from, name) = (given.text("SendEmailFromAddress"), given.text("SendEmailFromDisplayName"))
        guard (from == nil) == (name == nil) else {
            throw .invalid("SendEmailFromAddress", "-SendEmailFromAddress and -SendEmailFromDisplayName are given together")
        }
        for parameter in ["SendEmailToAddress", "SendEmailFromAddress", "SendEmailFromDisplayName"] where given.has(parameter) {
            guard given.flag("SendEmail") else { throw .invalid(parameter, "-\(parameter) goes with -SendEmail") }
        }
        for (parameter, address) in [("SendEmailToAddress", given.text("SendEmailToAddress")), ("SendEmailFromAddress", from)] {
            if let address, !address.isEMailAddress {
                throw .invalid(parameter, "\(address) is not an e-mail address")
            }
        }
        if let to = given.text("SendEmailToAddress") { user.sendEmailToAddress = to }
        if let from, let name {
            user.sendEmailFromAddress = from
            user.sendEmailFromDisplayName = try name.checkedAsName("SendEmailFromDisplayName")
        }
    }
}
