extension Interpreter {
    func read(_ path: String, at place: Script.Place) throws(Stop) -> String {
        guard let text = try client.text(of: path) else {
            throw .failure(.objectNotFound, "PathNotFound", "there is no file \(path)", at: place)
        }
        try meter.file(bytes: text.utf8.count)
        return text
    }

    /// What the client gets back; to add to a file its text is needed.
    func write(_ text: String, to path: String, appends: Bool) throws(Stop) {
        let before = appends ? try client.text(of: path) ?? "" : ""
        try meter.file(bytes: before.utf8.count + text.utf8.count)
        client.write(before + text, to: path)
    }
}
