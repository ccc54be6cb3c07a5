import Basis

/// What a tenant is told of its included minutes and of its credits, in its own log of events (domain reference §2.2).
package struct UsageNotice: JSONObject, Equatable, Sendable {
    enum Kind: String, CaseIterable { case minutesUsed, creditsUsed, creditsRecharged }

    /// Percent of the minutes or of the credits at which a tenant is told (domain reference §2.2).
    static let levels = [80, 100]

    let type: Kind
    /// Its own, which sorts among those of dial-outs by its time.
    let id: SortableID
    let at: WallTime
    let tenant: String
    let content: Content

    enum Content: Equatable, Sendable {
        /// So many minutes of all that there were are used: a level of that many percent is reached.
        case level(percent: Int, used: Int, of: Int)
        /// So many minutes were paid in, and so many are left.
        case recharge(amount: Int, left: Int)
    }

    /// What is to be told, before it has a time and a place.
    struct News: Equatable, Sendable {
        let type: Kind
        let content: Content
    }

    func write(to object: inout JSONObjectText) {
        object.add("type", type)
        object.add("at", at)
        object.add("tenant", tenant)
        switch content {
        case .level(let percent, let used, let all):
            object.add("percent", percent)
            object.add("used", used)
            object.add("of", all)
        case .recharge(let amount, let left):
            object.add("amount", amount)
            object.add("left", left)
        }
    }
}

extension UsageNotice: Packable {
    package func pack(into packed: inout PackedWriter) {
        packed.add(type)
        packed.add(id)
        packed.add(at.milliseconds)
        packed.add(tenant)
        let figures =
            switch content {
            case .level(let percent, let used, let all): [percent, used, all]
            case .recharge(let amount, let left): [amount, left]
            }
        for figure in figures { packed.add(figure) }
    }

    package init(unpacking packed: inout PackedReader) throws(PackedFault) {
        (type, id, at) = (try packed.read(), try packed.read(), WallTime(milliseconds: try packed.read()))
        tenant = try packed.read()
        switch type {
        case .minutesUsed, .creditsUsed: content = .level(percent: try packed.read(), used: try packed.read(), of: try packed.read())
        case .creditsRecharged: content = .recharge(amount: try packed.read(), left: try packed.read())
        }
    }
}

extension UsageNotice.Kind: Packable {}
