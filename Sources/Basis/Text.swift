extension String {
    /// Bytes as text; nil where they are not UTF-8. What the standard library has for any sequence of code units goes through them one by one.
    package init?(utf8 bytes: ArraySlice<UInt8>) {
        guard let text = try? UTF8Span(validating: bytes.span) else { return nil }
        self.init(copying: text)
    }
}
