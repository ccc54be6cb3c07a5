import Testing

/// Folders inside a module are rooms with walls: what they use of each other leads one way (ARCHITECTURE.md, "Rules").
@Suite("Rooms")
struct RoomsTests {
    @Test("no folders of a module use each other in a circle", arguments: TidyTests.directions.keys.sorted() + ["dialout"])
    func circles(module: String) throws {
        let files = try TidyTests.swiftFiles(under: "Sources/\(module)").map { file in
            Rooms.File(path: String(file.path.dropFirst("Sources/\(module)/".count)), code: Code(file.lines.joined(separator: "\n")))
        }
        #expect(!files.isEmpty)
        if let circle = Rooms(files).shortestCircle {
            Issue.record("\(module): \(circle.map(\.description).joined(separator: "; "))")
        }
    }

    static let cases: [(name: String, files: [(String, String)], circle: [String])] = [
        ("one way", [("A/One.swift", "struct One { let two: Two }"), ("B/Two.swift", "struct Two {}")], []),
        (
            "two types", [("A/One.swift", "struct One { let two: Two }"), ("B/Two.swift", "enum Two { case one(One) }")],
            ["A uses Two of B in One.swift", "B uses One of A in Two.swift"]
        ),
        (
            "three folders, and one more that the shortest circle leaves out",
            [
                ("A/One.swift", "struct One { let two: Two }"), ("B/Two.swift", "struct Two { let three: Three }"),
                ("C/Three.swift", "struct Three { let one: One\n let four: Four }"), ("D/Four.swift", "struct Four { let two: Two }"),
            ],
            ["A uses Two of B in One.swift", "B uses Three of C in Two.swift", "C uses One of A in Three.swift"]
        ),
        (
            "files in no folder are a room too",
            [("One.swift", "struct One { let two: Two }"), ("B/Two.swift", "struct Two { let one: One }")],
            [". uses Two of B in One.swift", "B uses One of . in Two.swift"]
        ),
        (
            "a function", [("A/One.swift", "func one() { two() }"), ("B/Two.swift", "func two() { one() }")],
            ["A uses two of B in One.swift", "B uses one of A in Two.swift"]
        ),
        (
            "a member that another folder's type is given",
            [
                ("A/One.swift", "struct One {}\nfunc f() { One().second }"),
                ("B/Two.swift", "extension One {\n    var second: Int { 2 }\n}"),
            ],
            ["A uses second of B in One.swift", "B uses One of A in Two.swift"]
        ),
        (
            "a member of a type of elsewhere",
            [
                ("A/One.swift", "struct One { let two = \"\".second }"),
                ("B/Two.swift", "extension String {\n    var second: Int { One() }\n}"),
            ],
            ["A uses second of B in One.swift", "B uses One of A in Two.swift"]
        ),
        (
            "a member whose name others have as well tells nothing",
            [
                ("A/One.swift", "struct One {\n    let second: Int\n}\nlet other = one.second"),
                ("B/Two.swift", "extension One {\n    var second: Int { 2 }\n}"),
            ], []
        ),
        (
            "what is private is nobody's",
            [
                ("A/One.swift", "private struct Two {}\nstruct One { let two: Two }"), ("B/Two.swift", "struct Two { let one: One }"),
            ], []
        ),
        (
            "a name that the folder has within another type is its own",
            [
                ("A/One.swift", "struct One {\n    struct Two {}\n    let two: Two\n}"), ("B/Two.swift", "struct Two { let one: One }"),
            ], []
        ),
        (
            "comments and literals use nothing",
            [
                ("A/One.swift", "/// ``Two``\nstruct One { let text = \"Two \\\"Two\\\"\" } // Two"),
                ("B/Two.swift", "struct Two { let one: One }"),
            ], []
        ),
        (
            "what is put into a literal is used",
            [
                ("A/One.swift", "struct One { let text = #\"(\\#(Two(\")\")))\"# }"), ("B/Two.swift", "struct Two { let one: One }"),
            ],
            ["A uses Two of B in One.swift", "B uses One of A in Two.swift"]
        ),
    ]

    @Test("a circle is found, and its edges are named", arguments: cases.indices)
    func found(row: Int) {
        let (name, files, expected) = Self.cases[row]
        let circle = Rooms(files.map { Rooms.File(path: $0.0, code: Code($0.1)) }).shortestCircle
        #expect((circle ?? []).map(\.description) == expected, "\(name)")
    }
}

