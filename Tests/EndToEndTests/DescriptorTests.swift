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

    @Test("more connections than there are descriptors take the places of those that say nothing, and others have theirs left")
    func full() async throws {
        let service = try await RunningService(through: ["/bin/sh", "-c", #"ulimit -Sn 400; ulimit -Hn 400; exec "$0" "$@""#])
        let connections = try (0..<500).map { _ in try Running.connection(to: service.http) }
        defer { for connection in connections { close(connection) } }
        let text = try await service.metrics()
        let open = text.split(separator: "\n").first { $0.hasPrefix("process_open_fds ") }.flatMap { Int($0.split(separator: " ")[1]) }
        #expect((250...350).contains(open ?? 0), "\(open ?? 0) of 400, of which connections may have 300")
        #expect(try await service.curl("GET", "/readyz").status == 200)
    }
}
