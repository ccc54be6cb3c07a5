import Foundation
import Testing

/// What the books say holds: sections that are cited are there, and rules that are claimed are kept.
@Suite("The books")
struct BooksTests {
    /// A line that cites, and where it stands.
    struct Line {
        let place: String
        let text: String
    }

    static func lines() throws -> [Line] {
        var files = try ["Sources", "Tests", "Load"].flatMap { try TidyTests.swiftFiles(under: $0) }
        let decisions = TidyTests.root.appendingPathComponent("docs/decisions").path
        let names = try FileManager.default.contentsOfDirectory(atPath: decisions).map { "docs/decisions/" + $0 }
        for path in names + ["ARCHITECTURE.md", "README.md", "docs/domain.md", "docs/contract.md"] {
            files.append(.init(path: path, lines: try TidyTests.text(path).components(separatedBy: "\n")))
        }
        return files.flatMap { file in file.lines.enumerated().map { Line(place: "\(file.path):\($0.offset + 1)", text: $0.element) } }
    }

    static func headings(_ path: String) throws -> [String] {
        try TidyTests.text(path).components(separatedBy: "\n").filter { $0.hasPrefix("#") }
            .map { $0.drop { $0 == "#" }.trimmingCharacters(in: .whitespaces) }
    }

    @Test("a section of the domain reference that is cited is there")
    func domain() throws {
        let numbers = Set(try Self.headings("docs/domain.md").compactMap { $0.prefixMatch(of: #/(\d+(\.\d+)?)\.? /#).map { String($0.1) } })
        let choices = Set(try TidyTests.text("docs/domain.md").matches(of: /\n\| (\d{1,2}) \|/).map { String($0.1) })
        #expect(numbers.count >= 50 && choices.count == 31)
        var cited = 0
        for line in try Self.lines() where line.place != "docs/domain.md" {
            for start in line.text.ranges(of: "domain reference").map(\.upperBound) {
                let rest = line.text[start...].prefix { $0 != ")" }
                let citation = rest.prefix(upTo: rest.firstRange(of: /RFC|ITU/)?.lowerBound ?? rest.endIndex)
                for match in citation.matches(of: /§(\d+(\.\d+)?)/) {
                    cited += 1
                    #expect(numbers.contains(String(match.1)), "\(line.place): §\(match.1)")
                }
                for match in citation.matches(of: /choice (\d+)/) {
                    #expect(choices.contains(String(match.1)), "\(line.place): \(match.0)")
                }
            }
        }
        #expect(cited > 80, "\(cited) citations were found")
    }

    @Test("a section that the domain reference itself names is there")
    func withinDomain() throws {
        let text = try TidyTests.text("docs/domain.md")
        let numbers = Set(try Self.headings("docs/domain.md").compactMap { $0.prefixMatch(of: #/(\d+(\.\d+)?)\.? /#).map { String($0.1) } })
        for match in text.matches(of: /§(\d+(\.\d+)?)/) { #expect(numbers.contains(String(match.1)), "§\(match.1)") }
    }

    @Test("a section of the contract that is cited is there")
    func contract() throws {
        let headings = Set(try Self.headings("docs/contract.md"))
        var cited = 0
        for line in try Self.lines() {
            for match in line.text.matches(of: /contract, "([^"]+)"/) where line.place.hasPrefix("Sources") {
                cited += 1
                #expect(headings.contains(String(match.1)), "\(line.place): \(match.1)")
            }
        }
        #expect(cited >= 12, "\(cited) citations were found")
    }

    @Test("links between the books lead somewhere")
    func links() throws {
        for path in ["README.md", "ARCHITECTURE.md", "docs/domain.md", "docs/contract.md", "docs/decisions/where-the-vendor-is-silent.md"] {
            let folder = TidyTests.root.appendingPathComponent(path).deletingLastPathComponent()
            for match in try TidyTests.text(path).matches(of: /\]\(([^)#:]+)(#[^)]*)?\)/) {
                let target = folder.appendingPathComponent(String(match.1)).standardizedFileURL.path
                #expect(FileManager.default.fileExists(atPath: target), "\(path): \(match.1)")
            }
        }
    }

    @Test("a source file that a book names is there")
    func files() throws {
        let known = try ["Sources", "Tests", "Load"].flatMap { try TidyTests.swiftFiles(under: $0) }.map(\.path)
        let decisions = try FileManager.default.contentsOfDirectory(atPath: TidyTests.root.appendingPathComponent("docs/decisions").path)
        var named = 0
        for book in decisions.map({ "docs/decisions/" + $0 }) + ["ARCHITECTURE.md", "README.md", "docs/contract.md", "docs/handbook.md"] {
            for match in try TidyTests.text(book).matches(of: /`([A-Za-z0-9+\/]+\.swift)`/) where match.1 != "Package.swift" {
                named += 1
                #expect(known.contains { $0 == match.1 || $0.hasSuffix("/" + match.1) }, "\(book): \(match.1)")
            }
        }
        #expect(named > 50, "\(named) files are named")
    }

    @Test("each walk says how many files it passes through")
    func walks() throws {
        let sections = try TidyTests.text("ARCHITECTURE.md").components(separatedBy: "\n### ").dropFirst()
        let counted = sections.compactMap { section in
            section.firstMatch(of: #/\n(\d+) files\./#).map { (section[..<$0.range.lowerBound], Int($0.1)) }
        }
        #expect(counted.count == 3)
        for (walk, count) in counted {
            #expect(Set(walk.matches(of: /`([A-Za-z0-9+\/]+\.swift)`/).map(\.1)).count == count, "\(walk.prefix { $0 != "\n" })")
        }
    }

    /// The numbers and texts that a machine's switch may take a `default` over: there is no end to them.
    static let openSets: Set<String> = ["code", "byte", "error.name", "number.suffix(4)"]

    @Test(
        "a machine has no default: each state meets each event by name",
        arguments: [
            "Sources/SIP/Transactions", "Sources/SIP/Calls", "Sources/SIP/Dialogs", "Sources/SIP/Endpoint", "Sources/SIP/Sessions",
            "Sources/FarEnd",
            "Sources/Service/Calls", "Sources/Service/Trunking",
            "Sources/Service/Limiting", "Sources/Transports/Connections", "Sources/Webhooks",
        ])
    func machines(folder: String) throws {
        let files = try TidyTests.swiftFiles(under: folder)
        #expect(!files.isEmpty)
        for file in files {
            for (number, line) in file.lines.enumerated() where line.trimmingCharacters(in: .whitespaces).hasPrefix("default:") {
                let indent = line.prefix { $0 == " " }.count
                let owner = file.lines[..<number].last { $0.prefix { $0 == " " }.count == indent && $0.contains("switch ") }
                let subject = owner?.firstMatch(of: /switch (.+) \{/).map { String($0.1) } ?? "?"
                #expect(Self.openSets.contains(subject), "\(file.path):\(number + 1): a default over \(subject)")
            }
        }
    }
}
