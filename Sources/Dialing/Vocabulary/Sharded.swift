/// A dictionary in many small parts, so that changing a copy of a large one copies little.
struct Sharded<Key: Hashable & Sendable, Value: Sendable>: Sendable {
    private static var shardCount: Int { 512 }
    private var shards: [[Key: Value]] = Array(repeating: [:], count: Sharded.shardCount)
    private(set) var count = 0

    subscript(key: Key) -> Value? {
        get { shards[Self.shard(of: key)][key] }
        set {
            let shard = Self.shard(of: key)
            let before = shards[shard].count
            shards[shard][key] = newValue
            count += shards[shard].count - before
        }
    }

    /// Changes a value in place; nil if there is none.
    mutating func update<Result, Failure>(_ key: Key, _ body: (inout Value) throws(Failure) -> Result) throws(Failure) -> Result? {
        let shard = Self.shard(of: key)
        guard let index = shards[shard].index(forKey: key) else { return nil }
        return try body(&shards[shard].values[index])
    }

    var keys: [Key] { shards.flatMap(\.keys) }
    var values: some Sequence<Value> { shards.lazy.flatMap(\.values) }

    func contains(_ key: Key) -> Bool { shards[Self.shard(of: key)].index(forKey: key) != nil }

    private static func shard(of key: Key) -> Int { key.hashValue & (shardCount - 1) }
}

/// Equal things kept once, with the number of their users.
struct Interned<Key: Hashable & Sendable, Value: Sendable>: Sendable {
    private struct Entry: Sendable {
        let value: Value
        var uses: Int
    }
    private var entries = Sharded<Key, Entry>()

    /// How many different things there are.
    var count: Int { entries.count }

    mutating func acquire<Failure>(_ key: Key, uses: Int = 1, _ make: () throws(Failure) -> Value) throws(Failure) -> Value {
        let known = entries.update(key) { entry in
            entry.uses += uses
            return entry.value
        }
        if let known { return known }
        let value = try make()
        entries[key] = Entry(value: value, uses: uses)
        return value
    }

    subscript(key: Key) -> Value? { entries[key]?.value }
    var values: some Sequence<Value> { entries.values.lazy.map(\.value) }

    mutating func release(_ key: Key) {
        let left = entries.update(key) { entry in
            entry.uses -= 1
            return entry.uses
        }
        if left == 0 { entries[key] = nil }
    }
}
