"""Webhook endpoints of every kind on one port, and one with a certificate that nobody vouches for on another.

receiver.py PORT TLS_PORT FOLDER CERTIFICATE KEY. Each POST is one JSON line in FOLDER/received.jsonl: path, webhook-id, body, when it came, and
what the standardwebhooks library says to its signature under each secret of FOLDER/secrets.json.
"""
import http.server, json, os, ssl, sys, threading, time
from standardwebhooks.webhooks import Webhook

port, tls_port, folder, certificate, key = int(sys.argv[1]), int(sys.argv[2]), *sys.argv[3:6]
lock = threading.Lock()


def verdicts(headers, body):
    path = os.path.join(folder, "secrets.json")
    found = {}
    for secret in json.load(open(path)) if os.path.exists(path) else []:
        try:
            Webhook(secret).verify(body, headers)
            found[secret] = "good"
        except Exception as fault:
            found[secret] = str(fault)
    return found


class Endpoint(http.server.BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"

    def do_POST(self):
        body = self.rfile.read(int(self.headers["Content-Length"]))
        now = time.time()
        line = {"path": self.path, "id": self.headers["webhook-id"], "body": json.loads(body), "at": int(now * 1000),
                "verdicts": verdicts(dict(self.headers), body), "tls": isinstance(self.connection, ssl.SSLSocket)}
        with lock, open(os.path.join(folder, "received.jsonl"), "a") as file:
            file.write(json.dumps(line) + "\n")
        kind = self.path.split("/")[1]
        if kind == "hang":
            time.sleep(60)
        elif kind == "drip":
            self.drip()
        elif kind == "huge":
            self.huge()
        elif kind == "redirect":
            self.say(307, [("Location", f"http://127.0.0.1:{port}/ok/redirected")])
        elif kind == "closed":
            self.close_connection = True
        else:
            self.say(int(kind) if kind.isdigit() else 204)

    def say(self, status, headers=()):
        self.send_response(status)
        for name, value in headers:
            self.send_header(name, value)
        if status != 204:
            self.send_header("Content-Length", "0")
        self.end_headers()

    def drip(self):
        try:
            for byte in b"HTTP/1.1 200 OK\r\nContent-Length: 0\r\nX: " + b"x" * 100:
                self.wfile.write(bytes([byte]))
                time.sleep(1)
        except OSError:
            pass
        self.close_connection = True

    def huge(self):
        self.send_response(200)
        self.send_header("Content-Length", str(1 << 30))
        self.end_headers()
        try:
            for _ in range(1 << 14):
                self.wfile.write(b"x" * 65536)
        except OSError:
            pass
        self.close_connection = True

    def log_message(self, *words):
        pass


class Server(http.server.ThreadingHTTPServer):
    request_queue_size = 128
    daemon_threads = True


def serve(at, context=None):
    server = Server(("127.0.0.1", at), Endpoint)
    if context:
        server.socket = context.wrap_socket(server.socket, server_side=True, do_handshake_on_connect=False)
    threading.Thread(target=server.serve_forever, daemon=True).start()


context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
context.load_cert_chain(certificate, key)
serve(port)
serve(tls_port, context)
print("hearing", flush=True)
threading.Event().wait()
