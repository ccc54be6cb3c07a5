internal import Patterns

extension Pattern {
    /// Compiles what a cmdlet's parameter gave, or says where and why it is not a pattern.
    convenience init(_ source: String, named parameter: String) throws(CmdletError) {
        do throws(Invalid) {
            try Pattern.check(written: source)
            try self.init(source)
        } catch {
            let hint = error.hint.map { "; \($0)" } ?? ""
            throw CmdletError(
                .invalidArgument, "InvalidPattern", "\(source) is not a pattern: \(error.message), at offset \(error.offset)\(hint)",
                parameter: parameter)
        }
    }
}
