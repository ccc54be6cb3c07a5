import Foundation
import Service
import Testing

@testable import Store

/// Files that are put in place whole. What a file cannot do is shown by devices: `/dev/full` takes no byte, `/dev/null` takes all and syncs none.
@Suite("Files that last")
struct DurableFileTests {
    private let folder = FileManager.default.temporaryDirectory.appendingPathComponent("dialout-\(UUID().uuidString)").path

    init() throws { try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true) }

    private var path: String { folder + "/file" }

    private func put(_ text: String, at path: String) throws { try Data(text.utf8).write(to: URL(fileURLWithPath: path)) }

    private func text(_ path: String) -> String? { FileManager.default.contents(atPath: path).map { String(decoding: $0, as: UTF8.self) } }

    private func mode(_ path: String) -> mode_t {
        var found = stat()
        return stat(path, &found) == 0 ? found.st_mode & 0o777 : 0
    }

    private var names: [String] { (try? FileManager.default.contentsOfDirectory(atPath: folder).sorted()) ?? [] }

    private func refusal(_ body: () throws -> Void) -> String {
        do {
            try body()
            return ""
        } catch { return (error as? StoreFailure)?.message ?? "\(error)" }
    }

    @Test("what is put in place of a file is all of it, its owner's alone, whatever an earlier try left")
    func replaces() throws {
        defer { try? FileManager.default.removeItem(atPath: folder) }
        try put("old, and readable", at: path)
        try put("a draft that is longer than what comes", at: path + ".new")
        chmod(path, 0o644)
        chmod(path + ".new", 0o600)
        try DurableFile.replace(path, with: Data("new".utf8))
        #expect(text(path) == "new" && mode(path) == 0o600 && names == ["file"])
        let long = Data((0..<3_000_000).map { UInt8(truncatingIfNeeded: $0 &* 31) })
        try DurableFile.replace(path, with: long)
        #expect(FileManager.default.contents(atPath: path) == long)
    }

    @Test("a copy is whole and its owner's alone; a name that is taken keeps what it has, and no draft is left")
    func copies() throws {
        defer { try? FileManager.default.removeItem(atPath: folder) }
        let copy = folder + "/copy", long = String(repeating: "0123456789abcdef", count: 200_000)
        try put(long, at: path)
        try put(long + "more", at: copy + ".new")
        chmod(path, 0o644)
        chmod(copy + ".new", 0o600)
        try DurableFile.copy(path, to: copy)
        #expect(text(copy) == long && mode(copy) == 0o600 && names == ["copy", "file"])
        try put("other", at: path)
        #expect(refusal { try DurableFile.copy(path, to: copy) } == "\(copy): File exists")
        #expect(text(copy) == long && names == ["copy", "file"])
        #expect(refusal { try DurableFile.copy(folder + "/none", to: folder + "/third") } == "\(folder)/none: No such file or directory")
        #expect(refusal { try DurableFile.copy(path, to: folder + "/none/x") } == "\(folder)/none/x.new: No such file or directory")
        #expect(names == ["copy", "file"])
    }

    @Test(
        "what cannot be written, or cannot be synced, is an error by its name, and the file is as it was",
        arguments: [("/dev/full", "No space left on device"), ("/dev/null", "Invalid argument")])
    func refused(device: String, words: String) throws {
        defer { try? FileManager.default.removeItem(atPath: folder) }
        let source = folder + "/source"
        try put("old", at: path)
        try put("new", at: source)
        symlink(device, path + ".new")
        #expect(refusal { try DurableFile.replace(path, with: Data("new".utf8)) } == "\(path).new: \(words)")
        #expect(text(path) == "old")
        symlink(device, folder + "/copy.new")
        #expect(refusal { try DurableFile.copy(source, to: folder + "/copy") } == "\(folder)/copy.new: Invalid argument")
        #expect(names == ["file", "file.new", "source"])
    }

    @Test("a file that is not there, or a folder, is not synced without a word")
    func syncs() throws {
        defer { try? FileManager.default.removeItem(atPath: folder) }
        try put("x", at: path)
        try DurableFile.sync(path)
        try DurableFile.syncFolder(of: path)
        #expect(refusal { try DurableFile.sync("/dev/null") } == "/dev/null: Invalid argument")
        #expect(refusal { try DurableFile.sync(folder + "/none") } == "\(folder)/none: No such file or directory")
        #expect(refusal { try DurableFile.syncFolder(of: "/proc/none") } == "/proc: Invalid argument")
        #expect(refusal { try DurableFile.syncFolder(of: folder + "/none/x") } == "\(folder)/none: No such file or directory")
        #expect(refusal { try DurableFile.syncFolder(of: path + "/x") } == "\(path): Not a directory")
        #expect(refusal { try DurableFile.replace(folder + "/none/x", with: Data()) } == "\(folder)/none/x.new: No such file or directory")
    }
}
