internal import CPages

/// Files that the executable carries: the console's, and the description of the API.
///
/// C puts them in: as literals of Swift they took the compiler longer than all that serves them.
package enum EmbeddedFile {
    /// OpenAPI 3.1 of `/openapi.json`.
    package static let openAPI = bytes(of: openapi_file)
    /// Those of the console at `/`, by name.
    package static let dashboard = {
        var count = 0
        let files = UnsafeBufferPointer(start: dashboard_files(&count), count: count)
        return files.map { (name: String(cString: $0.name), bytes: bytes(of: $0)) }
    }()

    private static func bytes(of file: EmbeddedBytes) -> [UInt8] { Array(UnsafeBufferPointer(start: file.bytes, count: file.count)) }
}
