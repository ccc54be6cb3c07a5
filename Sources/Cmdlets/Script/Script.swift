/// A script as read, before anything is run.
package struct Script {
    /// Both count from 1; a column is a Unicode scalar.
    package struct Place: Equatable, Sendable {
        package var line: Int
        package var column: Int
    }

    let block: Block
}

/// A list of statements with its parameters: a script, the body of a function, or what stands in braces.
final class Block {
    let place: Script.Place
    /// As it was written, without the braces.
    let text: String
    var parameters: [Parameter] = []
    /// Whether `[CmdletBinding()]` or `[Parameter()]` makes it an advanced function (about_Functions_Advanced).
    var isAdvanced = false
    /// Of `[CmdletBinding()]`: whether it takes `-WhatIf` and `-Confirm`.
    var supportsShouldProcess = false
    /// `ConfirmImpact` of it, and `PositionalBinding`: whether parameters that say no place are in the order of their declaration.
    var impact = Impact.medium
    var placesAll = true
    /// `DefaultParameterSetName` of `[CmdletBinding()]`.
    var standardSet: String?
    var begin: [Statement]?
    var process: [Statement]?
    /// What stands in no named block, or in `end`.
    var end: [Statement] = []

    init(place: Script.Place, text: String) {
        self.place = place
        self.text = text
    }

    var statements: [Statement] { (begin ?? []) + (process ?? []) + end }
}

/// A parameter of a script, function or block.
struct Parameter {
    let place: Script.Place
    let name: String
    var aliases: [String] = []
    var type: TypeName?
    var initial: Expression?
    var isMandatory = false
    var position: Int?
    var takesPipeline = false
    var takesPipelineByName = false
    var takesRemaining = false
    /// The parameter sets that it belongs to, and whether it must be given there; in none it belongs to all.
    var sets: [(name: String, isMandatory: Bool)] = []
    /// What it may be although it must be given.
    var allowed: Set<Emptiness> = []
    var checks: [Check] = []

    var isSwitch: Bool { if case .switched? = type?.kind { true } else { false } }

    /// What the set is called that every parameter belongs to.
    static let allSets = "__AllParameterSets"

    enum Emptiness: String { case null = "allownull", text = "allowemptystring", collection = "allowemptycollection" }

    func belongs(to set: String) -> Bool { sets.isEmpty || sets.contains { $0.name.isSameName(as: set) } }

    /// Whether it must be given in a set; where there are no sets, at all.
    func isMandatory(in set: String?) -> Bool {
        isMandatory || sets.contains { own in own.isMandatory && set.map { own.name.isSameName(as: $0) } ?? true }
    }

    /// `[ValidateSet()]` and its like (about_Functions_Advanced_Parameters).
    enum Check {
        case set([Value])
        case range(Value, Value)
        case length(Int, Int)
        case count(Int, Int)
        case pattern(String)
        case script(Block)
        case notNull, notNullOrEmpty
    }
}

struct Statement {
    let place: Script.Place
    /// As it was written.
    var text = ""
    let form: Form

    indirect enum Form {
        case pipeline(Pipeline)
        case assignment(Expression, BinaryOperator?, Statement)
        case choice([(condition: Statement, body: [Statement])], otherwise: [Statement]?)
        case each(variable: String, Statement, body: [Statement], label: String?)
        case counting(first: Statement?, condition: Statement?, next: Statement?, body: [Statement], label: String?)
        /// `while`, and with `isFirstFree` `do`; `until` turns the condition about.
        case repetition(condition: Statement, body: [Statement], isFirstFree: Bool, until: Bool, label: String?)
        case selection(Selection)
        case attempt(body: [Statement], catches: [Catch], finally: [Statement]?)
        case function(Function)
        case raise(Statement?), giveBack(Statement?), leave(Statement?)
        case interrupt(label: String?), resume(label: String?)
    }

    struct Catch {
        let types: [TypeName]
        let body: [Statement]
    }
}

struct Function {
    let name: String
    let block: Block
    /// `filter` instead of `function`.
    let isFilter: Bool
    /// As it was written, from the keyword on.
    let text: String
}

/// `switch`.
struct Selection {
    enum Style { case exact, wildcard, pattern }
    let style: Style
    let isCaseSensitive: Bool
    let subject: Statement
    /// A nil pattern is `default`.
    let cases: [(pattern: Expression?, body: [Statement])]
    let label: String?
}

