/// What one statement of the script has said so far, in order.
struct Streams {
    enum Item {
        case value(Value)
        /// A line of `Write-Host`, or a part of one.
        case host(String)
    }
    var items: [Item] = []
    /// The values among them as data.
    var output: [OutputObject] = []
    var warnings: [String] = []
    var errors: [CmdletError] = []
}
