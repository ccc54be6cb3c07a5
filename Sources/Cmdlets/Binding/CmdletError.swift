import Basis

/// Why a command failed, in the terms of PowerShell's error records.
package struct CmdletError: Error, Equatable, Sendable, Encodable {
    package var message: String
    package var category: Category
    package var id: String
    package var parameter: String?
    /// Where in the script; both count from 1.
    package var line: Int?
    package var column: Int?
    /// The name of the .NET exception that it stands for, where a script has said one.
    var exception: String?

    private enum CodingKeys: String, CodingKey { case message, category, id, parameter, line, column }

    package enum Category: String, Codable, CaseIterable, Sendable {
        case parserError = "ParserError"
        case invalidArgument = "InvalidArgument"
        case invalidData = "InvalidData"
        case invalidOperation = "InvalidOperation"
        case invalidType = "InvalidType"
        case limitsExceeded = "LimitsExceeded"
        case notImplemented = "NotImplemented"
        case objectNotFound = "ObjectNotFound"
        case operationStopped = "OperationStopped"
        case resourceExists = "ResourceExists"
        case writeError = "WriteError"
    }

    init(_ category: Category, _ id: String, _ message: String, parameter: String? = nil, at place: Script.Place? = nil) {
        self.message = message
        self.category = category
        self.id = id
        self.parameter = parameter
        line = place?.line
        column = place?.column
    }

    init(_ error: ScriptError) {
        let stands = error.text.isEmpty ? "" : ", at: \(error.text)"
        self.init(.parserError, "ParserError", error.rule.message + stands, at: error.place)
    }

    static func invalid(_ parameter: String, _ message: String) -> CmdletError {
        CmdletError(.invalidArgument, "InvalidArgument", message, parameter: parameter)
    }

    static func notFound(_ parameter: String, _ message: String) -> CmdletError {
        CmdletError(.objectNotFound, "ObjectNotFound", message, parameter: parameter)
    }

    /// `what` of the name that was written is not there; the nearest of those that are is told.
    static func notFound(_ parameter: String, _ what: String, _ written: String, _ more: String = "", among names: some Sequence<String>)
        -> CmdletError
    {
        let nearest = nearestName(to: written.withoutTag, among: names).map { "; did you mean \($0)?" } ?? ""
        return notFound(parameter, "there is no \(what) \(written)\(more)\(nearest)")
    }

    static func exists(_ parameter: String, _ message: String) -> CmdletError {
        CmdletError(.resourceExists, "ResourceExists", message, parameter: parameter)
    }

    /// Something else stands in the way: a guard of domain reference §7.6 or a reference to the thing.
    static func refused(_ message: String, parameter: String? = nil, id: String = "InvalidOperation") -> CmdletError {
        CmdletError(.invalidOperation, id, message, parameter: parameter)
    }
}
