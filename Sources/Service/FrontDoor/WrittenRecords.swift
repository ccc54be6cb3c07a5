import Basis
import Dialing
import Web

/// Nobody is shown of a dial-out what a start would not find: what happened waits for the disk, and where that refuses, the record is as it
/// was when it last took something.
extension Service {
    /// The record, live or stored, if it is the caller's to see.
    func record(of call: APICall) async throws -> DialOut {
        let id = try call.dialOutID(), tenant = call.caller.tenant, since = tenant.map { identities[.tenant($0)] } ?? Identities.first
        guard let found = try await known(id), call.caller.mayRead(tenant: found.tenant), id >= since else {
            throw Problem.notFound("dial-out", "\(id)")
        }
        return found
    }

    /// The record, live or stored, as it is on disk.
    func known(_ id: SortableID) async throws -> DialOut? {
        if let record = live.record(of: id), await live.isWritten(record) { return shown(record.dialOut) }
        return try await store.dialOut(id)?.folded()
    }

    /// Records that a search has found live, as they are on disk; what is otherwise there than it was found is looked at again.
    func written(_ records: [LiveDialOuts.Record], _ search: DialOutSearch) async throws -> [DialOut] {
        var found: [DialOut] = []
        for record in records {
            if await live.isWritten(record) {
                found.append(shown(record.dialOut))
            } else if let stored = try await store.dialOut(record.dialOut.id)?.folded(), search.matches(stored) {
                found.append(stored)
            }
        }
        return found
    }

    /// With the place in the queue that it has now.
    private func shown(_ dialOut: DialOut) -> DialOut {
        guard dialOut.position != nil else { return dialOut }
        var shown = dialOut
        shown.position = trunks.position(of: dialOut.id)
        return shown
    }
}
