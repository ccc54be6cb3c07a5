import Basis
import Foundation
import Reactor

/// Tells systemd how it goes (sd_notify(3)): ready, stopping, and that the loop turns, as often as its watchdog wants it.
///
/// `@unchecked Sendable`: used on the loop's thread only.
final class ServiceNotice: @unchecked Sendable {
    private let loop: EventLoop
    private let path: String
    private var alarm: Reactor.Alarm?
    private let interval: Duration?

    /// Nil unless somebody wants to be told.
    init?(on loop: EventLoop, _ environment: [String: String]) {
        guard let path = environment["NOTIFY_SOCKET"], path.hasPrefix("/") || path.hasPrefix("@"), path.utf8.count < 108 else { return nil }
        (self.loop, self.path) = (loop, path)
        // Half of the time after which systemd takes the process for dead (sd_watchdog_enabled(3)).
        interval = environment["WATCHDOG_USEC"].flatMap { Int64($0) }.flatMap { $0 > 0 ? .microseconds($0 / 2) : nil }
    }

    func isReady() throws {
        send("READY=1")
        guard interval != nil else { return }
        alarm = try Reactor.Alarm(on: loop) { [weak self] in self?.feed() }
        feed()
    }

    /// The watchdog is fed on: what a drain waits for may take longer than it.
    func isStopping(_ status: String) { send("STOPPING=1\nSTATUS=\(status)") }

    func close() { alarm = nil }

    private func feed() {
        send("WATCHDOG=1")
        if let interval { alarm?.set(at: loop.now + interval) }
    }

    private func send(_ text: String) {
        let descriptor = socket(AF_UNIX, Int32(SOCK_DGRAM.rawValue) | Int32(SOCK_CLOEXEC.rawValue) | Int32(SOCK_NONBLOCK.rawValue), 0)
        guard descriptor >= 0 else { return }
        defer { Foundation.close(descriptor) }
        var address = sockaddr_un()
        address.sun_family = sa_family_t(AF_UNIX)
        // An abstract name begins with a zero byte in place of its @ (unix(7)).
        let name = path.hasPrefix("@") ? [0] + Array(path.utf8.dropFirst()) : Array(path.utf8)
        withUnsafeMutableBytes(of: &address.sun_path) { $0.copyBytes(from: name) }
        let length = socklen_t(MemoryLayout<sa_family_t>.size + name.count)
        withUnsafePointer(to: &address) { pointer in
            pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) { _ = sendto(descriptor, text, text.utf8.count, 0, $0, length) }
        }
    }
}
