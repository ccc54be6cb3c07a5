import Basis
import Dialing
import Web

/// Bodies that take long are read, and answers that take long are written, beside the loop, on which calls keep their time meanwhile.
extension Service {
    /// Bytes of a body that is read on the loop: a few milliseconds' work at the worst.
    static let readOnLoop = 64 << 10

    /// The body as a value; see ``APICall/body(_:shown:)``.
    func body<Value: Decodable & Sendable>(_ type: Value.Type, of call: APICall) async throws -> Value {
        let bytes = call.request.body
        return try await read(call) { () throws(InvalidField) in try StrictJSON.decode(type, bytes) }
    }

    /// What is made of the request's body, on the loop where that is short.
    func read<Value: Sendable>(
        _ call: APICall, _ make: @escaping @Sendable () throws(InvalidField) -> Value
    ) async throws -> Value {
        guard call.request.body.count > Self.readOnLoop else { return try make() }
        let made = await world.aside { () -> Result<Value, InvalidField> in
            do throws(InvalidField) { return .success(try make()) } catch { return .failure(error) }
        }
        guard let made else { throw Problem.tooManyBodies }
        return try made.get()
    }

    /// The answer that `write` makes, which may be as long as a tenant has users and numbers.
    func written(_ write: @escaping @Sendable () -> Response) async throws -> Response {
        guard let response = await world.aside(write) else { throw Problem.tooManyBodies }
        return response
    }

    /// This configuration with another document for a tenant.
    func replacing(_ candidate: Tenant, of call: APICall) async throws -> Directory {
        let before = directory
        let replaced = await world.aside { () -> Result<Directory, InvalidChange> in
            do throws(InvalidChange) { return .success(try before.replacing(tenant: candidate)) } catch { return .failure(error) }
        }
        guard let replaced else { throw Problem.tooManyBodies }
        return try replaced.get()
    }
}

extension APICall {
    /// The body as a value; the first member that is missing, wrong or not known is named. `shown` is what GET shows of the same thing.
    func body<Value: Decodable>(_ type: Value.Type, shown: () -> JSONValue = { .null }) throws(InvalidField) -> Value {
        try StrictJSON.decode(type, request.body, shown: shown)
    }
}

extension APICall {
    /// Reads a body of changes; `shown` is the object as it is now.
    func change<Change: ChangeBody>(_ type: Change.Type, shown: () -> JSONValue) throws(InvalidField) -> Change {
        let change = try body(type, shown: shown)
        guard case .object(let members)? = try? JSONReader.read(request.body) else { return change }
        let nulls = members.filter { $0.value == .null && !Change.removable.contains($0.key) }.map(\.key)
        guard !nulls.isEmpty else { return change }
        let now = shown()
        if let name = nulls.sorted().first(where: { now[$0] != .null }) {
            throw InvalidField(name, "cannot be taken away by null; leave it out where it is to stay")
        }
        return change
    }
}
