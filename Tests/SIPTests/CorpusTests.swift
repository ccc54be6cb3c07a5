import Foundation
import FuzzTargets
import Testing

/// The fuzzer's corpus (`Tests/Corpus`), once through what the fuzzer throws it at; a broken rule traps.
@Suite struct CorpusTests {
    @Test("the corpus harms nothing", arguments: FuzzTarget.allCases) func replay(target: FuzzTarget) throws {
        let folder = URL(filePath: #filePath).deletingLastPathComponent().deletingLastPathComponent().appending(path: "Corpus")
        let files = try FileManager.default.contentsOfDirectory(
            at: folder.appending(path: target.rawValue), includingPropertiesForKeys: nil)
        #expect(files.count >= 6, "where is the corpus?")
        for file in files { target.run(Array(try Data(contentsOf: file))) }
    }
}
