import ArgumentParser
import Service

/// Minutes and credits of a tenant (domain reference §2.2).
struct CreditsCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "credits",
        abstract: "Show how many minutes and credits a tenant has used and has left, or, for the platform, set them.")
    @OptionGroup var options: ClientOptions
    @OptionGroup var list: ListOptions
    @Option(help: "The tenant (or DIALOUT_TENANT).") var tenant: String?
    @Option(help: "Set how many Audio Conferencing licences bring minutes to the pool.") var licences: Int?
    @Option(help: "Pay in so many minutes more.") var add: Int?
    @Option(help: "Recharge credits when fewer minutes than this are left; with --amount.") var below: Int?
    @Option(help: "Minutes of a recharge; with --below.") var amount: Int?
    @Flag(help: "Recharge credits no more.") var noRecharge = false

    func validate() throws {
        if (below == nil) != (amount == nil) { throw ValidationError("--below and --amount go together") }
        if noRecharge, below != nil { throw ValidationError("--no-recharge excludes --below and --amount") }
        if let add, add < 1 { throw ValidationError("--add is 1 minute or more") }
    }

    func run() throws {
        let client = try options.client(), path = "/v1/tenants/" + (try client.tenant(tenant)).percentEncoded
        try change(client, path + "/settings")
        let reply = try client.send("GET", path + "/usage")
        guard reply.isSuccess else { throw fail(reply.complaint) }
        if list.json { return try say(String(decoding: reply.body, as: UTF8.self)) }
        try list.show(rows(reply.json), ["what", "available", "used", "left", "told", "recharge"])
    }

    private func rows(_ usage: JSONValue) -> [JSONValue] {
        var rows: [[String: JSONValue]] = []
        if let included = usage["minutes"]["included"].integer, let used = usage["minutes"]["used"].integer {
            rows.append([
                "what": .string("minutes of \(usage["month"].text)"), "available": .integer(included), "used": .integer(used),
                "left": .integer(max(0, included - used)), "told": usage["minutes"]["toldPercent"],
            ])
        }
        let credits = usage["credits"]
        if credits != .null {
            let recharge = credits["autoRecharge"]
            rows.append([
                "what": .string("credits"), "available": credits["paidIn"], "used": credits["spent"], "left": credits["left"],
                "told": credits["toldPercent"],
                "recharge": recharge == .null ? .null : .string("\(recharge["amount"].text) below \(recharge["trigger"].text)"),
            ])
        }
        return rows.map { .object($0) }
    }

    /// What is paid in is added to what stands there, unless that is another by now.
    private func change(_ client: HTTPClient, _ path: String) throws {
        var body: [String: JSONValue] = [:], headers: [String] = []
        if let licences { body["purchasedStandardLicences"] = .integer(Int64(licences)) }
        if let below, let amount {
            body["communicationsCreditsAutoRecharge"] = .object([
                "trigger": .integer(Int64(below)), "amount": .integer(Int64(amount)),
            ])
        }
        if noRecharge { body["communicationsCreditsAutoRecharge"] = .null }
        if let add {
            let now = try client.send("GET", path)
            guard now.isSuccess else { throw fail(now.complaint) }
            body["communicationsCreditsBalance"] = .integer((now.json["communicationsCreditsBalance"].integer ?? 0) + Int64(add))
            if let tag = now.tag { headers = ["If-Match: \(tag)"] }
        }
        guard !body.isEmpty else { return }
        let reply = try client.send("PATCH", path, body: JSON.encode(JSONValue.object(body)), headers: headers)
        guard reply.isSuccess else { throw fail(reply.complaint) }
    }
}
