/// What ends a statement before its time.
enum Stop: Error {
    /// Can be caught by `try`.
    case failed(CommandFailure)
    /// A limit of the run: nothing catches it.
    case limit(CmdletError)
    /// The client must give a file or an answer first.
    case needs(Need)
    case interrupt(label: String?)
    case resume(label: String?)
    case giveBack
    case leave(Int)
    /// A command of the pipeline wants no more.
    case enough(ObjectIdentifier)
}

/// An error on its way. Errors must be sendable; this one never leaves the run that it happens in.
struct CommandFailure: @unchecked Sendable {
    var error: CmdletError
    /// What `throw` was given, or the record that `catch` made of it.
    var record: ObjectBox?

    init(_ error: CmdletError, record: ObjectBox? = nil) {
        self.error = error
        self.record = record
    }

    init(
        _ category: CmdletError.Category, _ id: String, _ message: String, at place: Script.Place? = nil
    ) {
        self.init(CmdletError(category, id, message, at: place))
    }
}

extension Stop {
    static func failure(_ category: CmdletError.Category, _ id: String, _ message: String, at place: Script.Place? = nil) -> Stop {
        .failed(CommandFailure(category, id, message, at: place))
    }

    static func invalid(_ message: String, at place: Script.Place? = nil) -> Stop {
        .failure(.invalidOperation, "InvalidOperation", message, at: place)
    }

    static func argument(_ message: String, at place: Script.Place? = nil) -> Stop {
        .failure(.invalidArgument, "InvalidArgument", message, at: place)
    }

    static func cast(_ message: String, at place: Script.Place? = nil) -> Stop { .failure(.invalidType, "InvalidCast", message, at: place) }

    /// What went wrong, if anything did.
    var fault: CmdletError? {
        switch self {
        case .failed(let failure): failure.error
        case .limit(let error): error
        case .needs, .interrupt, .resume, .giveBack, .leave, .enough: nil
        }
    }

    /// With a place, if it has none yet.
    func at(_ place: Script.Place) -> Stop {
        switch self {
        case .failed(var failure):
            if failure.error.line == nil { (failure.error.line, failure.error.column) = (place.line, place.column) }
            return .failed(failure)
        case .limit(var error):
            if error.line == nil { (error.line, error.column) = (place.line, place.column) }
            return .limit(error)
        case .needs, .interrupt, .resume, .giveBack, .leave, .enough: return self
        }
    }
}

/// What a run wants from the client before it can go on.
package enum Need: Equatable, Sendable {
    /// The text of a file of the client.
    case file(String)
    /// Whether there is such a file or folder.
    case path(String)
    case answer(Question)

    package struct Question: Equatable, Sendable, Encodable {
        package enum Kind: String, Sendable, Encodable { case text, secret, confirm }
        package let prompt: String
        package let kind: Kind
    }
}
