import Foundation
import Synchronization

/// Ctrl-C and SIGTERM while a dial-out is asked for or watched: the first cancels it, so that no phone rings on for nobody; the second
/// leaves it as it is.
final class Interruption: Sendable {
    private struct State {
        var dialOut: String?
        var isCancelled = false
    }

    private let state = Mutex(State())
    private let client: HTTPClient

    /// From here on the two signals come to a thread of this object's own. To be made before other threads are.
    init(cancelling client: HTTPClient) {
        self.client = client
        var signals = sigset_t()
        sigemptyset(&signals)
        for signal in [SIGINT, SIGTERM] { sigaddset(&signals, signal) }
        pthread_sigmask(SIG_BLOCK, &signals, nil)
        let thread = Foundation.Thread { [self, signals] in
            var signals = signals, signal: Int32 = 0
            while sigwait(&signals, &signal) == 0 { interrupted() }
        }
        thread.name = "signals"
        thread.start()
    }

    /// The dial-out has been accepted: it is what a signal cancels, one that came already as well.
    func watch(_ dialOut: String) {
        let isCancelled = state.withLock { state in
            state.dialOut = dialOut
            return state.isCancelled
        }
        if isCancelled { cancel(dialOut) }
    }

    private func interrupted() {
        let (dialOut, isSecond) = state.withLock { state in
            defer { state.isCancelled = true }
            return (state.dialOut, state.isCancelled)
        }
        if isSecond {
            remark(dialOut.map { "left; dial-out \($0) may go on" } ?? "left; whether the dial-out was accepted is not known")
            exit(130)
        }
        guard let dialOut else { return remark("the dial-out is cancelled as soon as it is accepted; once more leaves") }
        cancel(dialOut)
    }

    private func cancel(_ dialOut: String) {
        remark("cancelling dial-out \(dialOut); once more leaves it")
        do {
            let reply = try client.send("DELETE", "/v1/dial-outs/\(dialOut)")
            if !reply.isSuccess { remark("dial-out \(dialOut) could not be cancelled: \(reply.complaint)") }
        } catch {
            remark("dial-out \(dialOut) could not be cancelled: \(error)")
        }
    }
}
