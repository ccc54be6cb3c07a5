import Basis
import Web

extension Service {
    /// `GET /v1/backup`: the whole store as it was at one moment, while everything goes on. Secrets in it are sealed, and the key is not in it.
    func backup(_ call: APICall) async throws -> Reply {
        guard !isBackingUp else { throw Problem.conflict("another backup is under way; there is one at a time") }
        isBackingUp = true
        do {
            let copy = try await store.copy()
            let headers = [
                ("Content-Type", "application/vnd.sqlite3"), ("Content-Disposition", "attachment; filename=\"dialout.db\""),
                ("Cache-Control", "no-store"),
            ]
            return .pieces(Response(200, headers: headers, body: .stream), StoreBackup(copy, of: self))
        } catch {
            isBackingUp = false
            throw error
        }
    }

    fileprivate func backupEnded() { isBackingUp = false }
}

/// A copy of the store on its way to who asked for it.
private final class StoreBackup: PieceSource {
    private let copy: any StoreCopy
    private let service: Service

    init(_ copy: any StoreCopy, of service: Service) { (self.copy, self.service) = (copy, service) }

    func next() async throws -> [UInt8]? { try await copy.next() }

    func close() async { await service.backupEnded() }
}
