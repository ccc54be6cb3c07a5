import Glibc

/// Nanoseconds of processor time of this thread, which other processes' load does not lengthen.
func processorNanoseconds() -> Int {
    var time = timespec()
    clock_gettime(CLOCK_THREAD_CPUTIME_ID, &time)
    return time.tv_sec * 1_000_000_000 + time.tv_nsec
}

/// Nanoseconds of the monotonic clock, which costs little to read; for single decisions.
func monotonicNanoseconds() -> Int {
    var time = timespec()
    clock_gettime(CLOCK_MONOTONIC, &time)
    return time.tv_sec * 1_000_000_000 + time.tv_nsec
}

/// Nanoseconds a call, the best of five runs.
func nanosecondsPerCall(_ count: Int, _ body: (Int) -> Void) -> Int {
    var best = Int.max
    for _ in 0..<5 {
        let start = processorNanoseconds()
        for index in 0..<count { body(index) }
        best = min(best, (processorNanoseconds() - start) / count)
    }
    return best
}

/// Milliseconds of processor time.
func milliseconds<Failure>(_ body: () throws(Failure) -> Void) throws(Failure) -> Double {
    let start = processorNanoseconds()
    try body()
    return Double((processorNanoseconds() - start) / 10_000) / 100
}

/// Bytes of this process in memory.
func residentBytes() -> Int {
    guard let file = fopen("/proc/self/statm", "r") else { return 0 }
    defer { fclose(file) }
    var line = [CChar](repeating: 0, count: 128)
    guard fgets(&line, 128, file) != nil else { return 0 }
    let fields = String(decoding: line.prefix { $0 != 0 }.map(UInt8.init(bitPattern:)), as: UTF8.self).split(separator: " ")
    return (Int(fields[1]) ?? 0) * 4_096
}
