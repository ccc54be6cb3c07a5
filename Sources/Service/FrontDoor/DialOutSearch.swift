import Basis
import Dialing
import SIP
import Web

/// What records are searched for (contract, "Watching"): what the store looks up, and what is asked of each record that it finds.
struct DialOutSearch {
    var query: DialOutQuery
    let state: CallState?
    /// The leg that a Call-ID of ours was made for.
    let leg: LegID?
    /// When it was accepted; the query has it as far as identifiers rise with time.
    private let accepted: (from: WallTime?, to: WallTime?)

    /// Its parameters, but for the tenant or operator whose records they are.
    static let parameters = ["from", "to", "number", "callerId", "outcome", "state", "callId"]
    /// The same for a list, which has an order and pages.
    static let listParameters = parameters + ["cursor", "limit", "order"]

    /// Reads the parameters of a request; throws for one that is not what it must be.
    init(_ call: APICall, _ clock: ClockSteps, leg: (String) -> LegID?) throws(InvalidField) {
        let parameters = call.request.query
        query = DialOutQuery(limit: try call.pageLimit)
        state = try call.choice("state", of: CallState.self)
        query.outcome = try call.choice("outcome", of: Outcome.self)
        query.number = try call.number("number")
        query.callerID = try call.number("callerId")
        query.meetingID = parameters["meeting"]
        query.organizer = parameters["organizer"]?.asciiLowercased
        query.operatorID = parameters["operator"]
        accepted = (try call.moment("from"), try call.moment("to"))
        (query.from, query.before) = (accepted.from.map { .before($0) }, accepted.to.map(clock.bound))
        query.order = try call.choice("order", of: DialOutQuery.Order.self) ?? .newest
        if let text = parameters["cursor"] {
            guard let cursor = SortableID(text) else { throw InvalidField.noCursor }
            query.move(behind: cursor)
        }
        self.leg = parameters["callId"].flatMap { leg($0) }
        if parameters["callId"] != nil { query.id = self.leg?.dialOut ?? SortableID(high: 0, low: 0) }
    }

    /// Whether it is looked for in the store at all: what has not ended is live, but for operators that it has left.
    var isOfStore: Bool { state == nil || state == .ended }

    /// Takes records from this subject's beginning on only.
    mutating func begin(at since: SortableID) { query.from = query.from.map { max($0, since) } ?? since }

    func matches(_ dialOut: DialOut) -> Bool {
        query.matches(dialOut) && isOfTime(dialOut) && isOfState(dialOut) && isOfLeg(dialOut)
    }

    /// What the store does not look up.
    func isShown(_ dialOut: DialOut) -> Bool {
        isOfTime(dialOut) && isOfLeg(dialOut) && (!query.isOperatorsView || query.matches(dialOut))
    }

    private func isOfTime(_ dialOut: DialOut) -> Bool {
        let at = dialOut.acceptedAt.milliseconds
        return accepted.from.map { $0.milliseconds <= at } ?? true && accepted.to.map { at <= $0.milliseconds } ?? true
    }

    /// An operator knows the Call-IDs of its own attempts.
    private func isOfLeg(_ dialOut: DialOut) -> Bool {
        guard let leg else { return true }
        guard leg.attempt > 0, dialOut.attempts.count >= leg.attempt else { return false }
        return !query.isOperatorsView || dialOut.attempts[leg.attempt - 1].operator == query.operatorID
    }

    private func isOfState(_ dialOut: DialOut) -> Bool {
        guard let state else { return true }
        return state == (query.operatorID.map { dialOut.state(for: $0) } ?? dialOut.state)
    }
}

extension DialOutQuery {
    fileprivate func matches(_ dialOut: DialOut) -> Bool {
        let row = dialOut.row
        let isTheirs = (tenant == nil || tenant == row.tenant) && meetingID.admits(row.meetingID)
        let isOfPeople = organizer.admits(row.organizer) && (number == nil || number == row.number)
        let isOfOperator = operatorID.map { $0 == row.operatorID || row.formerOperatorIDs.contains($0) } ?? true
        let isInTime = before.map { row.id < $0 } ?? true && after.map { row.id > $0 } ?? true && from.map { row.id >= $0 } ?? true
        return isTheirs && isOfPeople && isOfOperator && isInTime && (id == nil || id == row.id) && isOfEnd(dialOut, row)
    }

    /// Whether the caller ID and the outcome are those that are shown.
    private func isOfEnd(_ dialOut: DialOut, _ row: DialOutRow) -> Bool {
        let (caller, end) =
            isOperatorsView
            ? operatorID.map { (dialOut.callerID(for: $0), dialOut.ending(for: $0)?.outcome) } ?? (nil, nil) : (row.callerID, row.outcome)
        return (callerID == nil || callerID == caller) && (outcome == nil || outcome == end)
    }
}

