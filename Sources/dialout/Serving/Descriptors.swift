import Foundation
import Service

/// How many files and connections this process may have open (getrlimit(2), `RLIMIT_NOFILE`).
enum Descriptors {
    /// Takes as many as the system lets it have, and answers how many there are then: who starts a process, as a shell or systemd, has a word in that.
    static func takeAll() -> Int {
        let kind = __rlimit_resource_t(RLIMIT_NOFILE.rawValue)
        var limit = rlimit()
        if getrlimit(kind, &limit) == 0 {
            limit.rlim_cur = limit.rlim_max
            setrlimit(kind, &limit)
        }
        return count
    }

    /// As it is now.
    static var count: Int {
        var limit = rlimit()
        getrlimit(__rlimit_resource_t(RLIMIT_NOFILE.rawValue), &limit)
        return Int(clamping: limit.rlim_cur)
    }

    /// Those that HTTP connections may take: a thousand, or a quarter, are for files, calls over TCP, names and webhooks.
    static var forConnections: Int { count - min(1_000, count / 4) }

    /// For as many event streams as are let in, and requests, calls over TCP and webhooks beside.
    static let enough = Settings().eventStreams + 2_000
}
