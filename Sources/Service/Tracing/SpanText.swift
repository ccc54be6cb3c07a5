import Basis

extension [TraceSpan] {
    /// The body of an export (OTLP/HTTP with JSON, `ExportTraceServiceRequest`): identifiers in hexadecimal, 64-bit numbers as texts.
    package func otlp(instance: String) -> [UInt8] {
        JSON.encode(
            SpanExport(
                spans: self,
                resource: [
                    .init(key: "service.name", value: .text("dialout")), .init(key: "service.version", value: .text(Version.current)),
                    .init(key: "service.instance.id", value: .text(instance)),
                ]))
    }
}

private struct SpanExport: JSONObject {
    let spans: [TraceSpan]
    let resource: [TraceSpan.Attribute]

    func write(to object: inout JSONObjectText) { object.add("resourceSpans", [Resource(spans: spans, attributes: resource)]) }

    struct Resource: JSONObject {
        let spans: [TraceSpan]
        let attributes: [TraceSpan.Attribute]

        func write(to object: inout JSONObjectText) {
            object.add("resource", Attributes(attributes: attributes))
            object.add("scopeSpans", [Scope(spans: spans)])
        }
    }
    struct Attributes: JSONObject {
        let attributes: [TraceSpan.Attribute]
        func write(to object: inout JSONObjectText) { object.add("attributes", attributes) }
    }
    struct Scope: JSONObject {
        let spans: [TraceSpan]

        func write(to object: inout JSONObjectText) {
            object.add("scope", Name())
            object.add("spans", spans)
        }
    }
    struct Name: JSONObject {
        func write(to object: inout JSONObjectText) {
            object.add("name", "dialout")
            object.add("version", Version.current)
        }
    }
}

extension TraceSpan: JSONObject {
    private struct Status: JSONObject {
        let fault: String

        func write(to object: inout JSONObjectText) {
            object.add("message", fault)
            object.add("code", 2)
        }
    }

    func write(to object: inout JSONObjectText) {
        object.add("traceId", traceID)
        object.add("spanId", id)
        if let parent { object.add("parentSpanId", parent) }
        object.add("name", name)
        object.add("kind", kind.rawValue)
        object.add("startTimeUnixNano", begins.nanoseconds)
        object.add("endTimeUnixNano", ends.nanoseconds)
        object.add("attributes", attributes)
        object.add("events", events)
        if let fault { object.add("status", Status(fault: fault)) }
    }
}

extension TraceSpan.Attribute: JSONObject {
    private struct Typed: JSONObject {
        let value: TraceSpan.Value

        func write(to object: inout JSONObjectText) {
            switch value {
            case .text(let text): object.add("stringValue", text)
            case .number(let number): object.add("intValue", String(number))
            }
        }
    }

    func write(to object: inout JSONObjectText) {
        object.add("key", key)
        object.add("value", Typed(value: value))
    }
}

extension TraceSpan.Event: JSONObject {
    func write(to object: inout JSONObjectText) {
        object.add("timeUnixNano", at.nanoseconds)
        object.add("name", name)
    }
}

extension WallTime {
    /// As a text, as JSON has 64 bits.
    fileprivate var nanoseconds: String { "\(milliseconds)000000" }
}
