/// What may stand where a script is being typed: names of commands, of parameters, and values.
package struct Completion: Equatable, Sendable {
    /// UTF-8 bytes of the word that is being typed, at the end of the text.
    package let typed: Int
    /// What it may become, whole, in order.
    package let candidates: [String]
    /// A script that puts out the names that the service has and that may stand here too; nil where there are none.
    package let names: String?

    private let quote: Quote?
    private let beginning: String

    /// `text` is what stands before the cursor. `variables` are names that the session has.
    package init(of text: String, variables: [String] = []) {
        var words = Words(text)
        let last = words.list.popLast() ?? Words.Word()
        typed = text.utf8.count - last.start
        quote = last.quote
        beginning = last.text
        var found: [String] = [], names: String?
        if last.quote == nil, last.text.hasPrefix("$") {
            found = (["true", "false", "null"] + variables).map { "$" + $0 }.sorted()
        } else if let first = words.list.first {
            let command = Command(first.text)
            if last.quote == nil, last.text.hasPrefix("-") {
                found = command.parameters(besides: words.list.dropFirst().map(\.text))
            } else if let parameter = command.parameter(expecting: words.list.dropFirst()), let cmdlet = command.cmdlet {
                found = parameter.knownValues
                names = NameSource.script(of: parameter, in: cmdlet, beginning: last.text)
            }
        } else if last.quote == nil {
            found = Self.commands
        }
        self.names = names
        let beginning = last.text.lowercased()
        candidates = found.filter { $0.lowercased().hasPrefix(beginning) }.map { word in
            last.quote == nil && word.first.map { "$-".contains($0) } ?? false ? word : Self.word(for: word, last.quote)
        }
    }

    fileprivate enum Quote { case single, double }

    private static let commands =
        (CmdletTable.all.filter { $0.whyNotHeld == nil }.map(\.name) + UtilityTable.all.map(\.name)).sorted()

    /// Those of the service's names that go on what is typed, in quotes where they must be.
    package func candidates(among names: [String]) -> [String] {
        let beginning = beginning.lowercased()
        return names.filter { $0.lowercased().hasPrefix(beginning) }.map { Self.word(for: $0, quote) }
    }

    /// A value as it is typed: bare where nothing in it has a meaning.
    private static func word(for text: String, _ quote: Quote?) -> String {
        switch quote {
        case .single?: return text.inSingleQuotes
        case .double?: return text.inDoubleQuotes
        case nil:
            let scalars = text.unicodeScalars, isBare = scalars.allSatisfy { $0.isNamePart || "-+.@:".unicodeScalars.contains($0) }
            let isWord = isBare && scalars.first.map { $0 != "-" && $0 != "@" } ?? false
            return isWord ? text : text.inSingleQuotes
        }
    }

    /// A command that is being typed.
    private struct Command {
        let cmdlet: Cmdlet?
        let utility: Utility?

        init(_ name: String) {
            let plain = CommandNames.plain(name)
            utility = CommandSet.all.utility(plain)
            cmdlet = utility == nil ? CommandSet.all.cmdlet(plain) : nil
        }

        func parameters(besides given: [String]) -> [String] {
            let names = cmdlet.map { $0.offered.map(\.name) } ?? utility?.parameters.map(\.name) ?? []
            let used = Set(given.map { $0.lowercased() })
            return names.map { "-" + $0 }.filter { !used.contains($0.lowercased()) }
        }

        /// The parameter whose value stands at the end.
        func parameter(expecting given: ArraySlice<Words.Word>) -> CmdletParameter? {
            guard let cmdlet else { return nil }
            var open: CmdletParameter?, named: Set<String> = [], places = 0
            for word in given {
                if word.quote == nil, word.text.hasPrefix("-") {
                    let name = word.text.dropFirst().lowercased()
                    let meant =
                        cmdlet.offered.first { $0.name.lowercased() == name }
                        ?? cmdlet.offered.first { $0.name.lowercased().hasPrefix(name) }
                    open = meant.flatMap { $0.kind == .toggle ? nil : $0 }
                    if let meant { named.insert(meant.name) }
                } else if open != nil, !word.continues {
                    open = nil
                } else if open == nil, !word.continues {
                    places += 1
                }
            }
            if let open { return open }
            return cmdlet.parameters.filter { $0.options.contains(.positional) && !named.contains($0.name) }.dropFirst(places).first
        }
    }
}

/// The words of the command at the end of a text, as far as is needed to know what is being typed.
private struct Words {
    struct Word {
        var text = ""
        var quote: Completion.Quote?
        /// Where it begins, in UTF-8 bytes.
        var start = 0
        /// Ends in a comma: the next word is of the same list.
        var continues = false
    }
    var list: [Word] = []

