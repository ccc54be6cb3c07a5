import Basis
import Service
import Web

/// A caller of the service's API in the other world.
///
/// `@unchecked Sendable`: used on the world's thread only.
package final class SimClient: @unchecked Sendable {
    package struct Answer: Sendable {
        package let status: Int
        package let body: JSONValue
        package let headers: [(name: String, value: String)]
        /// The pieces of an answer, or all of one that came at once; an answer that broke off is not whole.
        package var pieces: [[UInt8]] = []
        package var isWhole = true
        /// What came, in pieces or at once.
        package var text: String { String(decoding: pieces.joined(), as: UTF8.self) }

        init(status: Int, body: JSONValue, headers: [(name: String, value: String)]) {
            (self.status, self.body, self.headers) = (status, body, headers)
        }

        init(_ response: Response) {
            let body = response.bytes.flatMap { try? JSON.decode(JSONValue.self, $0) } ?? .null
            self.init(status: response.status, body: body, headers: response.headers)
            pieces = response.bytes.map { [$0] } ?? []
        }

        package func header(_ name: String) -> String? { headers.first { $0.name == name }?.value }
    }

    private let world: SimWorld
    /// Nil while nobody listens.
    private let service: () -> Service?
    package let token: String
    /// Who the service takes it for; nil is nobody on a connection.
    package var peer: SocketAddress?
    /// Looks at each answer that ``ask(_:_:_:headers:)`` gives.
    package var judge: ((Method, String, Answer) -> Void)?

    package init(_ world: SimWorld, token: String, _ service: @escaping () -> Service?) {
        (self.world, self.service, self.token) = (world, service, token)
    }

    package convenience init(_ world: SimWorld, _ service: Service, token: String) { self.init(world, token: token) { service } }

    /// The same service, called with another token; an empty one sends none.
    package func with(token: String) -> SimClient {
        let client = SimClient(world, token: token, service)
        client.judge = judge
        return client
    }

    /// Sends a request whose answer comes in its own time, or never when the service dies before or is not there.
    package func send(
        _ method: Method, _ path: String, _ body: String, headers: [(String, String)] = [], _ done: @escaping (Answer) -> Void
    ) {
        guard let service = service() else { return }
        let done = Unchecked(done)
        var request: Request
        do throws(Problem) {
            let access = token.isEmpty ? [] : [("Authorization", "Bearer \(token)")]
            request = try Request(method, path, headers: Headers(headers + access), body: Array(body.utf8))
        } catch {
            preconditionFailure("no request: \(path)")
        }
        request.peer = peer
        Task(executorPreference: service.world.tasks) { [request] in
            switch await service.answer(request) {
            case .response(let response): done.value(Answer(response))
            case .stream(let head, _): done.value(Answer(status: head.status, body: .null, headers: head.headers))
            case .pieces(let head, let source):
                var answer = Answer(status: head.status, body: .null, headers: head.headers)
                do {
                    while let piece = try await source.next() { answer.pieces.append(piece) }
                } catch {
                    answer.isWhole = false
                }
                await source.close()
                done.value(answer)
            case .turnedAway: done.value(Answer(Service.overloaded))
            }
        }
    }

    /// Asks and lets the world go on until the answer is there.
    package func ask(_ method: Method, _ path: String, _ body: String = "", headers: [(String, String)] = []) -> Answer {
        var answer: Answer?
        send(method, path, body, headers: headers) { answer = $0 }
        guard world.run(until: world.now + .seconds(60), { answer != nil }), let answer else { preconditionFailure("no answer: \(path)") }
        judge?(method, path, answer)
        return answer
    }

    /// Opens an event stream into a sink; the answer's status, and the stream's number where it was opened.
    package func watch(_ path: String, into sink: any EventSink, headers: [(String, String)] = []) -> (status: Int, stream: Int?) {
        var opened: (status: Int, stream: Int?)?
        guard let service = service() else { preconditionFailure("nobody listens: \(path)") }
        let done = Unchecked { opened = $0 }
        let access = token.isEmpty ? [] : [("Authorization", "Bearer \(token)"), ("Accept", "text/event-stream")]
        guard let request = try? Request(.get, path, headers: Headers(headers + access)) else { preconditionFailure("no request: \(path)") }
        Task(executorPreference: service.world.tasks) {
            switch await service.answer(request) {
            case .response(let response), .pieces(let response, _): done.value((response.status, nil))
            case .turnedAway: done.value((Service.overloaded.status, nil))
            case .stream(let head, let subscription):
                done.value((head.status, await service.subscribe(subscription, sink)))
            }
        }
        guard world.run(until: world.now + .seconds(60), { opened != nil }), let opened else { preconditionFailure("no answer: \(path)") }
        return opened
    }

    /// Asks for what cannot be refused.
    @discardableResult
    package func must(_ method: Method, _ path: String, _ body: String = "", headers: [(String, String)] = []) -> JSONValue {
        let answer = ask(method, path, body, headers: headers)
        precondition(answer.status < 300, "\(method) \(path): \(answer.status) \(answer.body)")
        return answer.body
    }
}

/// Carries a value into a task of the same thread.
struct Unchecked<Value>: @unchecked Sendable {
    let value: Value
    init(_ value: Value) { self.value = value }
}