/// The folders of one module, and what each uses of the others: types and functions that are declared at the top of a file, and members that
/// extensions add, as far as their names tell them from all others of the module.
struct Rooms {
    struct File {
        /// Within the module.
        let path: String
        let code: Code

        /// Its folder; `.` where it stands in none.
        var room: String { path.contains("/") ? String(path.prefix { $0 != "/" }) : "." }
        var name: String { String(path.split(separator: "/").last!) }
    }

    struct Edge: CustomStringConvertible {
        let from: String, to: String
        /// One of the names that make it, and a file where it is used.
        let name: String, file: String

        var description: String { "\(from) uses \(name) of \(to) in \(file)" }
    }

    /// Members that Swift's own types have too, so that the name does not tell whose is meant.
    private static let ofSwift: Set<String> = ["sorted"]

    private var types: [String: Set<String>] = [:]
    private var functions: [String: Set<String>] = [:]
    /// Rooms that have a member of that name, by the name.
    private var members: [String: Set<String>] = [:]
    private var added: [String: Set<String>] = [:]
    /// By room, names of types that are meant there before any other room's.
    private var own: [String: Set<String>] = [:]
    private var edges: [String: [String: Edge]] = [:]

    init(_ files: [File]) {
        var extensions: [(name: String, of: String, room: String)] = []
        for file in files { collect(file, &extensions) }
        for (name, type, room) in extensions where types[type] != [room] && members[name] == [room] && functions[name] == nil {
            if !Self.ofSwift.contains(name) { added[name, default: []].insert(room) }
        }
        for file in files { connect(file) }
    }

    private mutating func collect(_ file: File, _ extensions: inout [(name: String, of: String, room: String)]) {
        let room = file.room
        var extended: String?
        for line in file.code.lines where !line.words.isEmpty {
            if line.indent == 0 { extended = nil }
            guard let (kind, names, isPrivate) = line.declared else { continue }
            switch kind {
            case .extension: extended = isPrivate ? nil : names[0]
            case .type where line.indent == 0 && !isPrivate: types[names[0], default: []].insert(room)
            case .type: own[room, default: []].insert(names[0])
            case .function where line.indent == 0: if !isPrivate { functions[names[0], default: []].insert(room) }
            case .value where line.indent == 0: break
            case .function, .value, .cases:
                for name in names { members[name, default: []].insert(room) }
                if let extended, line.indent == 4, kind != .cases, !isPrivate { extensions.append((names[0], extended, room)) }
            }
        }
    }

    private mutating func connect(_ file: File) {
        let room = file.room
        for word in Set(file.code.lines.flatMap(\.words).map { [$0.text, $0.isMember ? "." : "", $0.isCalled ? "(" : ""] }) {
            let name = word[0]
            let owner: String? =
                if word[1] == "." {
                    Self.only(added[name])
                } else if own[room]?.contains(name) == true {
                    nil
                } else {
                    Self.only(types[name]) ?? (word[2] == "(" && members[name] == nil ? Self.only(functions[name]) : nil)
                }
            guard let owner, owner != room else { continue }
            let edge = Edge(from: room, to: owner, name: name, file: file.name)
            if let known = edges[room]?[owner], (known.name, known.file) < (edge.name, edge.file) { continue }
            edges[room, default: [:]][owner] = edge
        }
    }

    private static func only(_ rooms: Set<String>?) -> String? { rooms?.count == 1 ? rooms?.first : nil }

    /// The edges of a circle than which none is shorter, from the first of its folders on; nil where there is none.
    var shortestCircle: [Edge]? {
        var shortest: [Edge]?
        for start in edges.keys.sorted() {
            var paths: [[Edge]] = [[]], seen: Set<String> = []
            search: while !paths.isEmpty {
                var longer: [[Edge]] = []
                for path in paths {
                    for (_, edge) in (edges[path.last?.to ?? start] ?? [:]).sorted(by: { $0.key < $1.key }) {
                        if edge.to == start {
                            if path.count + 1 < shortest?.count ?? .max { shortest = path + [edge] }
                            break search
                        }
                        if seen.insert(edge.to).inserted { longer.append(path + [edge]) }
                    }
                }
                paths = longer
            }
        }
        return shortest
    }
}
