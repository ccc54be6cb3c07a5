import Basis
import Glibc
import Reactor

@testable import Transports

/// A peer on a bare socket that says its part up to a byte and then ends the connection as it is told.
final class BarePeer {
    enum Ending: CaseIterable {
        /// FIN, and nothing is read any more.
        case close
        /// FIN, and the socket stays.
        case halfClose
        /// RST (SO_LINGER 0).
        case reset
        /// Bytes that are neither TLS nor SIP; then the other side is waited for.
        case garbage
        /// As TLS wants it, where there is TLS: close_notify, then FIN.
        case goodbye
    }

    private let descriptor: Int32
    private let codec: TLSCodec?
    private let ending: Ending
    private let limit: Int
    private let text: [UInt8]
    private var watch: DescriptorWatch?
    private var waiting: [UInt8] = []
    private var isTextQueued = false
    /// Bytes put on the wire.
    private var said = 0
    private(set) var heard: [UInt8] = []
    private var hasEnded = false

    /// `limit` bytes are said, or all there is to say, then comes `ending`; `text` is said once the other side can read it.
    init(on loop: EventLoop, _ descriptor: Int32, _ codec: TLSCodec?, saying text: [UInt8], upTo limit: Int, then ending: Ending) throws {
        (self.descriptor, self.codec, self.text, self.limit, self.ending) = (descriptor, codec, text, limit, ending)
        watch = try DescriptorWatch(on: loop, descriptor: descriptor) { [weak self] readable, _ in self?.turn(readable) }
        watch?.wait(readable: true, writable: true)
    }

    deinit { end() }

    /// A connection to `address`; its end is not waited for.
    static func connect(to address: SocketAddress) -> Int32 {
        let descriptor = socket(AF_INET, Int32(SOCK_STREAM.rawValue | SOCK_NONBLOCK.rawValue), 0)
        withAddress(address) { _ = Glibc.connect(descriptor, $0, socklen_t(MemoryLayout<sockaddr_in>.size)) }
        return descriptor
    }

    private var hasBegun = false

    private func turn(_ readable: Bool) {
        if hasEnded { return }
        if readable {
            var buffer = [UInt8](repeating: 0, count: 65_536)
            let count = recv(descriptor, &buffer, buffer.count, 0)
            if count == 0 || count < 0 && errno != EAGAIN { return end() }
            if count > 0 { take(Array(buffer[..<count])) }
        }
        if !hasBegun {
            hasBegun = true
            if let codec {
                _ = codec.start()
                waiting += codec.takeOutput()
            } else {
                isTextQueued = true
                waiting += text
            }
        }
        speak()
    }

    private func take(_ bytes: [UInt8]) {
        guard let codec else { return heard += bytes }
        for event in codec.received(bytes.span) {
            switch event {
            case .secured:
                isTextQueued = true
                codec.write(text)
            case .plaintext(let plain): heard += plain
            case .ended, .failed: break
            }
        }
        waiting += codec.takeOutput()
    }

    private func speak() {
        let piece = Array(waiting.prefix(limit - said))
        waiting.removeFirst(piece.count)
        if !piece.isEmpty { said += max(0, send(descriptor, piece, piece.count, Int32(MSG_NOSIGNAL))) }
        guard said == limit || isTextQueued && waiting.isEmpty else { return watch?.wait(readable: true, writable: false) ?? () }
        switch ending {
        case .close: end()
        case .halfClose: shutdown(descriptor, Int32(SHUT_WR))
        case .reset:
            var linger = linger(l_onoff: 1, l_linger: 0)
            setsockopt(descriptor, SOL_SOCKET, SO_LINGER, &linger, socklen_t(MemoryLayout<Glibc.linger>.size))
            end()
        case .garbage:
            let garbage = [UInt8](repeating: 0, count: 40_000)
            send(descriptor, garbage, garbage.count, Int32(MSG_NOSIGNAL))
        case .goodbye:
            codec?.finish()
            let bytes = codec?.takeOutput() ?? []
            send(descriptor, bytes, bytes.count, Int32(MSG_NOSIGNAL))
            end()
        }
        watch?.wait(readable: true, writable: false)
    }

    private func end() {
        if hasEnded { return }
        hasEnded = true
        watch = nil
        Glibc.close(descriptor)
    }
}

/// A listening bare socket whose connections are taken by `accepted`, as descriptors.
final class BareListener {
    private let descriptor: Int32
    private var watch: DescriptorWatch?
    let address: SocketAddress

    init(on loop: EventLoop, accepted: @escaping (Int32) -> Void) throws {
        descriptor = socket(AF_INET, Int32(SOCK_STREAM.rawValue | SOCK_NONBLOCK.rawValue), 0)
        let bound = descriptor
        withAddress(loopback) { _ = bind(bound, $0, socklen_t(MemoryLayout<sockaddr_in>.size)) }
        listen(descriptor, 16)
        var name = sockaddr_in(), length = socklen_t(MemoryLayout<sockaddr_in>.size)
        withUnsafeMutableBytes(of: &name) {
            _ = getsockname(bound, $0.baseAddress!.assumingMemoryBound(to: sockaddr.self), &length)
        }
        address = SocketAddress(ipv4: 0x7F00_0001, port: UInt16(bigEndian: name.sin_port))
        watch = try DescriptorWatch(on: loop, descriptor: descriptor) { _, _ in
            let connection = accept(bound, nil, nil)
            guard connection >= 0 else { return }
            _ = fcntl(connection, F_SETFL, O_NONBLOCK)
            accepted(connection)
        }
        watch?.wait(readable: true, writable: false)
    }

    deinit {
        watch = nil
        Glibc.close(descriptor)
    }
}

private func withAddress(_ address: SocketAddress, _ body: (UnsafePointer<sockaddr>) -> Void) {
    var system = sockaddr_in()
    system.sin_family = sa_family_t(AF_INET)
    system.sin_port = address.port.bigEndian
    system.sin_addr.s_addr = (address.ipv4 ?? 0).bigEndian
    withUnsafeBytes(of: system) { body($0.baseAddress!.assumingMemoryBound(to: sockaddr.self)) }
}
