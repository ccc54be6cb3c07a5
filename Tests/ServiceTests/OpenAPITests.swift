import Service
import Testing

@Suite("The published description")
struct OpenAPITests {
    @Test("OpenAPI names each operation of the front door, under its path and method, and no other")
    func operations() throws {
        let document = try JSON.decode(JSONValue.self, FrontDoorTable.openAPI)
        #expect(document["openapi"].string?.hasPrefix("3.1") == true)
        #expect(document["info"]["version"].string == Version.current)
        guard case .object(let paths) = document["paths"] else {
            Issue.record("no paths")
            return
        }
        var published: Set<String> = []
        for (path, item) in paths {
            guard case .object(let operations) = item else { continue }
            for (method, operation) in operations where ["get", "put", "post", "patch", "delete"].contains(method) {
                published.insert("\(method.uppercased()) \(path) \(operation["operationId"].string ?? "")")
            }
        }
        #expect(published.symmetricDifference(FrontDoorTable.operations).isEmpty)
    }
}
