import Foundation
import Service
import Testing

/// Scripts of `dialout admin` that read, ask and write on the client's machine.
@Suite("Scripts and the client's files", .aFewAtATime)
struct ScriptFileTests {
    private func run(_ service: RunningService, _ line: String) async throws -> (status: Int32, text: String) {
        let settings = service.environment.merging(["DIALOUT": Running.executable.path]) { $1 }
        let child = try Child(
            "/bin/sh", ["-c", line.replacing("dialout ", with: "\"$DIALOUT\" ")], in: service.folder, environment: settings)
        return (await child.exitStatus(), child.text)
    }

    @Test("a file is read and one written, a question answered from the pipe, parameters given behind --")
    func rounds() async throws {
        let service = try await RunningService()
        try await service.configure(trunkPort: 5)
        let folder = URL(fileURLWithPath: service.folder)
        // As a spreadsheet on Windows saves it.
        try Data([0xFF, 0xFE] + "Name\r\nGöld\r\n".utf16.flatMap { [UInt8($0 & 0xFF), UInt8($0 >> 8)] }).write(
            to: folder.appending(path: "in.csv"))
        let script = """
            param([Parameter(Mandatory)][string]$Out, [switch]$Loud)
            foreach ($row in Import-Csv .\\in.csv) { Set-CsOnlinePstnUsage -Usage @{Add=$row.Name} }
            $note = Read-Host 'Note'
            [PSCustomObject]@{ Note = $note; Usages = (Get-CsOnlinePstnUsage).Usage -join '+'; Loud = $Loud } | Export-Csv $Out
            "written"
            """
        try Data(script.utf8).write(to: folder.appending(path: "s.ps1"))
        let (status, text) = try await run(service, "echo hi | dialout admin --tenant contoso -f s.ps1 -- -Out 'sub\\o.csv' -Loud")
        #expect(status == 0 && text.contains("written"), "\(text)")
        let written = try String(contentsOf: folder.appending(path: "sub/o.csv"), encoding: .utf8)
        #expect(written.hasPrefix("\"Note\",\"Usages\",\"Loud\"\n\"hi\",\"") && written.contains("Göld\",\"True\"\n"), "\(written)")
    }

    @Test("nobody answers, a wrong file, exit's own status, objects as JSON")
    func ends() async throws {
        let service = try await RunningService()
        try await service.configure(trunkPort: 5)
        try Data([0x61, 0xFF]).write(to: URL(fileURLWithPath: service.folder).appending(path: "bad.txt"))
        for (line, status, words) in [
            ("dialout admin --tenant contoso -c \"Read-Host Name\" < /dev/null", 1, "nobody answers: Name; nothing was applied"),
            ("dialout admin --tenant contoso -c 'Get-Content bad.txt'", 1, "bad.txt:1: byte 2 of the line, 0xFF, is not UTF-8"),
            ("dialout admin --tenant contoso -c 'exit 3'", 3, ""),
            ("printf '$a = 1\\nexit 3\\n\"on\"\\n' | dialout admin --tenant contoso", 3, ""),
            ("printf '1; exit 4\\n2\\n' | dialout admin --tenant contoso", 4, "1\n"),
            ("printf 'if ($true) { exit }\\nRemove-CsOnlineVoiceRoute x\\n' | dialout admin --tenant contoso", 0, ""),
            ("echo '5 + 1' | dialout admin --tenant contoso -f -", 0, "6\n"),
            ("echo '5 + 2' | dialout admin --tenant contoso -f /dev/stdin", 0, "7\n"),
            ("mkfifo p; (echo '5 + 3' > p) & dialout admin --tenant contoso -f p", 0, "8\n"),
            ("dialout admin --tenant contoso -f nowhere.ps1", 2, "nowhere.ps1 cannot be read: No such file"),
            ("dialout export --tenant contoso > t.json; dialout replay t.json", 0, "users are left out"),
            ("dialout admin --tenant contoso -c 'Remove-CsOnlineVoiceRoute x -ErrorAction Continue; 5'", 1, "there is no voice route x"),
            ("dialout admin --tenant contoso -c 'Remove-CsOnlineVoiceRoute x -ErrorAction SilentlyContinue; \"on\"'", 0, "on\n"),
            ("dialout admin --tenant contoso -c 'param([int]$n) $n + 1' -- -n 4", 0, "5\n"),
            ("dialout admin --tenant contoso -c '1' -- -n 4", 1, "the script has no parameter -n"),
            ("dialout admin --tenant contoso -- -n 4", 2, "values behind -- are for the script of -f or -c"),
            ("dialout admin --tenant contoso -f bad.txt -c '1'", 2, "-f, -c and --module exclude each other"),
            ("dialout admin --tenant contoso --json -c '1; \"a\"'", 0, #"[{"Value":1},{"Value":"a"}]"#),
        ] as [(String, Int32, String)] {
            let (got, text) = try await run(service, line)
            #expect(got == status && (text.contains(words) || words.isEmpty), "\(line) ended with \(got): \(text)")
        }
    }
}
