import Basis
internal import CCurl
import Glibc
import Reactor

/// HTTP requests of the service's own, by libcurl's multi interface on the loop: no thread waits for an answer, and none waits for another.
///
/// `@unchecked Sendable`: used on its loop only, which is checked.
package final class HTTPSender: @unchecked Sendable {
    private let loop: EventLoop
    private let rules: Rules
    private let multi: UnsafeMutableRawPointer
    private var watches: [Int32: DescriptorWatch] = [:]
    private var clock: Alarm?
    private var transfers: [UnsafeMutableRawPointer: Transfer] = [:]
    /// Whose requests libcurl would not take; they are told with what is finished next.
    private var unbegun: [(HTTPSent) -> Void] = []

    /// Idle connections that are kept for later requests.
    static let idleConnections = 256

    /// What holds for each of its requests.
    package struct Rules: Sendable {
        package var connectTime = Duration.seconds(5)
        package var totalTime = Duration.seconds(15)
        /// Bytes of an answer's body that are read; what comes after is not waited for.
        package var answerBytes = 4096
        package var headBytes = 16_384
        /// A PEM file of authorities; nil: the system's.
        package var trust: String?
        /// Asked of each address before it is connected to.
        package var mayConnect: @Sendable (SocketAddress) -> Bool = { _ in true }

        package init() {}
    }

    package init(on loop: EventLoop, _ rules: Rules) throws(UVError) {
        guard let multi = curl_multi_init() else { throw UVError(code: -ENOMEM) }
        (self.loop, self.rules, self.multi) = (loop, rules, multi)
        clock = try Alarm(on: loop) { [weak self] in self?.drive(CURL_SOCKET_TIMEOUT, 0) }
        curl_multi_set_owner(multi, Unmanaged.passUnretained(self).toOpaque())
        curl_multi_set_long(multi, CURLMOPT_MAXCONNECTS, Self.idleConnections)
        curl_multi_set_callbacks(
            multi,
            { _, descriptor, what, owner, _ in
                sender(owner)?.watch(descriptor, what)
                return 0
            },
            { _, milliseconds, owner in
                sender(owner)?.setClock(milliseconds)
                return 0
            })
    }

    deinit {
        curl_multi_set_callbacks(multi, nil, nil)
        watches = [:]
        for transfer in transfers.values { curl_multi_remove_handle(multi, transfer.handle) }
        transfers = [:]
        curl_multi_cleanup(multi)
    }

    /// Requests under way.
    package var count: Int { transfers.count }

    /// Sends a request and calls `done` on the loop, in any case within the rules' total time, and never before this returns.
    package func send(_ request: HTTPSending, _ done: @escaping (HTTPSent) -> Void) {
        loop.checkIsolated()
        guard let transfer = Transfer(request, rules, done), curl_multi_add_handle(multi, transfer.handle) == CURLM_OK else {
            return notBegun(done)
        }
        transfers[transfer.handle] = transfer
    }

    private func notBegun(_ done: @escaping (HTTPSent) -> Void) {
        unbegun.append(done)
        clock?.set(at: loop.now)
    }

    // MARK: libcurl's side

    private func watch(_ descriptor: Int32, _ what: Int32) {
        guard what != CURL_POLL_REMOVE else {
            watches.removeValue(forKey: descriptor)?.stop()
            return
        }
        if watches[descriptor] == nil {
            watches[descriptor] = try? DescriptorWatch(on: loop, descriptor: descriptor) { [weak self] readable, writable in
                self?.drive(descriptor, (readable ? CURL_CSELECT_IN : 0) | (writable ? CURL_CSELECT_OUT : 0))
            }
        }
        watches[descriptor]?.wait(readable: what & CURL_POLL_IN != 0, writable: what & CURL_POLL_OUT != 0)
    }

    private func setClock(_ milliseconds: Int) {
        clock?.set(at: milliseconds < 0 ? nil : loop.now + .milliseconds(milliseconds))
    }

    private func drive(_ descriptor: Int32, _ events: Int32) {
        var running: Int32 = 0
        curl_multi_socket_action(multi, descriptor, events, &running)
        var finished: [(Transfer, HTTPSent)] = [], left: Int32 = 0
        while let message = curl_multi_info_read(multi, &left) {
            guard message.pointee.msg == CURLMSG_DONE, let handle = message.pointee.easy_handle,
                let transfer = transfers.removeValue(forKey: handle)
            else { continue }
            let sent = transfer.sent(curl_message_result(message))
            curl_multi_remove_handle(multi, handle)
            finished.append((transfer, sent))
        }
        for (transfer, sent) in finished { transfer.done(sent) }
        let told = unbegun
        unbegun = []
        for done in told { done(HTTPSent(.broken("libcurl could not begin"))) }
    }
}

private func sender(_ owner: UnsafeMutableRawPointer?) -> HTTPSender? {
    owner.map { Unmanaged<HTTPSender>.fromOpaque($0).takeUnretainedValue() }
}
