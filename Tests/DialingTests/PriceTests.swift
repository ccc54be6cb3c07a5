import Basis
import Dialing
import Testing

/// Money is decimal, and the price of a call is what its list says (domain reference §10.3).
@Suite("Prices")
struct PriceTests {
    @Test(
        "an amount is read and written as decimal digits",
        arguments: [
            ("0", "0"), ("12", "12"), ("0.0125", "0.0125"), ("0.10", "0.1"), ("1.000000", "1"), ("0.000001", "0.000001"),
            ("999999999999.999999", "999999999999.999999"), ("007", "7"),
        ])
    func amounts(text: String, written: String) { #expect(Amount(text)?.description == written) }

    @Test(
        "what is no amount is none",
        arguments: [
            "", ".", "1.", ".5", "-1", "+1", "1e3", "1,5", " 1", "1.0000001", "1.2.3", "\u{0661}", "1000000000000", "0x1", "NaN", "1_0",
        ])
    func noAmounts(text: String) { #expect(Amount(text) == nil) }

    private struct Row: Sendable, CustomTestStringConvertible {
        let perMinute: String, connection: String?, minimum: Int?, step: Int?, seconds: Int, counted: Int, charge: String
        var testDescription: String { "\(seconds) s at \(perMinute)" }

        init(
            _ perMinute: String, connection: String? = nil, minimum: Int? = nil, step: Int? = nil, _ seconds: Int, _ counted: Int,
            _ charge: String
        ) {
            (self.perMinute, self.connection, self.minimum, self.step) = (perMinute, connection, minimum, step)
            (self.seconds, self.counted, self.charge) = (seconds, counted, charge)
        }
    }

    private static let rows = [
        Row("0.06", 90, 90, "0.09"), Row("0.06", minimum: 60, step: 60, 1, 60, "0.06"),
        Row("0.06", minimum: 60, step: 60, 61, 120, "0.12"), Row("0.06", minimum: 30, step: 6, 31, 36, "0.036"),
        Row("0.06", minimum: 30, step: 6, 7, 30, "0.03"), Row("0.06", minimum: 40, step: 30, 1, 60, "0.06"),
        Row("0.06", connection: "0.05", minimum: 60, 1, 60, "0.11"), Row("0.06", connection: "0.05", minimum: 60, 0, 0, "0"),
        Row("0", connection: "0.5", 3, 3, "0.5"),
        // A third of a cent, and halves of a millionth, which count whole.
        Row("0.01", 20, 20, "0.003333"), Row("0.000001", 30, 30, "0.000001"), Row("0.000001", 29, 29, "0"),
        Row("1000000", 604_800, 604_800, "10080000000"),
    ]

    @Test("the counted seconds and the charge of a call", arguments: rows)
    private func charges(row: Row) throws {
        let price = Price(
            prefix: "+49", perMinute: try #require(Amount(row.perMinute)), connectionCharge: row.connection.flatMap { Amount($0) },
            minimumSeconds: row.minimum, incrementSeconds: row.step)
        let rate = Rate(currency: "EUR", price: price)
        #expect(rate.countedSeconds(row.seconds) == row.counted)
        #expect(rate.charge(row.seconds).description == row.charge)
        #expect(try Rate(packed: rate.packed) == rate)
    }

    @Test("a rule that a list breaks is named with its place")
    func rules() throws {
        let cent = try #require(Amount("0.01")), now = WallTime(milliseconds: 0)
        func broken(_ prices: [Price], _ currency: String = "EUR") -> String? {
            PriceList(currency: currency, validFrom: now, prices: prices).brokenRule.map { "\($0.field) \($0.rule)" }
        }
        #expect(broken([Price(prefix: "+4", perMinute: cent), Price(prefix: "+49", perMinute: cent)]) == nil)
        for currency in ["EURO", "EU", "", "EÜR"] {
            #expect(broken([Price(prefix: "+49", perMinute: cent)], currency)?.hasPrefix("currency ") == true, "\(currency)")
        }
        #expect(broken([Price(prefix: "+49", perMinute: cent)], "eur") == "currency is three capital letters (ISO 4217) such as EUR")
        #expect(broken([]) == "prices has 1 to 5000 prices, not 0")
        #expect(
            broken([Price(prefix: "+49", perMinute: cent), Price(prefix: "+49", perMinute: cent)]) == "prices[1].prefix +49 stands twice")
        for prefix in ["", "49", "+", "+0", "+1234567890123456", "+4 9"] {
            #expect(broken([Price(prefix: prefix, perMinute: cent)])?.hasPrefix("prices[0].prefix is a plus") == true, "\(prefix)")
        }
        let much = try #require(Amount("1000000.000001"))
        #expect(broken([Price(prefix: "+49", perMinute: much)]) == "prices[0].perMinute is at most 1000000")
        #expect(broken([Price(prefix: "+49", perMinute: cent, incrementSeconds: 0)]) == "prices[0].incrementSeconds is 1 to 3600, not 0")
        #expect(broken([Price(prefix: "+49", destination: "a\nb", perMinute: cent)])?.hasPrefix("prices[0].destination") == true)
    }

    @Test("a price is a million a minute at the most", arguments: [("1000000", true), ("1000000.000001", false)])
    func highest(text: String, isTaken: Bool) throws {
        let price = Price(prefix: "+49", perMinute: try #require(Amount(text)))
        let list = PriceList(currency: "EUR", validFrom: WallTime(milliseconds: 0), prices: [price])
        #expect(list.brokenRule?.field == (isTaken ? nil : "prices[0].perMinute"))
    }

    @Test("credits are recharged below their trigger, by as many amounts as bring them back to it")
    func recharge() {
        let recharge = AutoRecharge(trigger: 10, amount: 4)
        #expect([11, 10, 9, 6, 5, -3].map { recharge.due(left: $0) } == [0, 0, 4, 4, 8, 16])
    }
}
