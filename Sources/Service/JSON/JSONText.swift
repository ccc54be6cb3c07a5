/// JSON text as it grows (RFC 8259), with the containers that are open.
///
/// A container is closed when one further out is written to again, or at the end.
final class JSONText {
    private enum Bracket { case object, array }

    private(set) var bytes = JSONBytes(capacity: 2_048)
    private var open: [(bracket: Bracket, isEmpty: Bool)] = []

    /// Whether a ``Basis/Secret`` is written as it is.
    let revealsSecrets: Bool

    init(revealsSecrets: Bool = false) { self.revealsSecrets = revealsSecrets }

    func beginObject() -> Int { begin(.object, UInt8(ascii: "{")) }
    func beginArray() -> Int { begin(.array, UInt8(ascii: "[")) }

    private func begin(_ bracket: Bracket, _ opening: UInt8) -> Int {
        bytes.append(opening)
        open.append((bracket, true))
        return open.count
    }

    /// Closes every container further in than `depth`.
    func close(to depth: Int) {
        while open.count > depth { bytes.append(open.removeLast().bracket == .object ? UInt8(ascii: "}") : UInt8(ascii: "]")) }
    }

    /// Ready for the next element of the array at `depth`, or the next member of the object.
    func next(at depth: Int) {
        close(to: depth)
        if open[depth - 1].isEmpty { open[depth - 1].isEmpty = false } else { bytes.append(UInt8(ascii: ",")) }
    }

    func key(_ name: String, at depth: Int) {
        next(at: depth)
        write(name)
        bytes.append(UInt8(ascii: ":"))
    }

    func writeNull() { bytes.append(literally: "null") }
    func write(_ value: Bool) { bytes.append(literally: value ? "true" : "false") }

    func write(_ value: some FixedWidthInteger) { bytes.append(number: value) }

    /// Throws for infinity and what is not a number, which JSON cannot say.
    func write(_ value: Double) throws {
        guard value.isFinite else {
            throw EncodingError.invalidValue(value, .init(codingPath: [], debugDescription: "JSON has no \(value)"))
        }
        if let whole = Int64(exactly: value) { return write(whole) }
        bytes.append(Array(value.description.utf8))
    }

    func write(_ text: String) { bytes.append(string: text) }
}

extension JSONValue {
    /// A value as it would be shown.
    init(showing value: some Encodable) {
        do throws(JSONReader.Fault) { self = try JSONReader.read(JSON.encode(value)) } catch { preconditionFailure("not JSON: \(error)") }
    }
}