    init(_ text: String) {
        var word: Word?, offset = 0, open: Completion.Quote?, rest = Substring(text).unicodeScalars
        func end() {
            if let word { list.append(word) }
            word = nil
        }
        func add(_ scalar: Unicode.Scalar) {
            word = word ?? Word(start: offset)
            word!.text.unicodeScalars.append(scalar)
        }
        while let scalar = rest.popFirst() {
            defer { offset = text.utf8.count - Substring(rest).utf8.count }
            if let mark = open {
                if mark == .double, scalar == "`", let escaped = rest.popFirst() {
                    add(escaped)
                } else if !mark.isForm(scalar) {
                    add(scalar)
                } else if rest.first.map(mark.isForm) ?? false {
                    add(scalar)
                    rest.removeFirst()
                } else {
                    open = nil
                }
                continue
            }
            switch scalar {
            case _ where scalar.isSingleQuote || scalar.isDoubleQuote:
                open = scalar.isSingleQuote ? .single : .double
                word = word ?? Word(start: offset)
                word!.quote = open
            case "|", ";", "{", "(", "&", "=", "\n":
                word = nil
                list = []
            case "}", ")": end()
            case ",":
                word = word ?? Word(start: offset)
                word!.continues = true
                end()
            case _ where scalar.properties.isWhitespace: end()
            default: add(scalar)
            }
        }
        // A word that is complete goes before an empty one, which begins here.
        if open == nil, word?.quote != nil { end() }
        list.append(word ?? Word(start: offset))
    }
}

extension Completion.Quote {
    func isForm(_ scalar: Unicode.Scalar) -> Bool { self == .single ? scalar.isSingleQuote : scalar.isDoubleQuote }
}

extension CmdletParameter {
    /// All values that there are, where these are few.
    var knownValues: [String] {
        switch kind {
        case .truth: ["$false", "$true"]
        case .choice(let values): values
        case .text, .texts, .listChange, .integer, .limit, .toggle, .value, .ignored, .notHeld: []
        }
    }
}

/// Which names of the service a parameter takes.
private enum NameSource {
    static func script(of parameter: CmdletParameter, in cmdlet: Cmdlet, beginning: String) -> String? {
        let noun = String(cmdlet.name.drop { $0 != "-" }.dropFirst()), verb = cmdlet.name.prefix { $0 != "-" }
        func listing(_ noun: String, _ property: String = "Identity") -> String? {
            CommandSet.all.cmdlet("Get-" + noun).flatMap {
                $0.whyNotHeld == nil ? "\($0.name) | ForEach-Object { $_.\(property) -replace '^Tag:' }" : nil
            }
        }
        switch parameter.name {
        case "Identity" where verb == "Grant" || takesUsers.contains(noun): return users(beginning)
        case "Identity": return listing(noun)
        case "PolicyName" where verb == "Grant": return listing(noun == "CsDialoutPolicy" ? "CsOnlineDialOutPolicy" : noun)
        case "OnlinePstnUsages", "Usage": return "(Get-CsOnlinePstnUsage).Usage"
        case "BridgeSourcePhoneNumber", "DefaultServiceNumber", "ServiceNumber", "TollFreeServiceNumber":
            return listing("CsOnlineDialInConferencingServiceNumber")
        case "TelephoneNumber", "PhoneNumber": return listing("CsPhoneNumberAssignment", "TelephoneNumber")
        case "OnlinePstnGatewayList": return listing("CsOnlinePSTNGateway")
        case "BridgeName": return "(Get-CsOnlineDialInConferencingBridge).Name"
        case "EffectiveTenantDialPlanName": return listing("CsTenantDialPlan")
        case "Name" where noun == "Help" || noun == "Command": return "(Get-Command).Name"
        default: return nil
        }
    }

    private static let takesUsers: Set<String> = [
        "CsOnlineUser", "CsOnlineDialInConferencingUser", "CsEffectiveTenantDialPlan", "CsUserPolicyAssignment", "CsPhoneNumberAssignment",
        "CsExMeetingMigration", "CsMeetingMigrationStatus",
    ]

    /// Users whose names begin so; a hundred are more than anybody reads.
    private static func users(_ beginning: String) -> String {
        let plain = beginning.unicodeScalars.filter { $0.isNamePart && $0.isASCII || "@.-".unicodeScalars.contains($0) }
        return
            "(Get-CsOnlineUser -Filter \"UserPrincipalName -like '\(String(String.UnicodeScalarView(plain)))*'\" -ResultSize 100).UserPrincipalName"
    }
}
