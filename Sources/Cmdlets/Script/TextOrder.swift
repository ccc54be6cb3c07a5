/// The order of texts: letters by the alphabet, a small one before its capital where nothing else differs.
enum TextOrder {
    static func compare(_ left: String, _ right: String, isCaseSensitive: Bool = false) -> Int {
        let a = left.lowercased(), b = right.lowercased()
        if a != b { return a < b ? -1 : 1 }
        guard isCaseSensitive, left != right else { return 0 }
        return left > right ? -1 : 1
    }
}

extension String {
    /// Whether both are the same but for case. Names of most kinds are compared so (domain reference §14, choice 22).
    func isSameName(as other: String) -> Bool {
        var left = utf8.makeIterator(), right = other.utf8.makeIterator()
        while true {
            switch (left.next(), right.next()) {
            case (nil, nil): return true
            case (let a?, let b?) where a | b < 128:
                guard a == b || (a ^ b == 32 && (97...122).contains(a | 32)) else { return false }
            case (let a?, nil) where a < 128: return false
            case (nil, let b?) where b < 128: return false
            default: return lowercased() == other.lowercased()
            }
        }
    }
}
