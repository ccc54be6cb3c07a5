/// The ACK of the confirmed dialog's last 2xx, for as long as that is expected to come again (RFC 3261 §13.2.2.4).
struct FinalAck: Sendable {
    private(set) var bytes: [UInt8] = []
    /// The sequence number of the INVITE that the 2xx answers.
    private var number: UInt32 = 0
    /// How often it has left.
    private(set) var timesSent: Int32 = 0
    /// The leg was answered and could not be kept: the ACK waits until the BYE has its answer.
    private(set) var isWithheld = false

    /// Kept without the room that it was written in.
    mutating func written(_ bytes: [UInt8], for number: UInt32) {
        (self.bytes, self.number, timesSent) = (bytes.withUnsafeBufferPointer { Array($0) }, number, 0)
    }

    /// Whether it is that of the 2xx to the INVITE with this number.
    func isWritten(for number: UInt32) -> Bool { !bytes.isEmpty && number == self.number }

    mutating func left() { timesSent += 1 }
    mutating func letGo() { bytes = [] }

    mutating func withhold() { isWithheld = true }

    /// Answers whether it was withheld.
    mutating func release() -> Bool {
        defer { isWithheld = false }
        return isWithheld
    }
}
