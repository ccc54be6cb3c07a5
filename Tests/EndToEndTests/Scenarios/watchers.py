"""Watchers of event streams, a TCP connection each: some read, some never do.

watchers.py PORT TOKEN TENANT READERS MUTE FOLDER. READERS watch the tenant, MUTE watch everything and read nothing. "open" is said when all heads have
come. Once FOLDER/places.json is there, a JSON array of the tenant's places, each reader gets half a minute to have them; then one JSON line says how many
readers have them once and in order and are still connected, and how many of the mute ones were cut off.
"""
import json, os, re, resource, selectors, socket, sys, time

port, token, tenant, readers, mute, folder = int(sys.argv[1]), sys.argv[2], sys.argv[3], int(sys.argv[4]), int(sys.argv[5]), sys.argv[6]
resource.setrlimit(resource.RLIMIT_NOFILE, (min(8192, resource.getrlimit(resource.RLIMIT_NOFILE)[1]),) * 2)
PLACE = re.compile(rb"^id: (\d+)\n", re.M)


class Watcher:
    def __init__(self, path, isMute):
        self.socket = socket.socket()
        if isMute:
            self.socket.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 4096)
        self.socket.connect(("127.0.0.1", port))
        self.socket.sendall(f"GET {path} HTTP/1.1\r\nHost: a\r\nAuthorization: Bearer {token}\r\nAccept: text/event-stream\r\n\r\n".encode())
        head = b""
        while b"\r\n\r\n" not in head:
            head += self.socket.recv(1)
        assert head.startswith(b"HTTP/1.1 200"), head
        self.text, self.isClosed = b"", False

    def read(self):
        """What there is; nothing more where the other side has closed."""
        try:
            part = self.socket.recv(1 << 18)
        except BlockingIOError:
            return
        except ConnectionError:
            part = b""
        self.isClosed = self.isClosed or not part
        self.text += part

    @property
    def places(self):
        return [int(place) for place in PLACE.findall(self.text)]


own = [Watcher(f"/v1/events?tenant={tenant}", False) for _ in range(readers)]
silent = [Watcher("/v1/events", True) for _ in range(mute)]
chooser = selectors.DefaultSelector()
for watcher in own:
    watcher.socket.setblocking(False)
    chooser.register(watcher.socket, selectors.EVENT_READ, watcher)
print("open", flush=True)

list_file, until, wanted = os.path.join(folder, "places.json"), None, None
while until is None or time.monotonic() < until:
    for key, _ in chooser.select(0.2):
        key.data.read()
        if key.data.isClosed:
            chooser.unregister(key.fileobj)
    if until is None and os.path.exists(list_file):
        wanted, until = json.load(open(list_file)), time.monotonic() + 30
    if until is not None and all(watcher.isClosed or watcher.places[-1:] >= wanted[-1:] for watcher in own):
        break

whole = sum(watcher.places == wanted and not watcher.isClosed for watcher in own)
cut = 0
for watcher in silent:
    watcher.socket.settimeout(0.05)
    try:
        while not watcher.isClosed:
            watcher.read()
    except TimeoutError:
        pass
    cut += watcher.isClosed
print(json.dumps({"whole": whole, "cut": cut}), flush=True)
