/// A trunk by its operator and its name.
package struct TrunkKey: Hashable, Comparable, Sendable {
    package let operatorID: String
    package let trunk: String

    package static func < (left: TrunkKey, right: TrunkKey) -> Bool { (left.operatorID, left.trunk) < (right.operatorID, right.trunk) }
}
