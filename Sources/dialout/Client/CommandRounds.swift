import ArgumentParser
import Foundation
import Service

/// A script with what it wants of this machine: it is sent until it needs nothing more, and what it writes is written here.
struct CommandRounds {
    /// Times that one script is sent.
    static let roundLimit = 100
    /// Bytes of the files that are sent along, all together.
    static let fileLimit = 64 << 20

    let client: HTTPClient
    let tenant: String
    let script: String
    /// The script's file, if it has one.
    let name: String?
    var parameters: [String: String] = [:]
    /// What the session has kept; nil where there is no session.
    var variables: String?
    private var files: [String: JSONValue] = [:]
    private var answers: [String] = []
    private var sent = 0

    init(_ client: HTTPClient, tenant: String, script: String, name: String? = nil, parameters: [String: String] = [:]) {
        (self.client, self.tenant, self.script, self.name, self.parameters) = (client, tenant, script, name, parameters)
    }

    /// Something that the script needs is not to be had.
    struct Unmet: Error, CustomStringConvertible {
        let description: String
    }

    private struct Order: Encodable {
        let script: String
        let files: [String: JSONValue]
        let answers: [String]
        let parameters: [String: String]
        let name: String?
        let variables: String?
    }

    /// The service's last answer. `ask` gives the answer to a question, nil when nobody is there to give one.
    mutating func run(waiting: @escaping () -> Bool = { true }, _ ask: (_ prompt: String, _ isSecret: Bool) throws -> String?) throws
        -> HTTPClient.Reply
    {
        for _ in 0..<Self.roundLimit {
            let order = Order(script: script, files: files, answers: answers, parameters: parameters, name: name, variables: variables)
            let reply = try client.send(
                "POST", "/v1/tenants/\(tenant.percentEncoded)/commands", body: JSON.encode(order), waiting: waiting)
            let needs = reply.json["needs"]
            guard reply.isSuccess, case .object = needs else { return reply }
            for file in needs["files"].array.compactMap(\.string) { files[file] = try text(of: file) }
            for path in needs["paths"].array.compactMap(\.string) where files[path] == nil {
                files[path] = Self.kind(of: path)
            }
            for question in needs["answers"].array {
                let prompt = question["prompt"].string ?? ""
                guard let answer = try ask(prompt, question["kind"].string == "secret") else {
                    throw Unmet(description: "the script asks, and nobody answers: \(prompt)")
                }
                answers.append(answer)
            }
        }
        throw Unmet(description: "the script asked \(Self.roundLimit) times for files and answers")
    }

    /// What the script puts out, as texts; it must need nothing.
    func outputs() throws -> [String] {
        let order = Order(script: script, files: [:], answers: [], parameters: [:], name: nil, variables: nil)
        let reply = try client.send("POST", "/v1/tenants/\(tenant.percentEncoded)/commands", body: JSON.encode(order))
        return reply.json["results"].array.flatMap { $0["output"].array }.compactMap { $0["Value"].string }
    }

    private static func kind(of path: String) -> JSONValue {
        var isFolder: ObjCBool = false
        guard FileManager.default.fileExists(atPath: local(path), isDirectory: &isFolder) else { return .null }
        return .object(["kind": .string(isFolder.boolValue ? "container" : "leaf")])
    }

    private mutating func text(of file: String) throws -> JSONValue {
        let path = Self.local(file)
        guard FileManager.default.fileExists(atPath: path) else { return .null }
        let text: String
        do { text = try TextFile.read(path) } catch { throw Unmet(description: "\(error)") }
        sent += text.utf8.count
        guard sent <= Self.fileLimit else { throw Unmet(description: "the files of a script have up to \(Self.fileLimit) bytes together") }
        return .string(text)
    }

    /// Writes what the script wrote, by the names that it gave.
    static func write(_ files: JSONValue) throws(Unmet) {
        guard case .object(let members) = files else { return }
        for (name, text) in members.sorted(by: { $0.key < $1.key }) {
            let path = URL(fileURLWithPath: local(name))
            do {
                try FileManager.default.createDirectory(at: path.deletingLastPathComponent(), withIntermediateDirectories: true)
                try Data((text.string ?? "").utf8).write(to: path, options: .atomic)
            } catch { throw Unmet(description: "\(name) cannot be written: \(error.localizedDescription)") }
        }
    }

    /// A path as this machine has it, whichever way its slashes lean.
    private static func local(_ path: String) -> String {
        let name = path.hasPrefix("~") ? NSHomeDirectory() + path.dropFirst() : path
        return FileManager.default.fileExists(atPath: name) ? name : name.replacing("\\", with: "/")
    }

    /// `-Name value`, `-Name:value` and `-Switch`, as they stand behind `--`.
    static func parameters(_ words: [String]) throws -> [String: String] {
        var parameters: [String: String] = [:], rest = words[...]
        while let word = rest.popFirst() {
            guard word.hasPrefix("-"), word.count > 1 else { throw ValidationError("\(word) follows no -Parameter of the script") }
            let halves = word.dropFirst().split(separator: ":", maxSplits: 1).map(String.init)
            if halves.count == 2 {
                parameters[halves[0]] = halves[1]
            } else if let value = rest.first, !value.hasPrefix("-") {
                parameters[halves[0]] = value
                rest.removeFirst()
            } else {
                parameters[halves[0]] = "true"
            }
        }
        return parameters
    }
}