extension String? {
    /// Whether nothing is asked for, or this text, byte by byte as in the store.
    fileprivate func admits(_ text: String) -> Bool { map { ExactText($0) == ExactText(text) } ?? true }
}

extension APICall {
    /// A time of the query.
    func moment(_ name: String) throws(InvalidField) -> WallTime? {
        guard let text = request.query[name] else { return nil }
        // The plus of an offset that was not escaped has come as a blank.
        guard let time = WallTime(written: text.replacing(" ", with: "+")) else {
            throw InvalidField(name, "is a time as 2026-11-25T08:00:00Z (RFC 3339), not \"\(text.excerpt)\"")
        }
        return time
    }

    /// A number of the query; a plus that was not escaped has come as a blank.
    fileprivate func number(_ name: String) throws(InvalidField) -> E164? {
        guard let text = request.query[name] else { return nil }
        guard let number = E164(written: text) else {
            throw InvalidField(name, "is an E.164 number: a plus, then 2 to 15 digits, not \"\(text.excerpt)\"")
        }
        return number
    }
}

extension Service {
    /// `GET /v1/dial-outs`, newest first where no `order` says otherwise: a page, or all as lines.
    func listDialOuts(_ call: APICall) async throws -> Reply {
        let format = try RecordFormat(call.request), search = try search(call)
        guard format == .json else { return try export(search, as: format, for: nil, call) }
        return .response(try await page(search, named: "dialOuts") { JSON.encode($0) })
    }

    /// What the request looks for among the records that its caller may see.
    func search(_ call: APICall) throws -> DialOutSearch {
        var search = try DialOutSearch(call, dialOuts.clock) { trunks.leg(ofCallID: $0) }
        search.query.tenant = try call.tenantFilter
        if let tenant = search.query.tenant { search.begin(at: identities[.tenant(tenant)]) }
        return search
    }

    /// What the request looks for among an operator's calls.
    func operatorSearch(_ call: APICall) throws -> (DialOutSearch, of: String) {
        var search = try DialOutSearch(call, dialOuts.clock) { trunks.leg(ofCallID: $0) }
        let id = try carrier(call).id
        (search.query.operatorID, search.query.isOperatorsView) = (id, true)
        search.begin(at: identities[.operator(id)])
        return (search, id)
    }

    /// `GET /v1/operators/{operator}/calls`, as the operator may see them.
    func operatorCalls(_ call: APICall) async throws -> Reply {
        let format = try RecordFormat(call.request)
        let (search, id) = try operatorSearch(call)
        guard format == .json else { return try export(search, as: format, for: id, call) }
        return .response(try await page(search, named: "calls") { JSON.encode(OperatorRecord($0, for: id)) })
    }

    /// A page of what is live and what is stored, in one order.
    private func page(_ search: DialOutSearch, named name: String, _ shown: (DialOut) -> [UInt8]) async throws -> Response {
        let limit = search.query.limit, (all, rest) = try await records(search)
        let found = Array(all.prefix(limit)), next = all.count > limit ? found.last?.id : rest
        var body = Array("{\"\(name)\":[".utf8)
        for (index, dialOut) in found.enumerated() {
            if index > 0 { body.append(UInt8(ascii: ",")) }
            body += shown(dialOut)
        }
        let cursor = next.map { "\"\($0)\"" } ?? "null"
        body += Array("],\"cursor\":\(cursor),\"lastEventId\":\"\(hub.newest)\"}".utf8)
        return Response(200, headers: [("Content-Type", "application/json"), ("Vary", "Accept")], body: .bytes(body))
    }

    /// One more than the page has, if there is one; and where there may be more although it is not full, behind which. The store is asked for
    /// what has ended alone: all else is live, and was when it was asked.
    private func records(_ search: DialOutSearch) async throws -> ([DialOut], rest: SortableID?) {
        let limit = search.query.limit
        let alive = live.records(where: search.matches)
        var found = try await written(alive, search), known = Set(alive.map(\.dialOut.id)), read = 0, rest: SortableID?
        var query = search.query
        query.isOpen = false
        query.limit += 1
        let wanted = found.count + query.limit
        repeat {
            let page = search.isOfStore ? try await store.dialOuts(query) : []
            for row in page where known.insert(row.id).inserted {
                let dialOut = try row.folded()
                if search.isShown(dialOut) { found.append(dialOut) }
            }
            read += page.count
            rest = page.count < query.limit ? nil : page.last?.id
            if let rest { query.move(behind: rest) }
        } while rest != nil && found.count < wanted && read < Self.recordsSearched
        found.sort { search.query.comesFirst($0.id, $1.id) }
        // What the next page begins with is not known beyond there.
        if let rest { found = found.filter { !search.query.comesFirst(rest, $0.id) } }
        return (Array(found.prefix(limit + 1)), rest)
    }

    /// Records that a request reads at most that finds few of them.
    private static let recordsSearched = 5_000
}
