import Foundation
import Testing

/// `call` beside a service that answers late, breaks off, or says no.
@Suite("call and a service in trouble", .aFewAtATime)
struct CallStoryTests {
    private struct Scene {
        let folder: String
        let service: ScriptedService
        let child: Child

        init(_ more: [String] = ["--wait"]) throws {
            folder = try Running.folder()
            service = try ScriptedService()
            let arguments = ["call", "--meeting", "m", "--organizer", "alice@contoso.example"] + more + ["+14255550123"]
            child = try Child(Running.executable.path, arguments, in: folder, environment: service.environment)
        }

        func end() { try? FileManager.default.removeItem(atPath: folder) }

        func accept() async throws {
            let post = try await service.next()
            #expect(post.text.hasPrefix("POST /v1/meetings/m/dial-outs HTTP/1.1\r\n"))
            post.answer("202 Accepted", #"{"id":"01ab"}"#)
        }
    }

    private static func event(_ id: Int, _ type: String, _ outcome: String? = nil) -> String {
        let more = outcome.map { #","outcome":"\#($0)""# } ?? ""
        return "id: \(id)\ndata: {\"type\":\"\(type)\",\"at\":\"2026-11-25T00:00:00.000Z\"\(more)}\n\n"
    }

    private static let streamType = "text/event-stream"

    @Test("Ctrl-C before the dial-out is accepted cancels it as soon as it is", arguments: [["--wait"], []])
    func early(more: [String]) async throws {
        let scene = try Scene(more)
        defer { scene.end() }
        let post = try await scene.service.next()
        kill(scene.child.pid, SIGINT)
        #expect(await scene.child.waits(for: "the dial-out is cancelled as soon as it is accepted"), "\(scene.child.text)")
        post.answer("202 Accepted", #"{"id":"01ab"}"#)
        let delete = try await scene.service.next()
        #expect(delete.text.hasPrefix("DELETE /v1/dial-outs/01ab HTTP/1.1\r\n"), "\(delete.text)")
        delete.answer("202 Accepted", "{}")
        if more.isEmpty {
            #expect(await scene.child.exitStatus() == 0, "\(scene.child.text)")
        } else {
            let stream = try await scene.service.next()
            stream.answer("200 OK", Self.event(1, "ended", "cancelled"), type: Self.streamType)
            #expect(await scene.child.exitStatus() == 7, "\(scene.child.text)")
        }
        #expect(scene.child.text.contains("cancelling dial-out 01ab"), "\(scene.child.text)")
    }

    @Test("twice Ctrl-C before it is accepted leaves at once, and says that nothing is known")
    func leftEarly() async throws {
        let scene = try Scene()
        defer { scene.end() }
        _ = try await scene.service.next()
        kill(scene.child.pid, SIGINT)
        #expect(await scene.child.waits(for: "as soon as it is accepted"), "\(scene.child.text)")
        #expect(await scene.child.end(SIGINT) == 130)
        #expect(scene.child.text.contains("left; whether the dial-out was accepted is not known"), "\(scene.child.text)")
    }

    @Test("a stream that breaks is taken up behind the last whole event, and an attempt's outcome is not the call's")
    func resumed() async throws {
        let scene = try Scene()
        defer { scene.end() }
        try await scene.accept()
        let first = try await scene.service.next()
        #expect(first.text.hasPrefix("GET /v1/dial-outs/01ab/events HTTP/1.1\r\n") && !first.text.contains("Last-Event-ID"))
        first.answer("200 OK", Self.event(4, "attemptFailed", "failed") + "id: 5\ndata: {\"type\":\"en", type: Self.streamType)
        let second = try await scene.service.next()
        #expect(second.text.contains("\r\nLast-Event-ID: 4\r\n"), "\(second.text)")
        second.answer("200 OK", Self.event(5, "ended", "completed"), type: Self.streamType)
        #expect(await scene.child.exitStatus() == 0, "\(scene.child.text)")
        #expect(scene.child.text.contains("dialout: dial-out 01ab is accepted"), "\(scene.child.text)")
    }

    @Test("a stream that is refused is told, with the dial-out's id")
    func refused() async throws {
        let scene = try Scene()
        defer { scene.end() }
        try await scene.accept()
        try await scene.service.next().answer("404 Not Found", "{}")
        #expect(await scene.child.exitStatus() == 1)
        #expect(scene.child.text.contains("the event stream of dial-out 01ab answered 404"), "\(scene.child.text)")
    }

    @Test("a request that is not taken ends with 1, one that the rules refuse with 3 and its reasons")
    func notTaken() async throws {
        for (body, status, words) in [
            (#"{"detail":"kind is required"}"#, 1, "400 kind is required"),
            (#"{"detail":"no route","decision":{"because":["It is so."]}}"#, 3, "It is so."),
        ] as [(String, Int32, String)] {
            let scene = try Scene()
            defer { scene.end() }
            try await scene.service.next().answer("400 Bad Request", body)
            #expect(await scene.child.exitStatus() == status)
            #expect(scene.child.text.contains(words), "\(scene.child.text)")
        }
    }
}
