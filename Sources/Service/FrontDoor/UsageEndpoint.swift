import Web

extension Service {
    /// `GET /v1/tenants/{tenant}/usage`: minutes and credits of the service's own carrier, what is used of them and what is left.
    func getUsage(_ call: APICall) throws -> Response { .json(200, JSON.encode(accounts.usage(of: try tenant(call)))) }
}
