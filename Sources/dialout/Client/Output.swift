import ArgumentParser
import Foundation

/// What could not be printed; the command fails by it, whoever else was told.
struct Unwritten: Error, CustomStringConvertible {
    let description: String
}

/// Prints at once. A text that its reader did not get is an error: a full disk must not look like success.
func say(_ text: String, terminator: String = "\n") throws(Unwritten) {
    try write(Array((text + terminator).utf8), to: STDOUT_FILENO, named: "standard output")
}

/// Writes all of it, or throws with the system's reason.
func write(_ bytes: [UInt8], to descriptor: Int32, named name: String) throws(Unwritten) {
    var rest = bytes[...]
    while !rest.isEmpty {
        let count = rest.withUnsafeBytes { Foundation.write(descriptor, $0.baseAddress, $0.count) }
        if count > 0 {
            rest = rest.dropFirst(count)
        } else if errno != EINTR {
            throw Unwritten(description: "\(name) cannot be written: \(String(cString: strerror(errno)))")
        }
    }
}

/// Says on standard error what its reader should know, beside what the command puts out.
func remark(_ message: String) { try? write(Array("dialout: \(message)\n".utf8), to: STDERR_FILENO, named: "standard error") }

/// Says what went wrong on standard error; the exit code of a failure.
func fail(_ message: String, code: Int32 = 1) -> ExitCode {
    remark(message)
    return ExitCode(code)
}
