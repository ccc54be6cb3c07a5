import Dialing
import Web

extension Service {
    /// `GET /v1/tenants/{tenant}/users?search=&licence=&group=&cursor=&limit=`: by principal name; all of them where nothing is asked for.
    func listUsers(_ call: APICall) async throws -> Response {
        struct Page: Encodable {
            let users: [User]
            let cursor: String?
        }
        let id = try tenant(call).id
        guard !call.request.query.items.isEmpty else {
            return .json(200, JSON.encode(["users": directory.users(of: id).values.sorted { $0.upn < $1.upn }]))
        }
        var search = UserSearch(limit: try call.pageLimit + 1)
        search.text = call.request.query["search"]
        search.licence = try call.choice("licence", of: Licence.self)
        search.group = call.request.query["group"]
        search.after = call.request.query["cursor"]
        let found: [User]? = await world.aside { [directory, search] in directory.users(of: id, search) }
        guard let found else { throw Problem.tooManyScripts }
        let shown = Array(found.prefix(search.limit - 1))
        return .json(200, JSON.encode(Page(users: shown, cursor: found.count > shown.count ? shown.last?.upn : nil)))
    }
}
