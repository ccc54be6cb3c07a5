import Basis

/// What an operator charges, by the beginning of the called number (domain reference §10.3).
package struct PriceList: Codable, Equatable, Sendable {
    /// Three capital letters (ISO 4217).
    package let currency: String
    /// From when on calls that are answered have these prices.
    package let validFrom: WallTime
    package let prices: [Price]

    /// Prices of one list.
    package static let limit = 5_000

    package init(currency: String, validFrom: WallTime, prices: [Price]) {
        (self.currency, self.validFrom, self.prices) = (currency, validFrom, prices)
    }

    /// The first rule that is broken, and where.
    package var brokenRule: (field: String, rule: String)? {
        guard currency.utf8.count == 3, currency.utf8.allSatisfy({ (65...90).contains($0) }) else {
            return ("currency", "is three capital letters (ISO 4217) such as EUR")
        }
        guard (1...Self.limit).contains(prices.count) else { return ("prices", "has 1 to \(Self.limit) prices, not \(prices.count)") }
        var prefixes: Set<String> = []
        for (index, price) in prices.enumerated() {
            if let broken = price.brokenRule { return ("prices[\(index)].\(broken.field)", broken.rule) }
            guard prefixes.insert(price.prefix).inserted else { return ("prices[\(index)].prefix", "\(price.prefix) stands twice") }
        }
        return nil
    }
}

/// The price of calls to the numbers that begin alike.
package struct Price: Codable, Equatable, Sendable {
    /// A plus and 1 to 15 digits. Of several that a number begins with the longest counts.
    package let prefix: String
    /// What people call it, such as `Germany, mobile`.
    package let destination: String?
    /// For each minute of the counted time.
    package let perMinute: Amount
    /// For the answer alone.
    package let connectionCharge: Amount?
    /// Seconds that are counted at the least, and steps in which the time is counted; 1 to 3,600. Nil is 1.
    package let minimumSeconds: Int?
    package let incrementSeconds: Int?

    package init(
        prefix: String, destination: String? = nil, perMinute: Amount, connectionCharge: Amount? = nil, minimumSeconds: Int? = nil,
        incrementSeconds: Int? = nil
    ) {
        (self.prefix, self.destination, self.perMinute) = (prefix, destination, perMinute)
        (self.connectionCharge, self.minimumSeconds, self.incrementSeconds) = (connectionCharge, minimumSeconds, incrementSeconds)
    }

    /// Of a minute and of an answer, so that no charge of a call is too large to be counted.
    static let highest = Amount(millionths: 1_000_000 * Amount.unit)
    private static let seconds = 1...3_600
    private static let destinationLimit = 64

    fileprivate var brokenRule: (field: String, rule: String)? {
        let digits = prefix.utf8.dropFirst()
        guard prefix.utf8.first == UInt8(ascii: "+"), (1...15).contains(digits.count), digits.allSatisfy({ (48...57).contains($0) }),
            digits.first != UInt8(ascii: "0")
        else { return ("prefix", "is a plus and 1 to 15 digits, the first of them not 0, as +49") }
        if let destination {
            let isPrintable = destination.unicodeScalars.allSatisfy { $0.value >= 0x20 && !(0x7F...0x9F).contains($0.value) }
            guard (1...Self.destinationLimit).contains(destination.utf8.count), isPrintable else {
                return ("destination", "has 1 to \(Self.destinationLimit) bytes without control characters")
            }
        }
        for (field, amount) in [("perMinute", perMinute), ("connectionCharge", connectionCharge ?? .zero)] where amount > Self.highest {
            return (field, "is at most \(Self.highest)")
        }
        for (field, value) in [("minimumSeconds", minimumSeconds), ("incrementSeconds", incrementSeconds)] {
            guard let value, !Self.seconds.contains(value) else { continue }
            return (field, "is \(Self.seconds.lowerBound) to \(Self.seconds.upperBound), not \(value)")
        }
        return nil
    }
}

/// A price with its currency, as a call has it from its answer on, whatever becomes of the list.
package struct Rate: Equatable, Sendable {
    package let currency: String
    package let price: Price

    package init(currency: String, price: Price) { (self.currency, self.price) = (currency, price) }

    /// The seconds that are counted of a call: none of one that was not up, else its steps, and not less than the minimum.
    package func countedSeconds(_ seconds: Int) -> Int {
        guard seconds > 0 else { return 0 }
        let step = price.incrementSeconds ?? 1
        return (max(seconds, price.minimumSeconds ?? 1) + step - 1) / step * step
    }

    /// What the call costs; half a millionth counts whole.
    package func charge(_ seconds: Int) -> Amount {
        let counted = countedSeconds(seconds)
        guard counted > 0 else { return .zero }
        return Amount(millionths: (price.perMinute.millionths * Int128(counted) + 30) / 60) + connectionCharge
    }

    package var connectionCharge: Amount { price.connectionCharge ?? .zero }
}

extension Amount: Packable {
    /// Prices have a limit; see ``Price/highest``.
    package func pack(into packed: inout PackedWriter) { packed.add(Int64(millionths)) }
    package init(unpacking packed: inout PackedReader) throws(PackedFault) {
        self.init(millionths: Int128(try Int64(unpacking: &packed)))
    }
}

extension Rate: Packable {
    package func pack(into packed: inout PackedWriter) {
        packed.add(currency)
        packed.add(price.prefix)
        packed.add(price.destination)
        packed.add(price.perMinute)
        packed.add(price.connectionCharge)
        packed.add(price.minimumSeconds)
        packed.add(price.incrementSeconds)
    }

    package init(unpacking packed: inout PackedReader) throws(PackedFault) {
        currency = try packed.read()
        price = Price(
            prefix: try packed.read(), destination: try packed.read(), perMinute: try packed.read(), connectionCharge: try packed.read(),
            minimumSeconds: try packed.read(), incrementSeconds: try packed.read())
    }
}
