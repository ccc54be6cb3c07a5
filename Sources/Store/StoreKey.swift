import Basis
import Crypto
import Foundation
import Service

/// The key that the store's secrets are sealed with: AES-256 in Galois/counter mode (NIST SP 800-38D), a new nonce each time. It prints
/// nothing.
package struct StoreKey: Sendable, CustomStringConvertible, CustomReflectable {
    private let key: SymmetricKey

    package var description: String { "a key" }
    package var customMirror: Mirror { Mirror(self, children: []) }

    /// Thirty-two bytes, as they are or as 64 hexadecimal digits with or without a line break; nil for anything else.
    package init?(_ file: Data) {
        if file.count == 32 {
            key = SymmetricKey(data: file)
            return
        }
        let digits = Array(String(decoding: file, as: UTF8.self).trimmingCharacters(in: .whitespacesAndNewlines).utf8)
        guard digits.count == 64 else { return nil }
        var bytes: [UInt8] = []
        for index in stride(from: 0, to: 64, by: 2) {
            guard let byte = UInt8(hexadecimal: String(decoding: digits[index...index + 1], as: UTF8.self)) else { return nil }
            bytes.append(byte)
        }
        key = SymmetricKey(data: bytes)
    }

    /// Thirty-two random bytes as they are written to a file.
    package static func makeFile() -> Data {
        let bytes = SymmetricKey(size: .bits256).withUnsafeBytes { Array($0) }
        return Data((bytes.hexadecimal + "\n").utf8)
    }

    /// By this the store knows the key again, and nobody the key by it.
    var check: [UInt8] { Array(HMAC<SHA256>.authenticationCode(for: Array("dialout store".utf8), using: key).prefix(16)) }

    /// `place` is what the text belongs to: sealed, it opens there only.
    func seal(_ text: [UInt8], at place: String) throws -> [UInt8] {
        guard let sealed = try AES.GCM.seal(text, using: key, authenticating: Array(place.utf8)).combined else {
            throw StoreFailure("\(place) cannot be sealed")
        }
        return Array(sealed)
    }

    func open(_ sealed: [UInt8], at place: String) throws(StoreFailure) -> [UInt8] {
        do { return Array(try AES.GCM.open(.init(combined: sealed), using: key, authenticating: Array(place.utf8))) } catch {
            throw StoreFailure("\(place) does not open with the key")
        }
    }
}

/// Where the key is kept: outside of the data folder, so that a copy of the folder is worth nothing without it.
package struct KeyFile: Sendable {
    let path: String
    /// Whether somebody said so; else it is made where the store has none yet.
    let isGiven: Bool

    package init(path: String, isGiven: Bool) { (self.path, self.isGiven) = (path, isGiven) }

    /// The key of a store by its check; a store that has nothing sealed may get another one. Throws when it is not there, or another one.
    func key(for check: [UInt8], sealed: Int64) throws -> StoreKey {
        guard FileManager.default.fileExists(atPath: path) else {
            guard !isGiven else { throw StoreFailure("the key file \(path) is not there") }
            guard sealed == 0 else {
                throw StoreFailure("the store has \(sealed) sealed documents, and the key file \(path) is not there; name it by --key-file")
            }
            try DurableFile.replace(path, with: StoreKey.makeFile())
            return try read()
        }
        let key = try read()
        guard check.isEmpty || key.check == check || (sealed == 0 && !isGiven) else {
            throw StoreFailure("the key in \(path) is not the one that the store was sealed with")
        }
        return key
    }

    /// Throws unless the file has the key that a store knows by its check; without it, unless nothing is sealed.
    func require(_ check: [UInt8], sealed: Int) throws(StoreFailure) {
        guard FileManager.default.fileExists(atPath: path) else {
            guard isGiven || sealed > 0 else { return }
            throw StoreFailure("it has \(sealed) sealed documents, and the key file \(path) is not there; name it by --key-file")
        }
        guard try read().check == check else { throw StoreFailure("the key in \(path) is not the one that it was sealed with") }
    }

    private func read() throws(StoreFailure) -> StoreKey {
        guard let bytes = FileManager.default.contents(atPath: path) else { throw StoreFailure("the key file \(path) cannot be read") }
        guard let key = StoreKey(bytes) else { throw StoreFailure("the key file \(path) has neither 32 bytes nor 64 hexadecimal digits") }
        return key
    }
}

/// Bodies of documents as they stand in the file: a sealed one has a mark that no JSON begins with.
struct DocumentBody {
    static let mark = Array("seal\0".utf8)
    /// How many documents are sealed; none that is read on demand.
    static let sealedCount =
        "SELECT count(*) FROM document WHERE kind < '\(StoredDocument.Kind.onDemand)' AND substr(body, 1, 5) = X'7365616C00'"

    let isSecret: Bool
    let text: [UInt8]

    init(stored body: [UInt8], at place: String, _ key: StoreKey) throws(StoreFailure) {
        isSecret = body.starts(with: Self.mark)
        text = isSecret ? try key.open(Array(body.dropFirst(Self.mark.count)), at: place) : body
    }

    static func stored(_ text: [UInt8], of document: StoredDocument, _ key: StoreKey) throws -> [UInt8] {
        document.isSecret ? mark + (try key.seal(text, at: document.place)) : text
    }
}

extension StoredDocument {
    /// What a sealed body belongs to: elsewhere it does not open.
    var place: String { "\(kind.rawValue) \(key)" }
}
