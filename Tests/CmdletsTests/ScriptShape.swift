@testable import Cmdlets

/// A script in brackets, to compare what was read.
extension Script {
    var shape: String { block.shape }
}
extension Block {
    var shape: String {
        let parameters = parameters.map { parameter in
            let marks =
                (parameter.isMandatory ? "!" : "") + (parameter.takesPipeline ? "|" : "") + (parameter.type.map { ":" + $0.written } ?? "")
            return "$" + parameter.name + marks + (parameter.initial.map { "=" + $0.shape } ?? "")
        }
        let blocks = [("begin", begin), ("process", process)].compactMap { name, body in body.map { "\(name){\($0.shape)}" } }
        return ((parameters.isEmpty ? [] : ["param(" + parameters.joined(separator: ",") + ")"]) + blocks + [end.shape]).filter {
            !$0.isEmpty
        }.joined(
            separator: " ")
    }
}
extension [Statement] {
    var shape: String { map(\.shape).joined(separator: " ") }
}
extension Statement {
    var shape: String {
        switch form {
        case .pipeline(let pipeline): return pipeline.elements.map(\.shape).joined(separator: "|")
        case .assignment(let target, let sign, let source): return target.shape + (sign.map { "\($0)" } ?? "") + "=" + source.shape
        case .choice(let choices, let otherwise):
            return "if" + choices.map { "[\($0.condition.shape)]{\($0.body.shape)}" }.joined() + (otherwise.map { "{\($0.shape)}" } ?? "")
        case .each(let variable, let list, let body, let label):
            return (label.map { ":\($0) " } ?? "") + "each[$\(variable) \(list.shape)]{\(body.shape)}"
        case .counting(let first, let condition, let next, let body, _):
            return "for[\(first?.shape ?? "");\(condition?.shape ?? "");\(next?.shape ?? "")]{\(body.shape)}"
        case .repetition(let condition, let body, let isFirstFree, let until, _):
            return (isFirstFree ? "do" : "while") + (until ? "!" : "") + "[\(condition.shape)]{\(body.shape)}"
        case .selection(let selection):
            let cases = selection.cases.map { "\($0.pattern?.shape ?? "default"){\($0.body.shape)}" }
            return "switch-\(selection.style)[\(selection.subject.shape)]" + cases.joined()
        case .attempt(let body, let catches, let finally):
            return "try{\(body.shape)}" + catches.map { "catch\($0.types.map(\.written))" + "{\($0.body.shape)}" }.joined()
                + (finally.map { "finally{\($0.shape)}" } ?? "")
        case .function(let function): return "function \(function.name){\(function.block.shape)}"
        case .raise(let value): return "throw" + (value.map { " " + $0.shape } ?? "")
        case .giveBack(let value): return "return" + (value.map { " " + $0.shape } ?? "")
        case .leave(let value): return "exit" + (value.map { " " + $0.shape } ?? "")
        case .interrupt(let label): return "break" + (label.map { " " + $0 } ?? "")
        case .resume(let label): return "continue" + (label.map { " " + $0 } ?? "")
        }
    }
}
extension Pipeline.Element {
    var shape: String {
        switch self {
        case .expression(let expression, let redirections): return expression.shape + redirections.map { ">" + $0.target.shape }.joined()
        case .command(let command):
            let name: String
            switch command.name {
            case .word(let word): name = word
            case .value(let value, let isDotted): name = (isDotted ? "." : "&") + value.shape
            }
            return "("
                + ([name] + command.arguments.map(\.shape) + command.redirections.map { ">" + $0.target.shape }).joined(separator: " ")
                + ")"
        }
    }
}
extension Argument {
    var shape: String {
        switch self {
        case .parameter(let name, let value, _): "-" + name + (value.map { ":" + $0.shape } ?? "")
        case .value(let expression): expression.shape
        case .splat(let name, _): "@" + name
        }
    }
}
extension Expression {
    var shape: String {
        switch form {
        case .constant(.null): "$null"
        case .constant(.truth(let truth)): truth ? "$true" : "$false"
        case .constant(.text(let text)): "'\(text)'"
        case .constant(let value): value.text
        case .word(let word, _): "'\(word)'"
        case .text(let parts):
            "'"
                + parts.map {
                    if case .literal(let text) = $0 { text } else if case .value(let value) = $0 { "«\(value.shape)»" } else { "" }
                }.joined() + "'"
        case .variable(let variable): "$" + (variable.scope == .nearest ? "" : "\(variable.scope):") + variable.name
        case .member(let object, let name, let isStatic): object.shape + (isStatic ? "::" : ".") + name.shape
        case .call(let object, let name, let arguments, let isStatic):
            object.shape + (isStatic ? "::" : ".") + name.shape + "(" + arguments.map(\.shape).joined(separator: ",") + ")"
        case .index(let object, let index): object.shape + "[" + index.shape + "]"
        case .list(let items): "[" + items.map(\.shape).joined(separator: ",") + "]"
        case .array(let statements): "@[" + statements.shape + "]"
        case .group(let statements): "$(" + statements.shape + ")"
        case .parenthesis(let statement): statement.shape
        case .table(let entries, let isOrdered):
            (isOrdered ? "o" : "") + "{" + entries.map { "\($0.key.shape)=\($0.value.shape)" }.joined(separator: ";") + "}"
        case .block(let block): "{ \(block.shape) }"
        case .type(let type): "<\(type.written)>"
        case .cast(let type, let value): "<\(type.written)>\(value.shape)"
        case .unary(let sign, let operand): "(\(sign) \(operand.shape))"
        case .binary(let sign, let left, let right): "(\(left.shape) \(sign.word) \(right.shape))"
        case .step(let target, let amount, let isPrefix): isPrefix ? "(\(amount) \(target.shape))" : "(\(target.shape) \(amount))"
        case .conditional(let condition, let yes, let no): "(\(condition.shape)?\(yes.shape):\(no.shape))"
        }
    }
}
extension MemberName {
    var shape: String {
        switch self {
        case .name(let name): name
        case .value(let value): "(\(value.shape))"
        }
    }
}
extension BinaryOperator {
    /// Its name without the question of case.
    var word: String { String("\(self)".prefix { $0 != "(" }) }
}
