import Basis
import SIP

/// Trunks that take no new calls, and when the calls that are left on them are hung up.
final class TrunkDrains {
    private let world: any World
    private let trunks: Trunks
    private let live: LiveDialOuts
    private var alarms: [TrunkKey: any WorldAlarm] = [:]
    private var loop: Loop<TrunkDrains>?

    init(world: any World, trunks: Trunks, live: LiveDialOuts) { (self.world, self.trunks, self.live) = (world, trunks, live) }

    func start(_ loop: Loop<TrunkDrains>) { self.loop = loop }

    /// Hangs up what is on the trunk after so long, unless it takes calls again by then.
    func begin(_ trunk: TrunkKey, after time: Duration) {
        let alarm = loop?.makeAlarm { $0.hangUpAll(on: trunk) }
        alarms[trunk] = alarm
        alarm?.set(at: world.now + time)
    }

    /// The trunk was switched on or off by hand.
    func end(_ trunk: TrunkKey) { alarms.removeValue(forKey: trunk)?.set(at: nil) }

    /// What was configured since, by whichever way, may have switched trunks on: their drain is over, also where they are switched off again.
    func endWhereSwitchedOn() {
        for trunk in alarms.keys where trunks.line(trunk)?.takesCalls != false { end(trunk) }
    }

    func stop() {
        for alarm in alarms.values { alarm.set(at: nil) }
    }

    private func hangUpAll(on trunk: TrunkKey) {
        alarms[trunk] = nil
        guard trunks.line(trunk)?.takesCalls == false else { return }
        // A leg that is only taken back stays on its trunk while its dial-out has a call on another one.
        for leg in trunks.legs(on: trunk) where live.leg(of: leg.dialOut) == leg { live.stop(leg.dialOut, .stopped) }
    }
}
