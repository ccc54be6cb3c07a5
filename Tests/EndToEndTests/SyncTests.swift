import Foundation
import Service
import Testing

@Suite("What is answered is on disk", .aFewAtATime)
struct SyncTests {
    @Test("each 202 leaves after a sync of the log that began after its request had come, and a group is written in one call")
    func syncs() async throws {
        let service = try await RunningService()
        try await service.configure(trunkPort: Running.freePort())
        let trace = service.folder + "/trace"
        let strace = try Child(
            "/usr/bin/env",
            [
                "strace", "-f", "-y", "-s", "24", "-o", trace, "-p", "\(service.child.pid)", "-e",
                "trace=fsync,fdatasync,pwrite64,read,readv,recvmsg,recvfrom,write,writev,sendmsg,sendto",
            ], in: service.folder)
        #expect(await strace.waits(for: "attached"))
        for number in 0..<20 {
            let body = #"{"kind":"callMeAt","organizer":"alice@contoso.example","number":"+1425555\#(2000 + number)"}"#
            #expect(try await service.curl("POST", "/v1/meetings/m\(number)/dial-outs", body).status == 202)
        }
        _ = await strace.end(SIGINT)
        var synced = 0, asked = 0, answered = 0, written = 0, groups = 0, syncing: Set<Substring> = []
        for line in try String(contentsOfFile: trace, encoding: .utf8).split(separator: "\n") {
            if line.contains("\"POST /v1/meetings") { (asked, synced) = (asked + 1, 0) }
            // Where another thread did something meanwhile, a call's end is a line of its own, without the file's name.
            let thread = line.prefix { $0 != " " }
            let isOfLog = line.contains("sync(") && line.contains("dialout.db-wal")
            if isOfLog, line.hasSuffix("<unfinished ...>") { syncing.insert(thread) }
            let isEnd = isOfLog || line.contains("sync resumed>") && syncing.remove(thread) != nil
            if line.contains("pwrite64("), line.contains("dialout.db-wal>") { written += 1 }
            if isEnd, line.hasSuffix("= 0") {
                // The head of a log that begins anew is written apart, and synced.
                #expect(written <= 2, "\(written) writes before a sync")
                (synced, groups, written) = (synced + 1, groups + min(written, 1), 0)
            }
            guard line.contains("\"HTTP/1.1 202") else { continue }
            answered += 1
            #expect(synced > 0, "answer \(answered)")
        }
        #expect(asked == 20 && answered == 20)
        #expect(groups >= 20)
    }
}

extension SyncTests {
    @Test("what is put in place of a file, or restored, is synced before it has its name, and the name after")
    func names() async throws {
        let service = try await RunningService(), backup = service.folder + "-backup.db", folder = service.folder + "-restored"
        defer { for path in [backup, folder] { try? FileManager.default.removeItem(atPath: path) } }
        let made = try Child(Running.executable.path, ["backup", backup], in: service.folder, environment: service.environment)
        #expect(await made.exitStatus() == 0, "\(made.text)")
        let restore = try await traced(["restore", backup, "--data", folder, "--key-file", service.folder + ".key"], in: service.folder)
        #expect(isLasting(folder + "/dialout.db", from: folder + "/dialout.db.new", restore), "\(restore)")
        let serve = try await traced(
            [
                "serve", "--data", folder, "--http", "127.0.0.1:\(Running.freePort())", "--sip", "127.0.0.1:\(Running.freePort())",
                "--key-file", service.folder + ".key",
            ], in: service.folder)
        #expect(isLasting(folder + "/bootstrap-token", from: folder + "/bootstrap-token.new", serve), "\(serve)")
    }

    /// What a run, ended once it serves, did to files and their names.
    private func traced(_ arguments: [String], in folder: String) async throws -> [Substring] {
        let trace = folder + "/trace-\(arguments[0])"
        let run = try Child(
            "/usr/bin/env",
            ["strace", "-f", "-y", "-e", "trace=/^(fsync|rename|link).*", "-o", trace, Running.executable.path] + arguments, in: folder)
        if arguments[0] == "serve" {
            #expect(await run.waits(for: "serving"), "\(run.text)")
            let pid = try String(contentsOfFile: trace, encoding: .utf8).prefix { $0.isNumber }
            kill(try #require(pid_t(String(pid))), SIGTERM)
        }
        #expect(await run.exitStatus() == 0, "\(run.text)")
        return try String(contentsOfFile: trace, encoding: .utf8).split(separator: "\n")
    }

    /// Whether the draft was synced, then had its name, and the next that its thread did was to sync the folder.
    private func isLasting(_ path: String, from draft: String, _ trace: [Substring]) -> Bool {
        func isDone(_ line: Substring) -> Bool { line.hasSuffix("= 0") }
        let folder = URL(fileURLWithPath: path).deletingLastPathComponent().path
        let names = trace.firstIndex { $0.contains("\"\(path)\"") && $0.contains("\"\(draft)\"") && isDone($0) }
        guard let names else { return false }
        return trace[..<names].contains { $0.contains("fsync(") && $0.contains("<\(draft)>") && isDone($0) }
            && trace[(names + 1)...].first { $0.prefix { $0.isNumber } == trace[names].prefix { $0.isNumber } }.map {
                $0.contains("fsync(") && $0.contains("<\(folder)>") && isDone($0)
            } == true
    }
}
