import Basis
import Dialing

/// What a call that is over costs (domain reference §10.3).
struct Charge {
    let amount: Amount
    /// The part of it that is for the answer alone.
    let connection: Amount
    let currency: String
    /// The seconds that are counted: those that the operator has reported, else those that were measured, in the price's steps.
    let seconds: Int

    /// Nil where there is no price, or nobody knows how long the call was.
    init?(of dialOut: DialOut, reportedSeconds: Int?) {
        guard let rate = dialOut.rate, dialOut.state == .ended, let talked = reportedSeconds ?? dialOut.billableSeconds else { return nil }
        (amount, currency, seconds) = (rate.charge(talked), rate.currency, rate.countedSeconds(talked))
        connection = seconds > 0 ? rate.connectionCharge : .zero
    }
}

/// Whether the number is in the organizer's country (domain reference §10.3).
enum DestinationContext: String { case domestic, international }

extension DialOut {
    /// Nil where the number's country, or the organizer's place, is not known.
    var destinationContext: DestinationContext? {
        guard let home = order.origin?.home, let country = decision.country else { return nil }
        return country == home ? .domestic : .international
    }
}
