import Dialing
import Web

extension Service {
    /// `GET /v1/tenants/{tenant}/users?search=&licence=&group=&cursor=&limit=`, by principal name.
    func listUsers(_ call: APICall) async throws -> Response {
        let id = try tenant(call).id
        var search = UserSearch(limit: try call.listCount() + 1)
        search.text = call.request.query["search"]
        search.licence = try call.choice("licence", of: Licence.self)
        search.group = call.request.query["group"]
        search.after = call.request.query["cursor"]
        let found: [User]? = await world.aside { [directory, search] in directory.users(of: id, search) }
        guard let found else { throw Problem.tooManyBodies }
        let page = ListPage(
            rows: Array(found.prefix(search.limit - 1)), next: found.count == search.limit ? found[search.limit - 2].upn : nil)
        return .json(200, page.body(named: "users", page.rows))
    }
}