struct Pipeline {
    var elements: [Element]

    var hasCommand: Bool { elements.contains { if case .command = $0 { true } else { false } } }

    enum Element {
        case expression(Expression, [Redirection])
        case command(Command)

        var place: Script.Place {
            switch self {
            case .expression(let expression, _): expression.place
            case .command(let command): command.place
            }
        }
    }
}

struct Command {
    let place: Script.Place
    let name: Name
    var arguments: [Argument]
    var redirections: [Redirection] = []

    enum Name {
        case word(String)
        /// `& value` or `. value`.
        case value(Expression, isDotted: Bool)
    }
}

/// `2>$null`, `> file`.
struct Redirection {
    enum Stream { case output, errors, warnings, others, all }
    let place: Script.Place
    let stream: Stream
    let appends: Bool
    let target: Expression
}

/// Whether a value belongs to the parameter before it is known only when the cmdlet is.
enum Argument {
    case parameter(String, value: Expression?, Script.Place)
    case value(Expression)
    /// `@name`.
    case splat(String, Script.Place)
}

struct Expression {
    let place: Script.Place
    let form: Form

    indirect enum Form {
        case constant(Value)
        /// A number as an argument, as it was written: `+14255550100` keeps its plus where text is wanted.
        case word(String, Value)
        case text([TextPart])
        case variable(Variable)
        case member(Expression, MemberName, isStatic: Bool)
        case call(Expression, MemberName, [Expression], isStatic: Bool)
        case index(Expression, Expression)
        case list([Expression])
        /// `@( )`.
        case array([Statement])
        /// `$( )`.
        case group([Statement])
        /// `( )`.
        case parenthesis(Statement)
        case table([(key: Expression, value: Statement)], isOrdered: Bool)
        case block(Block)
        case type(TypeName)
        case cast(TypeName, Expression)
        case unary(UnaryOperator, Expression)
        case binary(BinaryOperator, Expression, Expression)
        /// `++` and `--`.
        case step(Expression, by: Int, isPrefix: Bool)
        case conditional(Expression, Expression, Expression)
    }

    /// Text in double quotes: what stands there, and what is put in.
    enum TextPart {
        case literal(String)
        case value(Expression)
    }
}

indirect enum MemberName {
    case name(String)
    case value(Expression)
}

struct Variable: Equatable {
    enum Scope: Equatable { case nearest, local, script, global }
    var scope = Scope.nearest
    /// In lower case.
    let name: String
}

enum UnaryOperator: Sendable { case not, minus, plus, split, join, bitNot }

/// Operators between two values (about_Operators). `isCaseSensitive` is the form with `c`.
enum BinaryOperator: Equatable, Sendable {
    case and, or, xor
    case bitAnd, bitOr, bitXor, shiftLeft, shiftRight
    case equal(isCaseSensitive: Bool), unequal(isCaseSensitive: Bool)
    case greater(isCaseSensitive: Bool), greaterOrEqual(isCaseSensitive: Bool)
    case less(isCaseSensitive: Bool), lessOrEqual(isCaseSensitive: Bool)
    case like(isCaseSensitive: Bool, isNegated: Bool), match(isCaseSensitive: Bool, isNegated: Bool)
    case contains(isCaseSensitive: Bool, isNegated: Bool), within(isCaseSensitive: Bool, isNegated: Bool)
    case replace(isCaseSensitive: Bool), split(isCaseSensitive: Bool), join
    case isType(isNegated: Bool), asType
    case add, subtract, multiply, divide, remainder
    case format, range, coalesce
}

extension BinaryOperator {
    /// How tightly it binds: the higher, the tighter (about_Operator_Precedence).
    var level: Int {
        switch self {
        case .coalesce: 0
        case .and, .or, .xor: 1
        case .bitAnd, .bitOr, .bitXor: 2
        case .equal, .unequal, .greater, .greaterOrEqual, .less, .lessOrEqual, .like, .match, .contains, .within, .replace, .split, .join,
            .isType,
            .asType, .shiftLeft, .shiftRight:
            3
        case .add, .subtract: 4
        case .multiply, .divide, .remainder: 5
        case .format: 6
        case .range: 7
        }
    }
}
