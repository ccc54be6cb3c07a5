import Basis
import Dialing
import Web

/// Nobody is shown of a dial-out what a start would not find: what happened waits for the disk, and where that refuses, the record is as it
/// was when it last took something.
extension Service {
    /// The record, live or stored, if it is the caller's to see.
    func record(of call: APICall) async throws -> DialOut {
        let id = try call.dialOutID(), tenant = call.caller.tenant, since = tenant.map { identities[.tenant($0)] } ?? Identities.first
        let found = if let live = live.record(of: id) { try await written(live) } else { try await stored(id) }
        guard let found, call.caller.mayRead(tenant: found.tenant), id >= since else { throw Problem.notFound("dial-out", "\(id)") }
        return found
    }

    /// The record as it is on disk, with the place in the queue that it has now.
    func written(_ record: LiveDialOuts.Record) async throws -> DialOut {
        guard await live.isWritten(record) else { return try await stored(record.dialOut.id) ?? record.dialOut }
        return shown(record.dialOut)
    }

    /// The same of many; what is otherwise on disk than it was found is looked at again.
    func written(_ records: [LiveDialOuts.Record], _ search: DialOutSearch) async throws -> [DialOut] {
        var found: [DialOut] = []
        for record in records {
            let dialOut = try await written(record)
            if search.matches(dialOut) { found.append(dialOut) }
        }
        return found
    }

    func stored(_ id: SortableID) async throws -> DialOut? {
        var query = DialOutQuery(limit: 1)
        query.id = id
        return try await store.dialOuts(query).first?.folded()
    }

    private func shown(_ dialOut: DialOut) -> DialOut {
        guard dialOut.position != nil else { return dialOut }
        var shown = dialOut
        shown.position = trunks.position(of: dialOut.id)
        return shown
    }
}
