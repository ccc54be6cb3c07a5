/// What became of a trunk, for those who watch over it.
enum TrunkNews: Equatable, Sendable {
    case health(TrunkHealth.Effect)
    case circuit(Circuit.Effect)
}

extension Trunks {
    /// Once for each change: an answer more of the same kind is no news.
    func tell(_ news: TrunkNews, of trunk: TrunkKey) {
        switch news {
        case .health(.cameUp): log(.notice, "trunks", "answers OPTIONS again", ["operator": trunk.operatorID, "trunk": trunk.trunk])
        case .health(.wentDown(let fault)):
            log(
                .warning, "trunks", "does not answer OPTIONS",
                ["operator": trunk.operatorID, "trunk": trunk.trunk, "because": fault.words])
        case .circuit(.closed): log(.notice, "trunks", "carries calls again", ["operator": trunk.operatorID, "trunk": trunk.trunk])
        case .circuit(.opened(let cause)):
            log(
                .warning, "trunks", "is tried after all others",
                ["operator": trunk.operatorID, "trunk": trunk.trunk, "because": cause.words])
        }
    }
}

extension Circuit.Cause {
    fileprivate var words: String {
        switch self {
        case .retryAfter: "it said to wait"
        case .failures(let fault): "calls failed in a row, the latest by \(fault.words)"
        }
    }
}

extension TrunkFault {
    fileprivate var words: String { code.map { "\(name) \($0)" } ?? name }
}
