import ArgumentParser
import Foundation
import Service

struct PricesCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "prices", abstract: "What operators charge: the price list in force, and the one that comes next.",
        subcommands: [List.self, Show.self, Put.self, Remove.self], defaultSubcommand: List.self)

    /// What those take that are of one operator.
    struct Options: ParsableArguments {
        @OptionGroup var client: ClientOptions
        @Option(name: .customLong("operator"), help: "The operator; the token's own where it has one.") var operatorID: String?

        func send(_ method: String, body: [UInt8]? = nil) throws -> HTTPClient.Reply {
            let client = try client.client(), id = try client.carrier(operatorID)
            return try client.prices(method, of: id, body: body)
        }
    }

    struct List: ParsableCommand {
        static let configuration = CommandConfiguration(abstract: "List the operators that have prices: the token's own, or all.")
        @OptionGroup var client: ClientOptions
        @OptionGroup var list: ListOptions

        func run() throws {
            let client = try client.client()
            let named = try client.owner().operatorID.map { [$0] }
            let ids = try named ?? client.rows(of: "/v1/operators", named: "operators").compactMap { $0["id"].string }
            let rows = try ids.compactMap { id -> JSONValue? in
                let lists = try client.prices("GET", of: id).json
                guard lists["inForce"] != .null || lists["next"] != .null else { return nil }
                return .object([
                    "operator": .string(id), "currency": lists["inForce"]["currency"], "validFrom": lists["inForce"]["validFrom"],
                    "prices": .integer(Int64(lists["inForce"]["prices"].array.count)), "nextFrom": lists["next"]["validFrom"],
                ])
            }
            try list.show(rows, ["operator", "currency", "validFrom", "prices", "nextFrom"])
        }
    }

    struct Show: ParsableCommand {
        static let configuration = CommandConfiguration(abstract: "List the prices in force, or those that come next.")
        @OptionGroup var options: Options
        @OptionGroup var list: ListOptions
        @Flag(help: "Those that come next.") var next = false

        func run() throws {
            let lists = try options.send("GET").json, shown = lists[next ? "next" : "inForce"]
            guard shown != .null else { throw fail(next ? "no price list comes next" : "no price list is in force") }
            try list.show(shown["prices"].array, PriceFile.columns)
        }
    }

    struct Put: ParsableCommand {
        static let configuration = CommandConfiguration(
            abstract: "Put a price list in force, now or at a time to come.",
            discussion: """
                The file has JSON as the API takes it, or CSV with the columns prefix and perMinute and perhaps destination, connectionCharge, \
                minimumSeconds and incrementSeconds: what show --csv writes. Calls that were answered before keep their price.
                """)
        @OptionGroup var options: Options
        @Option(help: "The currency of CSV, three letters such as EUR (ISO 4217).") var currency: String?
        @Option(help: "From when on it is in force, in UTC as 2026-12-01T00:00:00.000Z (default: now).") var validFrom: String?
        @Argument(help: "The list, as JSON or CSV.") var file: String

        func run() throws {
            var list = try wanted()
            if let currency { list["currency"] = .string(currency) }
            if let validFrom { list["validFrom"] = .string(validFrom) }
            let reply = try options.send("PUT", body: JSON.encode(JSONValue.object(list)))
            let made = reply.json[list["validFrom"] == nil || reply.json["next"] == .null ? "inForce" : "next"]
            try say("\(made["prices"].array.count) prices in \(made["currency"].text) from \(made["validFrom"].text) on")
        }

        private func wanted() throws -> [String: JSONValue] {
            let text: String
            do { text = try TextFile.read(file) } catch { throw fail("\(error)", code: 2) }
            if file.lowercased().hasSuffix(".csv") {
                guard currency != nil else { throw ValidationError("--currency is needed: CSV has none") }
                do { return ["prices": .array(try PriceFile.prices(csv: text))] } catch { throw fail("\(file): \(error)", code: 2) }
            }
            guard case .object(let list)? = try? JSON.decode(JSONValue.self, Array(text.utf8)) else {
                throw fail("\(file) is no JSON object", code: 2)
            }
            return list
        }
    }

    struct Remove: ParsableCommand {
        static let configuration = CommandConfiguration(
            abstract: "Remove both lists: calls that are answered from now on have no price.")
        @OptionGroup var options: Options

        func run() throws {
            _ = try options.send("DELETE")
            try say("removed")
        }
    }
}

extension HTTPClient {
    /// An operator's price list (`/v1/operators/{operator}/price-list`); a refusal ends the command by its words.
    fileprivate func prices(_ method: String, of id: String, body: [UInt8]? = nil) throws -> Reply {
        let reply = try send(method, "/v1/operators/\(id.percentEncoded)/price-list", body: body)
        guard reply.isSuccess else { throw fail(reply.complaint) }
        return reply
    }
}
