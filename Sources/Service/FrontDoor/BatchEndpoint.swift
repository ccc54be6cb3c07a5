import Basis
import Web

/// What is posted to a meeting: one dial-out, or many in one request.
enum PostedDialOuts: Decodable {
    case one(DialOutOrder.Body)
    /// Items are read one by one, so that what is wrong with the shape of one is its own answer too.
    case batch([JSONValue])

    /// One dial-out of a batch, and its own key.
    struct Item: Decodable {
        let body: DialOutOrder.Body
        let idempotencyKey: String?

        private enum Key: CodingKey { case idempotencyKey }

        init(from decoder: any Decoder) throws {
            idempotencyKey = try decoder.container(keyedBy: Key.self).decodeIfPresent(String.self, forKey: .idempotencyKey)
            body = try DialOutOrder.Body(from: decoder)
        }
    }

    /// Dial-outs of one request.
    static let itemLimit = 100

    private enum Key: CodingKey { case items }

    init(from decoder: any Decoder) throws {
        guard let items = try decoder.container(keyedBy: Key.self).decodeIfPresent([JSONValue].self, forKey: .items) else {
            self = .one(try DialOutOrder.Body(from: decoder))
            return
        }
        guard (1...Self.itemLimit).contains(items.count) else {
            throw InvalidField("items", "are 1 to \(Self.itemLimit) dial-outs, not \(items.count)")
        }
        self = .batch(items)
    }
}

extension Service {
    /// The answer that an item would have had alone.
    private struct ItemAnswer: JSONObject {
        let response: Response

        func write(to object: inout JSONObjectText) {
            object.add("status", response.status)
            object.add("location", header("Location"))
            object.add("replayed", header("Idempotent-Replayed") == "true")
            object.add("duplicate", header("Dialout-Duplicate") == "true")
            object.add("body", WrittenJSON(bytes: response.bytes ?? Array("null".utf8)))
        }

        private func header(_ name: String) -> String? { response.headers.first { $0.name == name }?.value }
    }

    private struct BatchAnswer: JSONObject {
        let items: [ItemAnswer]

        func write(to object: inout JSONObjectText) { object.add("items", items) }
    }

    /// Each item as if it had come alone, side by side, so that they are written in one group; the answers in the items' order. What is wrong
    /// with one is its own answer.
    func postBatch(_ items: [JSONValue], _ call: APICall) async -> Response {
        let answers = await withTaskGroup(of: (Int, Response).self) { group in
            for (place, item) in items.enumerated() {
                group.addTask(executorPreference: world.tasks) { (place, await self.answer(item, at: place, call)) }
            }
            var answers: [Int: Response] = [:]
            for await (place, response) in group { answers[place] = response }
            return answers
        }
        return .json(200, JSON.encode(BatchAnswer(items: items.indices.map { ItemAnswer(response: answers[$0]!) })))
    }

    /// The first goes in with the batch; each other waits for a turn of its own, as it would alone.
    private func answer(_ item: JSONValue, at place: Int, _ call: APICall) async -> Response {
        guard place > 0 else { return await answer(item, call) }
        guard let pass = await intake.enter() else { return Self.overloaded }
        defer { intake.leave(pass) }
        return await answer(item, call)
    }

    private func answer(_ item: JSONValue, _ call: APICall) async -> Response {
        do {
            let item = try StrictJSON.decode(PostedDialOuts.Item.self, JSON.encode(item))
            return try await post(
                item.body, named: item.idempotencyKey.map { ("idempotencyKey", $0) }, formerly: { JSON.encodeStably(item.body) }, call)
        } catch {
            return Problem(of: error).response
        }
    }
}
