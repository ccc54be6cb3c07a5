import Basis
import Dialing
import Web

/// An answer that is made as its reader takes it: the next piece when the one before has left.
package protocol PieceSource: AnyObject, Sendable {
    /// Nil at the end. What it throws breaks the answer off, so that its reader sees that it is not whole.
    func next() async throws -> [UInt8]?
    /// Nobody takes more.
    func close() async
}

/// All records that a search finds, as lines, in the order of the search.
///
/// `@unchecked Sendable`: its service alone touches it.
final class RecordExport: PieceSource, @unchecked Sendable {
    private let service: Service
    fileprivate let search: DialOutSearch
    fileprivate let format: RecordFormat
    /// Whose view it is; nil shows all.
    fileprivate let operatorID: String?
    fileprivate let token: Token
    /// What the store is asked for next; nil once it has given all.
    fileprivate var query: DialOutQuery?
    /// Records that may still come.
    fileprivate var left: Int

    init(_ search: DialOutSearch, as format: RecordFormat, for operatorID: String?, of service: Service, _ call: APICall) throws {
        (self.search, self.format, self.operatorID, self.service, token) = (search, format, operatorID, service, call.caller)
        left = call.request.query["limit"] == nil ? Int.max : search.query.limit
        var query = search.query
        // What has left an operator is over for it, and perhaps not for others.
        query.isOpen = search.state == nil || operatorID != nil || query.operatorID != nil ? nil : search.state != .ended
        self.query = query
    }

    /// The line of names, where the form has one.
    fileprivate var head: [UInt8] {
        format == .csv ? Array(CSVText.line(RecordTable.columns(forOperator: operatorID != nil)).utf8) : []
    }
    fileprivate var hasBegun = false

    func next() async throws -> [UInt8]? { try await service.nextPiece(of: self) }

    func close() async { await service.exportEnded(of: token.subject) }
}

extension Service {
    /// Exports at a time, and those of one tenant or operator, so that slow readers of one leave room for others; past it they are answered 503.
    static let exportLimit = 16
    static let exportShare = 4
    /// Records that one piece has at the most.
    static let exportPage = 50

    /// All records that a search finds, as a stream.
    func export(_ search: DialOutSearch, as format: RecordFormat, for operatorID: String?, _ call: APICall) throws -> Reply {
        let owner = call.caller.subject, all = exports.values.reduce(0, +), isOver = owner != nil && exports[owner] ?? 0 >= Self.exportShare
        guard all < Self.exportLimit, !isOver else {
            let detail = isOver ? "\(Self.exportShare) of yours" : "\(Self.exportLimit) exports"
            var problem = Problem(503, "Service Unavailable", detail: "\(detail) are under way already", reason: "tooManyStreams")
            problem.retryAfter = 5
            throw problem
        }
        var search = search
        let end = identifiers.next()
        search.query.before = search.query.before.map { min($0, end) } ?? end
        let export = try RecordExport(search, as: format, for: operatorID, of: self, call)
        exports[owner, default: 0] += 1
        let name = "\(operatorID == nil ? "dial-outs" : "calls").\(format == .csv ? "csv" : "ndjson")"
        let type = format.mediaType + (format == .csv ? "; charset=utf-8; header=present" : "")
        let headers = [
            ("Content-Type", type), ("Content-Disposition", "attachment; filename=\"\(name)\""), ("Cache-Control", "no-store"),
            ("Vary", "Accept"),
        ]
        return .pieces(Response(200, headers: headers, body: .stream), export)
    }

    fileprivate func exportEnded(of owner: Identities.Subject?) {
        exports[owner, default: 1] -= 1
        if exports[owner] == 0 { exports[owner] = nil }
    }

    /// The line of names first, at once; then records that have something to show.
    fileprivate func nextPiece(of export: RecordExport) async throws -> [UInt8]? {
        if !export.hasBegun {
            export.hasBegun = true
            if !export.head.isEmpty { return export.head }
        }
        while var query = export.query, export.left > 0 {
            guard administration.isInForce(export.token), tokens.find(export.token.id) != nil else {
                throw Problem.unauthorized(hasToken: true)
            }
            query.limit = Self.exportPage
            let page = try await store.dialOuts(query)
            if let last = page.last?.id { query.move(behind: last) }
            export.query = page.count < Self.exportPage ? nil : query
            let piece = try await lines(of: page, export)
            export.left -= piece.count
            if !piece.text.isEmpty { return piece.text }
        }
        return nil
    }

    /// Records of what the store has found, as they are now; made beside the loop where there is room.
    private func lines(of page: [StoredDialOut], _ export: RecordExport) async throws -> ExportedLines {
        let found = try await written(page.compactMap { live.record(of: $0.id) }, export.search)
        let alive = Dictionary(uniqueKeysWithValues: found.map { ($0.id, $0) })
        let (search, format, operatorID, left) = (export.search, export.format, export.operatorID, export.left)
        let make = { @Sendable in ExportedLines(of: page, alive, search, as: format, for: operatorID, atMost: left) }
        let made = await world.aside(make) ?? make()
        if let failure = made.failure { throw failure }
        return made
    }
}

/// A piece of an export.
private struct ExportedLines: Sendable {
    private(set) var text: [UInt8] = []
    private(set) var count = 0
    private(set) var failure: StoreFailure?

    init(
        of page: [StoredDialOut], _ live: [SortableID: DialOut], _ search: DialOutSearch, as format: RecordFormat, for operatorID: String?,
        atMost limit: Int
    ) {
        do throws(StoreFailure) {
            for stored in page where count < limit {
                let dialOut = if let live = live[stored.id] { live } else { try stored.folded() }
                guard search.matches(dialOut) else { continue }
                text += Self.line(dialOut, as: format, for: operatorID)
                count += 1
            }
        } catch {
            failure = error
        }
    }

    private static func line(_ dialOut: DialOut, as format: RecordFormat, for operatorID: String?) -> [UInt8] {
        guard format != .csv else { return RecordTable.line(dialOut, for: operatorID) }
        return (operatorID.map { JSON.encode(OperatorRecord(dialOut, for: $0)) } ?? JSON.encode(dialOut)) + [UInt8(ascii: "\n")]
    }
}
