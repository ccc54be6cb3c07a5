/// Files that the executable carries: the dashboard's, and the description of the API.
///
/// They stand in a module of their own because a file as a literal takes the compiler longer than all that serves it.
package enum EmbeddedFile {
    /// OpenAPI 3.1 of `/openapi.json`.
    package static var openAPI: [UInt8] { PackageResources.openapi_json }
    /// Those of the dashboard at `/`, by name.
    package static var dashboard: [(name: String, bytes: [UInt8])] {
        [
            ("index.html", PackageResources.index_html), ("dashboard.js", PackageResources.dashboard_js),
            ("dashboard.css", PackageResources.dashboard_css),
        ]
    }
}
