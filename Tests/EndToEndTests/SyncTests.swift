import Foundation
import Service
import Testing

@Suite("What is answered is on disk", .aFewAtATime)
struct SyncTests {
    @Test("each 202 leaves after a sync of the log that began after its request had come")
    func syncs() async throws {
        let service = try await RunningService()
        try await service.configure(trunkPort: Running.freePort())
        let trace = service.folder + "/trace"
        let strace = try Child(
            "/usr/bin/env",
            [
                "strace", "-f", "-y", "-s", "24", "-e", "trace=fsync,fdatasync,read,readv,recvmsg,recvfrom,write,writev,sendmsg,sendto",
                "-o", trace, "-p", "\(service.child.pid)",
            ], in: service.folder)
        #expect(await strace.waits(for: "attached"))
        for number in 0..<20 {
            let body = #"{"kind":"callMeAt","organizer":"alice@contoso.example","number":"+1425555\#(2000 + number)"}"#
            #expect(try await service.curl("POST", "/v1/meetings/m\(number)/dial-outs", body).status == 202)
        }
        _ = await strace.end(SIGINT)
        var synced = 0, asked = 0, answered = 0, syncing: Set<Substring> = []
        for line in try String(contentsOfFile: trace, encoding: .utf8).split(separator: "\n") {
            if line.contains("\"POST /v1/meetings") { (asked, synced) = (asked + 1, 0) }
            // Where another thread did something meanwhile, a call's end is a line of its own, without the file's name.
            let thread = line.prefix { $0 != " " }
            let isOfLog = line.contains("sync(") && line.contains("dialout.db-wal")
            if isOfLog, line.hasSuffix("<unfinished ...>") { syncing.insert(thread) }
            let isEnd = isOfLog || line.contains("sync resumed>") && syncing.remove(thread) != nil
            if isEnd, line.hasSuffix("= 0") { synced += 1 }
            guard line.contains("\"HTTP/1.1 202") else { continue }
            answered += 1
            #expect(synced > 0, "answer \(answered)")
        }
        #expect(asked == 20 && answered == 20)
    }
}
