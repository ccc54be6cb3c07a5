/// Lower-case hex digits, eight at a time and without a loop: `0x01ABCDEF` is the text `01abcdef`, as the bytes of a little-endian word.
enum Hexadecimal {
    static func digits(_ value: UInt32) -> UInt64 {
        var nibbles = UInt64(value)
        nibbles = (nibbles | nibbles << 16) & 0x0000_FFFF_0000_FFFF
        nibbles = (nibbles | nibbles << 8) & 0x00FF_00FF_00FF_00FF
        nibbles = (nibbles | nibbles << 4) & 0x0F0F_0F0F_0F0F_0F0F
        let letters = (nibbles &+ 0x0606_0606_0606_0606) >> 4 & 0x0101_0101_0101_0101
        return (nibbles &+ 0x3030_3030_3030_3030 &+ letters &* 39).byteSwapped
    }

    /// Nil when any of the eight is another byte than ``digits(_:)`` writes.
    static func value(_ digits: UInt64) -> UInt32? {
        let letters = digits >> 6 & 0x0101_0101_0101_0101
        var nibbles = (digits & 0x0F0F_0F0F_0F0F_0F0F &+ letters &* 9).byteSwapped
        nibbles = (nibbles | nibbles >> 4) & 0x00FF_00FF_00FF_00FF
        nibbles = (nibbles | nibbles >> 8) & 0x0000_FFFF_0000_FFFF
        let value = UInt32(truncatingIfNeeded: nibbles | nibbles >> 16)
        return Self.digits(value) == digits ? value : nil
    }
}
