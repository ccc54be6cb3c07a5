import Foundation
import Testing

/// The rules of the house that a program can check (ARCHITECTURE.md, "Rules").
@Suite("Tidy")
struct TidyTests {
    struct SourceFile {
        let path: String
        let lines: [String]
    }

    static let root = URL(fileURLWithPath: #filePath).deletingLastPathComponent().deletingLastPathComponent().deletingLastPathComponent()

    static func text(_ path: String) throws -> String { try String(contentsOf: root.appendingPathComponent(path), encoding: .utf8) }

    static func swiftFiles(under folder: String) throws -> [SourceFile] {
        let base = root.appendingPathComponent(folder).path
        let names = try #require(FileManager.default.enumerator(atPath: base)).compactMap { $0 as? String }
        return try names.filter { $0.hasSuffix(".swift") }.sorted().map { name in
            SourceFile(path: "\(folder)/\(name)", lines: try text("\(folder)/\(name)").components(separatedBy: "\n"))
        }
    }

    @Test(
        "pure modules ask nothing of the world", arguments: ["Basis", "Patterns", "Dialing", "Cmdlets", "SIP", "FarEnd", "Web", "Webhooks"])
    func pure(module: String) throws {
        let banned = [
            "import Foundation", "import Glibc", "import Dispatch", "Task {", "Task.sleep", "Task.detached", "ContinuousClock",
            "SuspendingClock",
            "SystemRandomNumberGenerator", "Mutex<", "print(", "URLSession", "Date()",
        ]
        for file in try Self.swiftFiles(under: "Sources/\(module)") {
            for (number, line) in file.lines.enumerated() {
                for word in banned where line.contains(word) { Issue.record("\(file.path):\(number + 1): \(word)") }
                let draws = line.contains(".random(in:") || line.contains("randomElement(") || line.contains("shuffled(")
                if draws && !line.contains("using:") { Issue.record("\(file.path):\(number + 1): chance without a generator") }
            }
        }
    }

    @Test("time and tasks come from the world outside the loop as well", arguments: ["Service", "Simulation", "Store"])
    func shells(module: String) throws {
        for file in try Self.swiftFiles(under: "Sources/\(module)") {
            for (number, line) in file.lines.enumerated() {
                for word in ["Task.sleep", "Task.detached", "ContinuousClock", "Task {", "Date()", "Thread.sleep", "usleep("]
                where line.contains(word) {
                    Issue.record("\(file.path):\(number + 1): \(word)")
                }
            }
        }
    }

    /// What each module may import of ours (ARCHITECTURE.md, "Modules").
    static let directions: [String: Set<String>] = [
        "Basis": [], "Patterns": ["CPCRE2"], "Dialing": ["Basis", "Patterns", "CPhoneNumber"],
        "Cmdlets": ["Basis", "Patterns", "Dialing"], "SIP": ["Basis"], "FarEnd": ["Basis", "SIP"], "Web": ["Basis"], "Webhooks": ["Basis"],
        "Pages": [],
        "Service": ["Basis", "Patterns", "Dialing", "Cmdlets", "SIP", "Web", "Webhooks", "Pages"], "Reactor": ["Basis", "CLibuv"],
        "Outbound": ["Basis", "Reactor", "CCurl"],
        "Transports": ["Basis", "SIP", "Reactor", "CCares", "COpenSSL"],
        "Store": ["Basis", "Dialing", "Service", "CSQLite", "CWriteAheadLog", "CXXHash"],
        "Simulation": ["Basis", "Dialing", "SIP", "FarEnd", "Web", "Webhooks", "Service"],
    ]
    static let modules = Set(directions.keys).union([
        "CPCRE2", "CLibuv", "CCares", "COpenSSL", "CCurl", "CEdit", "CPhoneNumber", "CSQLite", "CWriteAheadLog", "CXXHash", "dialout",
    ])

    @Test("modules import only what is purer", arguments: Array(directions.keys))
    func imports(module: String) throws {
        for file in try Self.swiftFiles(under: "Sources/\(module)") {
            for line in file.lines where line.contains("import ") && !line.hasPrefix("//") {
                let words = line.split(separator: " ").map(String.init)
                guard let at = words.firstIndex(of: "import"), at < 2, at + 1 < words.count, Self.modules.contains(words[at + 1]) else {
                    continue
                }
                #expect(Self.directions[module]!.contains(words[at + 1]), "\(file.path) imports \(words[at + 1])")
            }
        }
    }

    @Test("files have at most 400 lines and functions at most 70", arguments: ["Sources", "Tests", "Load"])
    func lengths(folder: String) throws {
        for file in try Self.swiftFiles(under: folder) {
            #expect(file.lines.count <= 401, "\(file.path) has \(file.lines.count) lines")
            for function in Self.functions(in: file.lines) where function.lines > 70 {
                Issue.record("\(file.path):\(function.start): \(function.lines) lines")
            }
        }
    }

    /// Functions and initializers by their indentation, which the formatter guarantees.
    static func functions(in lines: [String]) -> [(start: Int, lines: Int)] {
        var found: [(start: Int, lines: Int)] = []
        for (number, line) in lines.enumerated() {
            let indent = line.prefix { $0 == " " }.count
            let words = line.split(separator: " ").prefix(6)
            let isFunction = words.contains("func") || words.contains { $0.hasPrefix("init(") || $0.hasPrefix("init?(") || $0 == "deinit" }
            guard isFunction, !line.contains("//"), !line.hasSuffix("}"), line.contains("{") || line.hasSuffix("(") else { continue }
            let close = String(repeating: " ", count: indent) + "}"
            guard let end = lines[(number + 1)...].firstIndex(of: close) else { continue }
            found.append((number + 1, end - number + 1))
        }
        return found
    }

    @Test("no marks of unfinished work, no merge conflicts, no names of nothing", arguments: ["Sources", "Tests", "Load"])
    func marks(folder: String) throws {
        let marks = ["TO" + "DO", "FIX" + "ME", "XX" + "X:", "<<<<" + "<<<", "not " + "implemented yet"]
        for file in try Self.swiftFiles(under: folder) {
            for (number, line) in file.lines.enumerated() {
                for mark in marks where line.contains(mark) { Issue.record("\(file.path):\(number + 1): \(mark)") }
            }
            let name = file.path.split(separator: "/").last!
            for word in ["Manager", "Helper", "Utils", "Handler"] where name.contains(word) {
                Issue.record("\(file.path) is named for nothing")
            }
        }
    }

    @Test(
        "no reference is held that could be dead: a callback holds its owner weakly, and bare pointers are for C alone",
        arguments: ["Sources", "Tests"])
    func lifetimes(folder: String) throws {
        let word = "un" + "owned", pointer = "passUn" + "retained"
        let forC = [
            "Reactor/EventLoop", "Reactor/Handle", "Transports/Names/DNSClient", "dialout/Client/HTTPClient", "dialout/Client/LineEditor",
            "Store/StoreFile", "Outbound/HTTPSender", "Outbound/Transfer",
        ]
        for file in try Self.swiftFiles(under: folder) {
            for (number, line) in file.lines.enumerated() {
                let words = line.split { !$0.isLetter && $0 != "_" }
                if words.contains(Substring(word)) { Issue.record("\(file.path):\(number + 1): \(word)") }
                if line.contains(pointer), !forC.contains(where: { file.path == "Sources/\($0).swift" }) {
                    Issue.record("\(file.path):\(number + 1): \(pointer)")
                }
            }
        }
    }

    @Test("the container installs what the Makefile installs and builds as it does")
    func dockerfile() throws {
        let makefile = try Self.text("Makefile"), dockerfile = try Self.text("Dockerfile")
        let line = try #require(makefile.split(separator: "\n").first { $0.hasPrefix("PACKAGES :=") })
        let packages = line.split(separator: " ").dropFirst(2).map(String.init)
        let install = try #require(dockerfile.split(separator: "\n").first { $0.contains("apt-get install") })
        let installed = install.split(separator: " ").map(String.init)
        #expect(Set(installed.suffix(packages.count)) == Set(packages))
        #expect(makefile.contains("$(SWIFT) build -c release --product dialout"))
        #expect(dockerfile.contains("swift build -c release --product dialout"))
        #expect(dockerfile.contains(#"CMD ["dialout", "health"]"#) && dockerfile.contains("HEALTHCHECK "))
        let depends = try #require(try Self.text("Deploy/debian/build.sh").split(separator: "\n").first { $0.hasPrefix("Depends: ") })
        let libraries = depends.dropFirst("Depends: ".count).split(separator: ", ").filter { $0.hasPrefix("lib") }
        let last = try #require(dockerfile.split(separator: "\n").last { $0.contains("apt-get install") })
        let present = last.split(separator: " ").map(String.init).filter { $0.hasPrefix("lib") }
        #expect(
            Set(present) == Set(libraries.map(String.init)).subtracting(["libc6", "libstdc++6"]), "what the package needs the container has"
        )
    }
}
