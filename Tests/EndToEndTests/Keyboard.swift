import Foundation
import Service
import Testing

/// What a person does without a mouse.
extension Browser {
    private static let codes = [
        "Tab": 9, "Enter": 13, "Escape": 27, " ": 32, "End": 35, "Home": 36, "ArrowUp": 38, "ArrowDown": 40,
    ]
    /// The accessible name of what has the focus, as far as the console gives names.
    private static let focusedName = """
        (e => e ? (e.getAttribute("aria-label") || (e.labels && e.labels[0] && e.labels[0].textContent) || e.textContent || "")
            .replace(/ \\*$/, "").replace(/\\s+/g, " ").trim() : "")(document.activeElement)
        """

    func press(_ key: String, shift: Bool = false) async throws {
        var event: [String: JSONValue] = [
            "type": .string("keyDown"), "key": .string(key), "code": .string(key == " " ? "Space" : key),
            "windowsVirtualKeyCode": .integer(Int64(Self.codes[key] ?? 0)), "modifiers": .integer(shift ? 8 : 0),
        ]
        if key == "Enter" { event["text"] = .string("\r") }
        if key == " " { event["text"] = .string(" ") }
        try await command("Input.dispatchKeyEvent", event)
        (event["type"], event["text"]) = (.string("keyUp"), nil)
        try await command("Input.dispatchKeyEvent", event)
    }

    var focused: String { get async throws { try await value(Self.focusedName).string ?? "" } }

    /// Goes to the control of that name by Tab alone.
    func reach(_ name: String, _ place: SourceLocation = #_sourceLocation) async throws {
        var passed: [String] = []
        for _ in 0..<160 {
            let now = try await focused
            if now == name { return }
            passed.append(now)
            try await press("Tab")
        }
        Issue.record("no way to \(name) by Tab; passed \(passed)", sourceLocation: place)
        throw NeverSeen(what: name)
    }

    /// Goes to the link or button of that name and presses it.
    func activate(_ name: String, _ place: SourceLocation = #_sourceLocation) async throws {
        try await reach(name, place)
        try await press("Enter")
    }

    /// Puts a text in the field of that name, in place of what stands there.
    func fill(_ name: String, _ text: String, _ place: SourceLocation = #_sourceLocation) async throws {
        try await reach(name, place)
        try await command(
            "Input.dispatchKeyEvent",
            [
                "type": .string("keyDown"), "key": .string("a"), "code": .string("KeyA"), "windowsVirtualKeyCode": .integer(65),
                "modifiers": .integer(2), "commands": .array([.string("selectAll")]),
            ])
        try await command("Input.insertText", ["text": .string(text)])
    }

    /// Chooses the first option whose text begins so, by the arrow keys.
    func choose(_ name: String, _ option: String, _ place: SourceLocation = #_sourceLocation) async throws {
        try await reach(name, place)
        let now = "document.activeElement.selectedOptions[0]?.textContent ?? ''"
        for key in Array(repeating: "ArrowUp", count: 30) + Array(repeating: "ArrowDown", count: 60) {
            if try await value(now).string?.hasPrefix(option) == true { return }
            try await press(key)
        }
        Issue.record("\(name) has no option \(option)", sourceLocation: place)
        throw NeverSeen(what: option)
    }

    /// Turns a checkbox over.
    func check(_ name: String, _ place: SourceLocation = #_sourceLocation) async throws {
        try await reach(name, place)
        try await press(" ")
    }
}
