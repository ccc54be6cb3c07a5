/// Files of the client: what is read the client sends, what is written it gets back. The server's files are out of reach.
enum FileUtilities {
    private static let reading = "Path@0=LiteralPath Encoding "
    static let all = [
        Utility(
            "Get-Content", "Reads a text file of the client", reading + "Raw? TotalCount=First=Head Tail=Last ReadCount Delimiter Force?"
        ) { (call, _) throws(Stop) in
            for path in try call.required("Path").items {
                let text = try call.read(path.text)
                if call.bound.isOn("Raw") {
                    try call.put(call.run.meter.made(text))
                    continue
                }
                var lines = FileText.lines(text)
                if let first = try call.integer("TotalCount") { lines = Array(lines.prefix(first)) }
                if let last = try call.integer("Tail") { lines = Array(lines.suffix(last)) }
                try call.run.meter.make(bytes: text.utf8.count)
                for line in lines { try call.put(.text(line)) }
            }
        },
        Utility("Set-Content", "Writes a text file of the client", "Path@0=LiteralPath Value@1 Encoding NoNewline? Force? PassThru?") {
            (call, input) throws(Stop) in
            try write(call, input, appends: false)
        },
        Utility("Add-Content", "Adds to a text file of the client", "Path@0=LiteralPath Value@1 Encoding NoNewline? Force? PassThru?") {
            (call, input) throws(Stop) in
            try write(call, input, appends: true)
        },
        Utility(
            "Out-File", "Writes what is shown to a file of the client",
            "FilePath@0=LiteralPath=Path Encoding@1 Append? Force? NoClobber? NoNewline? Width InputObject"
        ) { (call, input) throws(Stop) in
            let path = try call.required("FilePath").text
            if call.bound.isOn("NoClobber"), try call.run.client.exists(path) {
                throw .failure(.resourceExists, "NoClobber", "\(path) is there already", at: call.place)
            }
            try call.run.write(
                call.shown(input), to: path,
                appends: call.bound.isOn("Append"), as: call.encoding())
        },
        Utility("Test-Path", "Tells whether the client has a file or folder", "Path@0=LiteralPath PathType=Type IsValid?") {
            (call, _) throws(Stop) in
            for path in try call.required("Path").items { try call.put(.truth(isThere(path.text, call))) }
        },
        Utility("Split-Path", "Gives a part of a path", "Path@0=LiteralPath Leaf? Parent? LeafBase? Extension? Qualifier? NoQualifier?") {
            (call, input) throws(Stop) in
            for path in call.bound["Path"]?.items ?? input {
                let parts = FileText.parts(path.text)
                if call.bound.isOn("Leaf") {
                    try call.put(.text(parts.leaf))
                } else if call.bound.isOn("LeafBase") {
                    try call.put(.text(FileText.base(parts.leaf)))
                } else if call.bound.isOn("Extension") {
                    try call.put(.text(String(parts.leaf.dropFirst(FileText.base(parts.leaf).count))))
                } else if call.bound.isOn("Qualifier") || call.bound.isOn("NoQualifier") {
                    let drive = path.text.dropFirst().first == ":" ? String(path.text.prefix(2)) : ""
                    guard !drive.isEmpty || call.bound.isOn("NoQualifier") else {
                        throw .argument("\(path.text.prefix(80)) begins with no drive such as C:", at: call.place)
                    }
                    try call.put(.text(call.bound.isOn("Qualifier") ? drive : String(path.text.dropFirst(drive.count))))
                } else {
                    try call.put(.text(parts.parent))
                }
            }
        },
        Utility("Join-Path", "Puts a path together", "Path@0 ChildPath@1 AdditionalChildPath@2* Resolve?") { (call, _) throws(Stop) in
            let first = try call.required("Path").text,
                rest = (call.bound["ChildPath"]?.items ?? []) + (call.bound["AdditionalChildPath"]?.items ?? [])
            let separator = first.contains("\\") ? "\\" : "/"
            var path = first
            for part in rest {
                path =
                    path.trimmed(start: false) { $0 == "/" || $0 == "\\" } + separator
                    + part.text.trimmed(end: false) { $0 == "/" || $0 == "\\" }
            }
            try call.put(call.run.meter.made(path))
        },
        Utility("New-Item", "Makes a folder or an empty file of the client", "Path@0 Name ItemType=Type Value Force?") {
            (call, _) throws(Stop) in
            let path = [call.text("Path"), call.text("Name")].compactMap(\.self).joined(separator: "/")
            let kind = call.text("ItemType")?.lowercased() ?? "file"
            guard ["directory", "file"].contains(kind) else {
                throw .argument("-ItemType is Directory or File, not \(kind)", at: call.place)
            }
            if kind == "directory", call.bound.has("Value") {
                throw .argument("-Value is what a file holds, and -ItemType is Directory", at: call.place)
            }
            if !call.bound.isOn("Force"), try call.run.client.exists(path) {
                throw .failure(.resourceExists, "NewItemIOError", "\(path) is there already; -Force makes it anew", at: call.place)
            }
            // A folder is made by the client when a file is written into it.
            if kind == "file" { try call.run.write(call.text("Value") ?? "", to: path, appends: false) }
            try call.put(
                .object(
                    ObjectBox(
                        ["FullName": .text(path), "Name": .text(FileText.parts(path).leaf)], typeName: "System.IO.FileSystemInfo",
                        display: path)))
        },
    ]

    /// As `Test-Path` asks, with `-PathType` Any, Leaf (a file) or Container (a folder).
    private static func isThere(_ path: String, _ call: UtilityCall) throws(Stop) -> Bool {
        let kind = call.text("PathType")?.lowercased() ?? "any"
        guard ["any", "leaf", "container"].contains(kind) else {
            throw .argument("-PathType is Any, Leaf or Container, not \(kind)", at: call.place)
        }
        guard try call.run.client.exists(path) else { return false }
        guard kind != "any" else { return true }
        guard let isFolder = try call.run.client.isFolder(path) else {
            throw .failure(
                .invalidData, "NotTold", "the client told that \(path) is there, not whether it is a file or a folder", at: call.place)
        }
        return isFolder == (kind == "container")
    }

    private static func write(_ call: UtilityCall, _ input: [Value], appends: Bool) throws(Stop) {
        let values = call.bound["Value"]?.items ?? input
        let end = call.bound.isOn("NoNewline") ? "" : "\n"
        var text = ""
        for value in values where text.utf8.count <= Meter.fileLimit { text += value.text + end }
        for path in try call.required("Path").items {
            try call.run.write(text, to: path.text, appends: appends, as: call.encoding())
        }
        if call.bound.isOn("PassThru") { for value in values { try call.put(value) } }
    }
}
