import Foundation
import Service
import Testing

/// An administrator's work from the first operator to its removal, by requests that one would write, each with what is read behind it.
@Suite("Administration by REST", .aFewAtATime)
struct AdministratorTests {
    /// What a dotted path leads to: members, elements, or the `last` of a list.
    private func value(_ path: String, in whole: JSONValue) -> JSONValue {
        path.split(separator: ".").reduce(whole) { value, part in
            guard case .array(let elements) = value else { return value[String(part)] }
            guard let index = part == "last" ? elements.count - 1 : Int(part), elements.indices.contains(index) else { return .null }
            return elements[index]
        }
    }

    private func holds(_ expected: String, _ found: JSONValue) -> Bool {
        let text = found.string ?? String(decoding: JSON.encode(found), as: UTF8.self)
        guard expected.hasPrefix("<"), expected.hasSuffix(">") else { return text == expected }
        return text.contains(expected.dropFirst().dropLast())
    }

    @Test("each behaviour answers as it is documented, and is there when it is read")
    func steps() async throws {
        let service = try await RunningService()
        for step in AdministratorStep.all {
            let answer = try await service.curl(step.method, step.path, step.body)
            #expect(answer.status == step.status, "\(step.what): \(answer)")
            for (path, expected) in step.answer {
                #expect(holds(expected, value(path, in: answer.body)), "\(step.what), \(path) is \(expected): \(answer.body)")
            }
            guard let after = step.after else { continue }
            let read = try await service.curl("GET", after.path).body
            for (path, expected) in after.shows {
                #expect(holds(expected, value(path, in: read)), "\(step.what), then \(path) is \(expected): \(read)")
            }
        }
        #expect(AdministratorStep.all.count > 60 && AdministratorStep.all.filter { $0.status >= 400 }.count > 6)
    }
}
