import Foundation
import Testing

/// Nothing is declared that nobody uses.
@Suite("Unused")
struct UnusedTests {
    /// A target of `Package.swift` with what it depends on.
    struct Target {
        let name: String
        let folder: String
        let dependencies: [String]

        /// `call` is the text between the parentheses of `module(…)`, `reader(…)`, `tests(…)`, `.target(…)` and their like.
        init?(_ kind: Substring, _ call: Substring) {
            guard let name = call.firstMatch(of: #/"([^"]+)"/#) else { return nil }
            self.name = String(name.1)
            let folder = call.firstMatch(of: #/path: "([^"]+)"/#).map { String($0.1) }
            self.folder = folder ?? (kind == "tests" ? "Tests/" : "Sources/") + self.name
            guard let open = call.firstIndex(of: "["), kind != "system" else { return nil }
            let isNamed = kind.hasPrefix(".")
            guard !isNamed || call[..<open].hasSuffix("dependencies: ") else { return nil }
            var depth = 0
            let close = call[open...].firstIndex { character in
                depth += character == "[" ? 1 : character == "]" ? -1 : 0
                return depth == 0
            }
            let list = call[open..<(close ?? call.endIndex)]
            dependencies = list.replacing(#/, package: "[^"]+"/#, with: "").matches(of: #/"([^"]+)"/#).map { String($0.1) }
        }
    }

    static func targets() throws -> [Target] {
        let text = try TidyTests.text("Package.swift")
        let calls = text.matches(of: #/(?m)^ {8}(module|reader|tests|\.target|\.executableTarget)\(/#)
        return calls.compactMap { match in
            var depth = 1
            let end = text[match.range.upperBound...].firstIndex { character in
                depth += character == "(" ? 1 : character == ")" ? -1 : 0
                return depth == 0
            }
            return Target(match.1, text[match.range.upperBound..<(end ?? text.endIndex)])
        }
    }

    @Test("what a target depends on is imported by a file of it")
    func dependencies() throws {
        let targets = try Self.targets()
        #expect(targets.count > 30 && targets.contains { $0.name == "SIP" && $0.dependencies == ["Basis"] })
        for target in targets {
            let imports = Set(
                try TidyTests.swiftFiles(under: target.folder).flatMap(\.lines).compactMap { line in
                    line.prefixMatch(of: #/(@\w+ )?(public |package |internal )?import (\w+)/#).map { String($0.3) }
                })
            for dependency in target.dependencies where !imports.contains(dependency) && !Self.bySymbols.contains(dependency) {
                Issue.record("\(target.name) depends on \(dependency) and does not import it")
            }
        }
    }

    /// Asked for by symbols that it overrides at run time.
    static let bySymbols: Set<String> = ["SyncFaults"]

    /// What Swift, a library or C calls by its name: where programs begin, and what protocols ask for.
    static let calledFromElsewhere: Set<String> = [
        "CallBenchmark", "Dialout", "Fuzz", "LoadGenerator", "fuzzOnce", "allKeys", "InboundIn", "channelRead", "errorCaught",
        "callAsFunction",
    ]

    @Test("what is declared is named once more somewhere")
    func declarations() throws {
        var places: [String: String] = [:], counts: [String: Int] = [:]
        for folder in ["Sources", "Load", "Tests"] {
            for file in try TidyTests.swiftFiles(under: folder) {
                for line in Code(file.lines.joined(separator: "\n")).lines {
                    for word in line.words { counts[word.text, default: 0] += 1 }
                    guard folder != "Tests", let (kind, names, _) = line.declared, kind != .extension, kind != .cases else { continue }
                    places[names[0]] = file.path
                }
            }
        }
        #expect(places.count > 4_000)
        for (name, path) in places.sorted(by: { $0.value < $1.value }) where counts[name] == 1 {
            if !Self.calledFromElsewhere.contains(name) { Issue.record("\(path): \(name) is used by nobody") }
        }
    }
}
