"""A collector of traces (OTLP/HTTP with JSON) that takes nothing which OpenTelemetry's own message does not know.

collector.py PORT FOLDER. The first POST is answered with 503. Each export is one JSON line in FOLDER/exports.jsonl: path, content type, and the
message as opentelemetry-proto reads it, its identifiers in hexadecimal; or the fault; and the header fields that it was shown beside HTTP's own.
"""
import base64, http.server, json, os, sys
from google.protobuf import json_format
from opentelemetry.proto.collector.trace.v1 import trace_service_pb2

port, folder = int(sys.argv[1]), sys.argv[2]
OWN = ("accept", "content-length", "content-type", "host", "user-agent")
IDENTIFIERS = ("traceId", "spanId", "parentSpanId")


def changed(value, change):
    """OTLP's JSON has identifiers in hexadecimal, protobuf's in base64."""
    if isinstance(value, list):
        return [changed(item, change) for item in value]
    if isinstance(value, dict):
        return {name: change(item) if name in IDENTIFIERS else changed(item, change) for name, item in value.items()}
    return value


class Collector(http.server.BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    posts = 0

    def do_POST(self):
        body = self.rfile.read(int(self.headers["Content-Length"]))
        Collector.posts += 1
        status = 503 if Collector.posts == 1 else 200
        line = {"path": self.path, "type": self.headers["Content-Type"], "status": status}
        line["headers"] = {name.lower(): value for name, value in self.headers.items() if name.lower() not in OWN}
        try:
            message = trace_service_pb2.ExportTraceServiceRequest()
            json_format.ParseDict(changed(json.loads(body), lambda text: base64.b64encode(bytes.fromhex(text)).decode()), message)
            line["message"] = changed(json_format.MessageToDict(message), lambda text: base64.b64decode(text).hex())
        except Exception as fault:
            line["fault"] = str(fault)
        with open(os.path.join(folder, "exports.jsonl"), "a") as file:
            file.write(json.dumps(line) + "\n")
        self.send_response(status)
        self.send_header("Content-Length", "2")
        self.end_headers()
        self.wfile.write(b"{}")

    def log_message(self, *words):
        pass


print("hearing", flush=True)
http.server.ThreadingHTTPServer(("127.0.0.1", port), Collector).serve_forever()
