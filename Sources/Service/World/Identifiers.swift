import Basis

/// Where the service's identifiers come from, each behind all before it, and its other random numbers: one source, so that a simulated run
/// comes out the same again.
final class Identifiers {
    private let world: any World
    private var source = SortableID.Source()
    private var random: SeededRandom

    init(world: any World) {
        self.world = world
        random = SeededRandom(seed: world.entropy())
    }

    /// One of now.
    func next() -> SortableID { source.next(at: world.wallTime, using: &random) }

    /// Goes on behind an identifier that was made elsewhere.
    func follow(_ id: SortableID) { source.follow(id) }

    /// None that was made sorts behind it.
    var newest: SortableID { source.newest }

    /// What `make` makes of random numbers.
    func drawing<Drawn>(_ make: (inout SeededRandom) -> Drawn) -> Drawn { make(&random) }
}
