/// What is answered to requests that change nothing, or may not.
extension ResponseDraft {
    static let noSuchCall = ResponseDraft(481, "Call/Transaction Does Not Exist")

    /// For a NOTIFY: nobody here subscribes to anything (RFC 6665 §4.1.3).
    static let noSubscription = ResponseDraft(481, "Subscription Does Not Exist")

    package static let methodNotAllowed: ResponseDraft = {
        var response = ResponseDraft(405, "Method Not Allowed")
        response.add("Allow", Configuration.allowedMethods)
        return response
    }()

    /// To OPTIONS (RFC 3261 §11.2).
    static let capabilities: ResponseDraft = {
        var response = ResponseDraft(200, "OK")
        response.add("Allow", Configuration.allowedMethods)
        response.add("Accept", SessionBody.accepted)
        response.add("Supported", "timer, 100rel")
        return response
    }()

    /// An INFO of no package, as keypads and SBCs send it, is taken and means nothing; no package was invited (RFC 6086 §4.2.2).
    static func toInfo(_ message: Message) -> ResponseDraft {
        guard message.text(named: "Info-Package") != nil else { return ResponseDraft(200, "OK") }
        var response = ResponseDraft(469, "Bad Info Package")
        response.add("Recv-Info", "")
        return response
    }
}

extension Message {
    /// 420 for options that must be understood and are not (RFC 3261 §8.2.2.3).
    var refusalOfExtensions: ResponseDraft? {
        let unknown = elements(.require).filter { option in
            !Configuration.supportedOptions.contains { bytes[option].equalsIgnoringCase($0) }
        }
        guard !unknown.isEmpty else { return nil }
        var response = ResponseDraft(420, "Bad Extension")
        response.add("Unsupported", unknown.map { text($0) }.joined(separator: ", "))
        return response
    }
}

extension ResponseDraft {
    static let requestPending = ResponseDraft(491, "Request Pending")

    /// For a body that is no session description (RFC 3261 §21.4.13).
    static let unsupportedBody: ResponseDraft = {
        var response = ResponseDraft(415, "Unsupported Media Type")
        response.add("Accept", SessionBody.accepted)
        return response
    }()

    /// For an offer without audio that we could talk by, and why (RFC 3261 §20.43, §21.4.26).
    static func notAcceptable(_ offered: [UInt8], _ endpoint: Stationery) -> ResponseDraft {
        var response = ResponseDraft(488, "Not Acceptable Here")
        let hasAudio = SessionDescription(offered)?.media.contains(where: \.isAudio) ?? false
        let host = String(decoding: endpoint.host, as: UTF8.self)
        response.add("Warning", hasAudio ? "305 \(host) \"Incompatible media format\"" : "304 \(host) \"Media type not available\"")
        return response
    }
}
