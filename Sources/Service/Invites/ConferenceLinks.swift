import Basis
import Crypto
import Dialing

/// The last part of the address of a tenant's page «Find a local number»: 160 bits that nobody can guess, made of a key that the store
/// keeps and of the tenant's name and beginning, so that a tenant keeps its own as long as it is there.
final class ConferenceLinks {
    private struct Kept: Codable { let key: String }

    /// Of the key, with nothing read yet: each link begins from it.
    private let code: HMAC<SHA256>
    private var tenants: [String: String] = [:]
    /// The key's document where this start has drawn it: to be kept before a link is given away.
    let fresh: StoredDocument?

    private static let setting = "conferenceLinkKey"

    /// `entropy` is asked where the store has no key yet.
    init(_ documents: StoredDocuments, entropy: () -> UInt64) throws(StoreFailure) {
        if let kept = try documents.setting(Self.setting, as: Kept.self) {
            code = HMAC(key: SymmetricKey(data: Array(kept.key.utf8)))
            fresh = nil
        } else {
            let text = (0..<4).map { _ in SortableID(high: entropy(), low: entropy()).description }.joined()
            code = HMAC(key: SymmetricKey(data: Array(text.utf8)))
            fresh = StoredDocument(kind: .setting, key: Self.setting, version: 0, body: JSON.encode(Kept(key: text)))
        }
    }

    /// `name` tells the tenant from others that had its identifier (``Identities/name(ofTenant:)``).
    func link(of name: String) -> String {
        var code = code
        code.update(data: Array("find a number, \(name)".utf8))
        return Array(code.finalize().prefix(20)).hexadecimal
    }

    /// The tenant whose page it is.
    func tenant(of link: String) -> String? { tenants[link] }

    func begin(_ tenant: String, name: String) { tenants[link(of: name)] = tenant }
    func end(name: String) { tenants[link(of: name)] = nil }
}
