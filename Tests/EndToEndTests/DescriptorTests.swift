import Foundation
import Testing

/// How many files and connections the service may have open, which a shell, systemd or a container may have said.
@Suite("The limit of descriptors", .aFewAtATime)
struct DescriptorTests {
    @Test("the service takes as many descriptors as it may have, and says in its log and figures how many there are")
    func descriptors() async throws {
        let service = try await RunningService(through: ["/bin/sh", "-c", #"ulimit -Sn 256; ulimit -Hn 2000; exec "$0" "$@""#])
        #expect(try await service.metrics().contains("\nprocess_max_fds 2000\n"))
        #expect(service.child.text.contains("descriptors=2000"), "\(service.child.text)")
        #expect(service.child.text.contains("fewer descriptors than event streams and requests may need"), "\(service.child.text)")
        let connections = try (0..<600).map { _ in try Running.connection(to: service.http) }
        defer { for connection in connections { close(connection) } }
        #expect(try await service.curl("GET", "/readyz").status == 200)
    }
}
