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
        Utility(
            "Set-Content", "Writes a text file of the client", "Path@0=LiteralPath Value@1 Encoding NoNewline? Force? PassThru?",
            changes: true
        ) { (call, input) throws(Stop) in
            try write(call, input, appends: false)
        },
        Utility(
            "Add-Content", "Adds to a text file of the client", "Path@0=LiteralPath Value@1 Encoding NoNewline? Force? PassThru?",
            changes: true
        ) { (call, input) throws(Stop) in
            try write(call, input, appends: true)
        },
        Utility(
            "Out-File", "Writes what is shown to a file of the client",
            "FilePath@0=LiteralPath=Path Encoding@1 Append? Force? NoClobber? NoNewline? Width InputObject", changes: true
        ) { (call, input) throws(Stop) in
            let path = try call.required("FilePath").text
            if call.bound.isOn("NoClobber"), try call.run.client.exists(path) {
                throw .failure(.resourceExists, "NoClobber", "\(path) is there already", at: call.place)
            }
            guard try call.confirmation.allows("Output to File", on: path) else { return }
            try call.run.write(
                call.shown(input), to: path,
                appends: call.bound.isOn("Append"), as: call.encoding())
        },
        Utility("Test-Path", "Tells whether the client has a file or folder", "Path@0 LiteralPath PathType=Type IsValid?") {
            (call, input) throws(Stop) in
            if let paths = call.bound["LiteralPath"] {
                for path in paths.items { try call.put(.truth(isThere(path.text, call))) }
                return
            }
            for path in call.hasInput ? input : try call.required("Path").items {
                guard !path.text.contains(where: { "*?[".contains($0) }) else {
                    throw .failure(
                        .notImplemented, "NotHere",
                        "\(path.text.prefix(80)): wildcards in a path are not available here, as the client's folders are not listed; name the file, or "
                            + "give it to -LiteralPath",
                        at: call.place)
                }
                try call.put(.truth(isThere(path.text, call)))
            }
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
        Utility(
            "New-Item", "Makes a folder or an empty file of the client", "Path@0 Name ItemType=Type Value Force?", changes: true
        ) { (call, _) throws(Stop) in
            let kind = call.text("ItemType")?.lowercased() ?? "file"
            guard ["directory", "file"].contains(kind) else {
                throw .argument("-ItemType is Directory or File, not \(kind)", at: call.place)
            }
            if kind == "directory", call.bound.has("Value") {
                throw .argument("-Value is what a file holds, and -ItemType is Directory", at: call.place)
            }
            try make(call, isFolder: kind == "directory")
        },
        Utility("mkdir", "Makes a folder of the client", "Path@0 Name Force?", changes: true) { (call, _) throws(Stop) in
            try make(call, isFolder: true)
        },
    ]

    private static func make(_ call: UtilityCall, isFolder: Bool) throws(Stop) {
        let path = [call.text("Path"), call.text("Name")].compactMap(\.self).joined(separator: "/")
        guard !path.isEmpty else {
            throw .failure(.invalidArgument, "MissingMandatoryParameter", "\(call.name) needs -Path", at: call.place)
        }
        if !call.bound.isOn("Force"), try call.run.client.exists(path) {
            throw .failure(.resourceExists, "NewItemIOError", "\(path) is there already; -Force makes it anew", at: call.place)
        }
        guard try call.confirmation.allows(isFolder ? "Create Directory" : "Create File", on: "Destination: \(path)") else { return }
        if isFolder {
            call.run.client.makeFolder(path)
        } else {
            try call.run.write(call.text("Value") ?? "", to: path, appends: false)
        }
        try call.put(
            .object(
                ObjectBox(
                    ["FullName": .text(path), "Name": .text(FileText.parts(path).leaf)], typeName: "System.IO.FileSystemInfo", display: path
                )))
    }

    /// As `Test-Path` asks, with `-PathType` Any, Leaf (a file) or Container (a folder).
    private static func isThere(_ path: String, _ call: UtilityCall) throws(Stop) -> Bool {
        let kind = call.text("PathType")?.lowercased() ?? "any"
        guard ["any", "leaf", "container"].contains(kind) else {
            throw .argument("-PathType is Any, Leaf or Container, not \(kind)", at: call.place)
        }
        if let colon = path.firstIndex(of: ":"), path[..<colon].count > 1, !path[..<colon].contains("/"), !path[..<colon].contains("\\") {
            return try isThere(String(path[path.index(after: colon)...]), onDrive: String(path[..<colon]), call) && kind != "container"
        }
        guard try call.run.client.exists(path) else { return false }
        guard kind != "any" else { return true }
        guard let isFolder = try call.run.client.isFolder(path) else {
            throw .failure(
                .invalidData, "NotTold", "the client told that \(path) is there, not whether it is a file or a folder", at: call.place)
        }
        return isFolder == (kind == "container")
    }

    private static func isThere(_ name: String, onDrive drive: String, _ call: UtilityCall) throws(Stop) -> Bool {
        let name = name.lowercased().trimmed(end: false) { $0 == "/" || $0 == "\\" }, home = call.run.scope
        switch drive.lowercased() {
        case "variable": return home.slot(name) != nil
        case "function": return home.function(name) != nil
        case "alias": return UtilityTable.aliases[name] != nil
        case "env":
            throw .failure(
                .notImplemented, "NotHere",
                "there are no environment variables here, so nothing is on the drive env:; use param() or Read-Host", at: call.place)
        default:
            throw .failure(
                .notImplemented, "NotHere", "there is no drive \(drive.prefix(80)): here; there are variable:, function: and alias:",
                at: call.place)
        }
    }

    private static func write(_ call: UtilityCall, _ input: [Value], appends: Bool) throws(Stop) {
        let values = call.bound["Value"]?.items ?? input
        let end = call.bound.isOn("NoNewline") ? "" : "\n"
        var text = ""
        for value in values where text.utf8.count <= Meter.fileLimit { text += value.text + end }
        for path in try call.required("Path").items {
            guard try call.confirmation.allows(appends ? "Add Content" : "Set Content", on: "Path: \(path.text)") else { continue }
            try call.run.write(text, to: path.text, appends: appends, as: call.encoding())
            if call.bound.isOn("PassThru") { for value in values { try call.put(value) } }
        }
    }
}
