/// A value that is large and seldom there: it takes eight bytes where it stands, and memory of its own only while it is there.
///
/// Public, as other generic code that other modules specialize (`docs/decisions/public-where-specialized.md`). A class and not an
/// `indirect` case, over which Swift 6.3 falls where what holds it is consumed.
@propertyWrapper
public struct Indirect<Value> {
    @usableFromInline
    final class Box {
        @usableFromInline let value: Value
        @inlinable
        init(_ value: Value) { self.value = value }
    }
    @usableFromInline var box: Box?

    @inlinable
    public init(wrappedValue: Value?) { box = wrappedValue.map { Box($0) } }

    @inlinable public var wrappedValue: Value? {
        get { box?.value }
        set { box = newValue.map { Box($0) } }
    }
}

extension Indirect.Box: Sendable where Value: Sendable {}
extension Indirect: Sendable where Value: Sendable {}
extension Indirect: Equatable where Value: Equatable {
    @inlinable
    public static func == (left: Self, right: Self) -> Bool { left.wrappedValue == right.wrappedValue }
}
