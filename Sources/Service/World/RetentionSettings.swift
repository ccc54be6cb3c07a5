/// How long things are kept; nil keeps them for ever. What tenants used by month and changes of the configuration are.
package struct RetentionSettings: Equatable, Sendable {
    /// Days for which the log is told of: events can be resumed, and webhooks delivered.
    package var eventDays: Int? = 30
    /// Days for which dial-outs are on record, with their own events.
    package var recordDays: Int? = 730

    package init() {}
}
