/// A number by its decimal digits, as it is rounded and written: `0.d₁d₂d₃… · 10^scale`, without zeros at either end.
struct Digits {
    private(set) var digits: [UInt8]
    private(set) var scale: Int
    private(set) var isNegative: Bool
    /// The number itself, where its digits are those nearest to it alone.
    private let exact: Double?
    private var shift = 0

    init(_ integer: Int) {
        (digits, isNegative, exact) = (String(integer.magnitude).utf8.map { $0 - 48 }, integer < 0, nil)
        scale = digits.count
        trim()
    }

    init(_ real: Double) {
        isNegative = real.sign == .minus
        exact = abs(real)
        let text = "\(abs(real))".split(separator: "e"), halves = text[0].split(separator: ".")
        let fraction = halves.count == 2 ? halves[1] : "", power = text.count == 2 ? Int(text[1]) ?? 0 : 0
        digits = (halves[0] + fraction).utf8.map { $0 - 48 }
        scale = halves[0].utf8.count + power
        trim()
    }

    var isZero: Bool { digits.isEmpty }
    var isWhole: Bool { digits.count <= scale || isZero }

    /// The digit at a place, counted from the first.
    subscript(place: Int) -> UInt8 { digits.indices.contains(place) ? digits[place] : 0 }

    /// The digits before the point, one at least.
    var whole: String { scale <= 0 ? "0" : text(0..<scale) }

    func decimals(_ count: Int) -> String { text(scale..<scale + count) }

    private func text(_ places: Range<Int>) -> String { String(decoding: places.map { self[$0] + 48 }, as: UTF8.self) }

    private mutating func trim() {
        while digits.first == 0 {
            digits.removeFirst()
            scale -= 1
        }
        while digits.last == 0 { digits.removeLast() }
        if digits.isEmpty { scale = 0 }
    }

    /// Times ten as often.
    func shifted(_ power: Int) -> Digits {
        var copy = self
        if !isZero { copy.scale += power }
        copy.shift += power
        return copy
    }

    /// As a custom format has it: of a number with an exponent 15 digits count.
    var nearest: Digits { exact == nil ? self : rounded(to: 15) }

    /// Halves away from zero: those of the number itself, where its digits are a half and it is not.
    func rounded(toDecimals count: Int) -> Digits {
        rounded(to: scale + count, isHalfUp: exact.map { Self.isHalfUp($0, count + shift) } ?? true)
    }

    /// So many digits, halves away from zero.
    func rounded(to count: Int, isHalfUp: Bool = true) -> Digits {
        guard count < digits.count else { return self }
        var copy = self
        copy.digits = Array(digits.prefix(max(0, count)))
        let next = count >= 0 ? digits[count] : 0
        if next > 5 || next == 5 && (digits.count > count + 1 || isHalfUp) { copy.increase(count) }
        copy.trim()
        return copy
    }

    private mutating func increase(_ count: Int) {
        var at = count - 1
        while at >= 0, digits[at] == 9 {
            digits[at] = 0
            at -= 1
        }
        if at >= 0 {
            digits[at] += 1
        } else {
            digits.insert(1, at: 0)
            scale += 1
        }
    }

    private static func isHalfUp(_ real: Double, _ decimals: Int) -> Bool {
        guard (0...22).contains(decimals) else { return true }
        var power = 1.0
        for _ in 0..<decimals { power *= 10 }
        let product = real * power, half = product.rounded(.down) + 0.5
        return product == half ? (-product).addingProduct(real, power) >= 0 : product > half
    }
}
